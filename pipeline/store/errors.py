"""What the store says when it cannot go on: one clear sentence each, for the command line to show as it is."""

from __future__ import annotations

from typing import Final

REBUILD: Final = "`copydesk fsck --rebuild` makes a ledger anew from what is published"  # the cure of one that is lost or damaged


class StoreError(Exception):
    """The dataset's folders, ledger or files are not as they must be; the message says what to do."""


class Busy(StoreError):  # noqa: N818 - a state that passes, with an exit code of its own
    """Another run holds the dataset; the message says who and since when."""


class AccountingError(StoreError):
    """The pages read are not the sum of what became of them: a bug of ours, and nothing was published."""
