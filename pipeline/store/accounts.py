"""The accounts of a run: every page it read became exactly one thing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pipeline.store.errors import AccountingError


def new_run_id(started_at: datetime) -> str:
    """Returns a name for a run that began then (UTC); names sort by time, and none comes twice."""
    return f"{started_at:%Y%m%dT%H%M%SZ}-{started_at.microsecond:05x}{secrets.token_hex(1)}"  # the second, its microsecond, and a number


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """The run that commits. `run_id` never repeats; `pages_read` is counted where pages are read, apart from what becomes of them."""

    run_id: str
    started_at: datetime  # with an offset
    pages_read: int

    @classmethod
    def without_pages(cls) -> RunInfo:
        """Returns a run, begun now, that reads nothing."""
        now = datetime.now(UTC)
        return cls(run_id=new_run_id(now), started_at=now, pages_read=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of the pages of a run. `superseded` ones and `duplicates` are among the `rejected`."""

    new: int
    revised: int
    unchanged: int
    rejected: int
    superseded: int
    duplicates: int = 0

    def check(self, pages_read: int) -> None:
        """Raises AccountingError unless every page read is accounted for, once."""
        known = self.new + self.revised + self.unchanged + self.rejected
        if known != pages_read:
            raise AccountingError(
                f"{pages_read} pages were read, but {known} are accounted for "
                f"({self.new} new, {self.revised} revised, {self.unchanged} unchanged, {self.rejected} rejected); nothing was published"
            )


NO_PAGES: Final = Counts(new=0, revised=0, unchanged=0, rejected=0, superseded=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRun:
    """What came of a site's pages in a run; shares are 0 to 1. `off` names the figures that were not as in the runs before it."""

    site: str
    pages: int
    rejected_share: float  # of the pages
    median_words: float  # of the articles
    without_title: float  # share of the articles
    without_date: float
    without_author: float
    removed_share: float  # of the articles' characters; what moved to a field does not count
    off: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """What a run did to the dataset. `version` is the one readers see now; `published` says whether this run made it."""

    version: int
    published: bool
    counts: Counts
