"""What becomes of the pages of one id: the newest by its data is the article, whatever order they arrived in. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from pipeline.records import Repeat

_BEFORE_ALL: Final = -(2**63)  # an unknown instant is older than any known one


class Outcome(IntEnum):
    """What became of a staged article."""

    NEW = 1  # its id was not published before
    REVISED = 2  # it takes the published row's place, with the next revision
    UNCHANGED = 3  # it says what the published row says, which stays
    SUPERSEDED = 4  # another page with its id is newer


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page by which its id is judged. Instants are microseconds since 1970 in UTC; `digest` hashes its published content."""

    source_uri: str
    source_record: str
    source_sha256: str
    digest: str
    fetched_at: int | None
    date_modified: int | None
    date_published: int | None

    @property
    def source(self) -> tuple[str, str]:
        """The record that says this, and may come to say something else."""
        return self.source_uri, self.source_record

    @property
    def age(self) -> tuple[int, int, int, str, str, str, str]:
        """The order of pages from oldest to newest: total but for pages that are alike in all we know."""
        fetched, modified, published = (
            _BEFORE_ALL if instant is None else instant for instant in (self.fetched_at, self.date_modified, self.date_published)
        )
        return fetched, modified, published, self.source_uri, self.source_record, self.source_sha256, self.digest


class Placement(StrEnum):
    """Where an article's row is."""

    PLAIN = "plain"  # among the articles
    MARKED = "marked"  # the same, and it names the article that it repeats
    HELD = "held"  # kept where no reader looks, and a row of `rejected` says that it is a duplicate


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an article's row is, and which article it repeats."""

    placement: Placement = Placement.PLAIN
    repeat: Repeat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An article as the ledger knows it: the newest page that says so, its place, and the files (by ledger number) that hold its rows."""

    page: Page
    revision: int
    articles_file: int
    removed_file: int | None = None
    duplicates_file: int | None = None
    place: Place = Place()

    @property
    def files(self) -> list[int]:
        """The files that hold rows of it."""
        return [file for file in (self.articles_file, self.removed_file, self.duplicates_file) if file is not None]


def newest(pages: Sequence[Page]) -> int:
    """Returns the index of the newest page."""
    return max(range(len(pages)), key=lambda index: pages[index].age)


def settle(standing: Standing | None, pages: Sequence[Page]) -> list[Outcome]:
    """Returns the outcome of each staged page of one id; all but the newest are superseded, and the published page may beat that too.

    A record that is read again takes back what it said before, however old the new page is. Between records age decides.
    """
    outcomes = [Outcome.SUPERSEDED] * len(pages)
    winner = newest(pages)
    outcomes[winner] = _against(standing, pages[winner], read_again=any(standing and page.source == standing.page.source for page in pages))
    return outcomes


def _against(standing: Standing | None, page: Page, *, read_again: bool) -> Outcome:
    if standing is None:
        return Outcome.NEW
    if not read_again and page.age < standing.page.age:
        return Outcome.SUPERSEDED
    return Outcome.UNCHANGED if page.digest == standing.page.digest else Outcome.REVISED
