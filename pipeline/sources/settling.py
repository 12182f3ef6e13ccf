"""Files that somebody is still writing: reading them now would publish half of what they will hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import sleep, time_ns
from typing import Final

from pipeline.sources.inputs import InputFile
from pipeline.sources.objects import StoredObject
from pipeline.sources.unopened import NOT_OPENED

_NANOSECONDS: Final = 1_000_000_000


def files_being_written(files: Sequence[InputFile], seconds: float) -> frozenset[str]:
    """Returns the URIs of those that changed since they were found; waits before, until the youngest was left alone for so many seconds."""
    youngest_ns = max((file.mtime_ns for file in files if isinstance(file.path, Path)), default=0)
    age = (time_ns() - youngest_ns) / _NANOSECONDS
    if age < seconds:
        sleep(min(seconds, seconds - age))  # no longer where a clock goes wrong, and the file is of tomorrow
    return frozenset(file.uri for file in files if _has_changed(file))


def _has_changed(file: InputFile) -> bool:
    if isinstance(file.path, StoredObject):
        return False  # an object appears whole, and reading another one than was listed fails
    try:
        now = file.path.stat()
    except NOT_OPENED:
        return True
    return (now.st_size, now.st_mtime_ns, now.st_ino) != (file.size, file.mtime_ns, file.inode)
