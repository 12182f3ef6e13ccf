"""What is read: input files, what is known of them from beside them, and the slices that batches are made of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.records import Origin, Reason, SourceFormat, Unreadable
from pipeline.sources.objects import StoredObject


class InputError(Exception):
    """The input can't be read as it is: one line that names the place and says what to do."""


class BrokenRecord(Exception):  # noqa: N818 - an outcome of a record, not an error of the program
    """Raised where a record's bytes don't hold what they should; its reader turns it into an `Unreadable`."""


def broken(origin: Origin, detail: str, *, url: str | None = None) -> Unreadable:
    """Returns the record that stands for something that is here but can't be read."""
    return Unreadable(origin=origin, reason=Reason.BROKEN_RECORD, detail=detail, url=url)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What a sidecar or a manifest says of a page. `error` is set when it could not be read: the page is then not read either."""

    url: str | None = None
    fetched_at: datetime | None = None
    content_type: str | None = None
    charset: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file below one of the roots, as `stat` or the listing of a store shows it."""

    path: Path | StoredObject
    uri: str  # relative to its root, POSIX; for a root that is a file: its name
    size: int
    mtime_ns: int
    inode: int  # of an object: made of the store's mark of its content
    facts: PageFacts | None = None
    never_opened: str = ""  # what it is, where it is only counted: a symbolic link to something outside its root, a pipe, what may not be opened

    @property
    def facts_digest(self) -> str:
        """A hex digest that changes when what is known from beside the file does; empty where nothing is."""
        return hashlib.sha256(repr(self.facts).encode("utf-8", "backslashreplace")).hexdigest() if self.facts else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of a file that one batch reads: rows of Parquet, else bytes, from `start` to `stop` (not included; None: to the end)."""

    file: InputFile
    format: SourceFormat
    start: int = 0
    stop: int | None = None
    first: int = 0  # the number of its first line or record
    records: int  # how many it holds: counted where that is cheap, else guessed from its size
    size: int  # bytes of the file that are its own
    pages: int | None = None  # how many it holds, where that is known before it is read

    def origin(self, record: str) -> Origin:
        """Returns the origin of one of its records."""
        return Origin(uri=self.file.uri, format=self.format, record=record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """A file that holds no pages as far as we can tell (an image, a stylesheet): counted by kind."""

    file: InputFile
    kind: str
