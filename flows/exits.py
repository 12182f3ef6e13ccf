"""How commands end."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of every command; docs/operations.md has the table."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    BUSY = 3
    GATE = 4  # done, but a gate that was asked for says no
    INTERRUPTED = 130
