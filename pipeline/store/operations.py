"""Every operation that a crash can interrupt, one thin function each, so that tests can count, fail and stop them.

Callers go through the module (`operations.rename(...)`), never through an imported name: a test replaces the functions here.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

    from _typeshed import ReadableBuffer

OPERATIONS: Final = ("write", "fsync", "fsync_directory", "rename", "exchange", "link", "unlink", "make_directory", "remove_directory", "sql_commit")
TEMPORARY_SUFFIX: Final = ".tmp"  # never .parquet: a reader's glob must not see a file that is not whole
_BUFFER_BYTES: Final = 1024 * 1024
_AT_FDCWD: Final = -100  # renameat2's "relative to the working directory"
_RENAME_EXCHANGE: Final = 2


def write(descriptor: int, data: ReadableBuffer) -> int:
    """Writes and returns how many bytes were taken, which may be fewer than given."""
    return os.write(descriptor, data)


def fsync(descriptor: int) -> None:
    """Waits until the file's bytes are on the disk."""
    os.fsync(descriptor)


def fsync_directory(path: Path) -> None:
    """Waits until the names in a directory are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rename(source: Path, target: Path) -> None:
    """Renames, taking the place of a file or of an empty directory."""
    source.rename(target)


def exchange(first: Path, second: Path) -> None:
    """Swaps two names in one step. Raises OSError with ENOSYS or EINVAL where the system or the file system cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        raise OSError(errno.ENOSYS, "no renameat2 in this C library")
    if libc.renameat2(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), str(first), None, str(second))


def link(source: Path, target: Path) -> None:
    """Gives a file a second name (a hard link)."""
    target.hardlink_to(source)


def unlink(path: Path) -> None:
    """Removes a file's name; one that is already gone is fine."""
    path.unlink(missing_ok=True)


def make_directory(path: Path) -> None:
    """Makes a directory and its parents; one that is already there is fine."""
    path.mkdir(parents=True, exist_ok=True)


def remove_directory(path: Path) -> None:
    """Removes an empty directory."""
    path.rmdir()


def sql_commit(database: sqlite3.Connection) -> None:
    """Commits the open transaction; with synchronous=FULL it is on the disk when this returns."""
    database.execute("COMMIT")


class _HashedFile(io.RawIOBase):
    """A descriptor that counts and hashes what is written to it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.digest = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def tell(self) -> int:
        return self.size

    def write(self, data: ReadableBuffer, /) -> int:
        taken = write(self._descriptor, data)
        self.digest.update(memoryview(data)[:taken])
        self.size += taken
        return taken

    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
        super().close()


class DurableFile(io.BufferedWriter):
    """A file being written, whose size and hash are known once it is flushed."""

    def __init__(self, descriptor: int) -> None:
        self._hashed = _HashedFile(descriptor)
        super().__init__(self._hashed, _BUFFER_BYTES)

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._hashed.size

    @property
    def sha256(self) -> str:
        """The hex digest of the bytes written so far."""
        return self._hashed.digest.hexdigest()


@contextmanager
def replacing(path: Path) -> Iterator[DurableFile]:
    """Yields a file that takes `path`'s place when the block ends well: whole and on the disk, or not at all.

    The temporary name is its own for every writer, so that two attempts at one batch cannot mix; what a crash leaves is swept up when the dataset is next opened.
    """
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}{TEMPORARY_SUFFIX}")
    with DurableFile(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)) as file:
        yield file
        file.flush()
        fsync(file.fileno())
    rename(temporary, path)
    fsync_directory(path.parent)
