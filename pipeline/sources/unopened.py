"""Files and folders that a run finds and may not open, or that are gone when it does: they cost nothing but themselves."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipeline.records import Record
from pipeline.sources.inputs import Slice, broken
from pipeline.sources.objects import StoredObject

UNOPENED_FILE: Final = "file that cannot be opened"
UNOPENED_FOLDER: Final = "folder that cannot be opened"
NOT_OPENED: Final = (FileNotFoundError, PermissionError)  # any other error is the disk's, and ends the run
_GONE: Final = "the file could not be opened any more when it was to be read: "


def is_unopened(path: Path | StoredObject) -> bool:
    """Returns whether a file is gone or may not be read, so that an error was its own; never of an object, whose store tells of its own errors."""
    if isinstance(path, StoredObject):
        return False
    try:
        path.open("rb").close()
    except NOT_OPENED:
        return True
    return False


def or_gone(piece: Slice, records: Iterator[Record]) -> Iterator[Record]:
    """Yields the records of a slice and, where its file cannot be opened any more, one that says so. Raises OSError as reading does otherwise."""
    number = piece.first
    try:
        for record in records:
            yield record
            number += 1
    except NOT_OPENED as error:
        if not is_unopened(piece.file.path):
            raise
        why = os.strerror(error.errno) if error.errno else f"{error}"
        yield broken(piece.origin(f"{number}"), f"{_GONE}{piece.file.uri}: {why}")


def is_gone(detail: str) -> bool:
    """Returns whether the detail of a row is that of a file that could not be opened any more."""
    return detail.startswith(_GONE)
