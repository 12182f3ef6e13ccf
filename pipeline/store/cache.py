"""The cache of drafts below the state folder: which files it holds, and keeping it below a size. Deleting any of it loses nothing but time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pipeline.store import operations

DRAFTS: Final = "drafts"


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedFile:
    """A file of drafts, its size in bytes, and when a run last wrote or read it (UTC)."""

    path: Path
    bytes: int
    used_at: datetime

    @property
    def extractor_version(self) -> str:
        """The version of the extraction that made it."""
        return self.path.parent.name


def cached_files(state: Path) -> Iterator[CachedFile]:
    """Yields the files of drafts of all extractor versions, by version and name."""
    for path in sorted((state / DRAFTS).glob("*/*.parquet")):
        with suppress(FileNotFoundError):  # a run that ends this moment has pruned it
            stat = path.stat()
            yield CachedFile(path=path, bytes=stat.st_size, used_at=datetime.fromtimestamp(stat.st_mtime, UTC))


def mark_used(path: Path) -> None:
    """Notes that a run reads a file of drafts: those that were used last are kept longest."""
    os.utime(path)


def prune_cache(state: Path, extractor_version: str, keep_bytes: int) -> list[CachedFile]:
    """Deletes files until no more than so many bytes are left, and returns what it deleted. The caller holds the dataset's lock.

    Drafts of other versions than today's go first, then those that no run has used for longest.
    """
    files = sorted(cached_files(state), key=lambda file: (file.extractor_version == extractor_version, file.used_at, file.path))
    left = sum(file.bytes for file in files)
    pruned = []
    for file in files:
        if left <= keep_bytes:
            break
        operations.unlink(file.path)
        left -= file.bytes
        pruned.append(file)
    for folder in sorted({file.path.parent for file in pruned}):
        if not any(folder.iterdir()):
            operations.remove_directory(folder)
    return pruned
