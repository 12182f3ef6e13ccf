"""How many pages are done, across batch processes: one shared number that a progress bar may read."""

from __future__ import annotations

from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from typing import Any

_done: Synchronized[int] | None = None


def shared_counter() -> Synchronized[int]:
    """Returns a new counter, to be handed to this process and to the batch processes by `count_into`."""
    counter: Any = get_context("spawn").Value("q", 0)
    return counter  # type: ignore[no-any-return]  # typeshed calls it Any


def count_into(counter: Synchronized[int] | None) -> None:
    """From now on this process counts its pages into that counter; None: nowhere."""
    global _done  # noqa: PLW0603 - one counter a process, set by the process's initializer
    _done = counter


def page_done() -> None:
    """Counts one page."""
    if _done is not None:
        with _done.get_lock():
            _done.value += 1
