"""Objects of a store: found, and read by ranges as a file is."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

import obstore

from pipeline.objectstore import store_errors, store_of
from pipeline.settings import MEBIBYTE

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_RANGE_BYTES: Final = (
    4 * MEBIBYTE
)  # what one request asks for: fewer cost a round trip each, more are read in vain where only a file's head is wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """An object below a URL, as a listing shows it."""

    root: str  # a URL of the store, which the key is relative to
    key: str
    size: int
    modified_ns: int
    e_tag: str  # the store's mark of the content; where it makes none, time and size

    @property
    def name(self) -> str:
        """The last part of the key."""
        return PurePosixPath(self.key).name

    @property
    def suffixes(self) -> list[str]:
        """The suffixes of the name, as of a Path."""
        return PurePosixPath(self.key).suffixes

    @property
    def content_digest(self) -> str:
        """A hex digest that changes when the content does: made of the store's mark, for reading all of it only for that would be dear."""
        return hashlib.sha256(f"{self.size} {self.e_tag}".encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.root}/{self.key}"

    def open(self, stop: int | None = None) -> io.BufferedReader:
        """Returns a reader that can seek, of the bytes before `stop` (None: of all). Raises OSError where the store fails for long, or the object is not the listed one any more."""
        return io.BufferedReader(_Ranges(self, self.size if stop is None else min(stop, self.size)), _RANGE_BYTES)

    def read_bytes(self) -> bytes:
        """Returns the whole content. Raises OSError as `open` does."""
        with self.open() as file:
            return file.read()


class _Ranges(io.RawIOBase):
    """The bytes of an object, of which each read is a request for a range."""

    def __init__(self, source: StoredObject, stop: int) -> None:
        super().__init__()
        self._source = source
        self._stop = stop
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._position = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._stop}[whence]
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        with memoryview(buffer).cast("B") as view:
            size = max(0, min(len(view), self._stop - self._position))
            if size:
                view[:size] = _range(self._source, self._position, size)
        self._position += size
        return size


def _range(source: StoredObject, start: int, size: int) -> memoryview:
    with store_errors(str(source)):
        found = obstore.get(store_of(source.root), source.key, options={"range": (start, start + size), "if_match": source.e_tag})
        return memoryview(found.bytes())


def list_objects(url: str) -> Iterator[StoredObject]:
    """Yields the objects below a URL, in the order of their keys, or the one that it names. Raises OSError where the store cannot be asked."""
    url = url.rstrip("/")
    with store_errors(url):
        below = [_stored(url, meta) for chunk in obstore.list(store_of(url)) for meta in chunk]
    yield from sorted(below, key=lambda each: each.key) or _named(url)


def _named(url: str) -> Iterator[StoredObject]:
    root, _, key = url.rpartition("/")
    with store_errors(url):
        try:
            yield _stored(root, obstore.head(store_of(root), key))
        except FileNotFoundError:
            return


def _stored(root: str, meta: obstore.ObjectMeta) -> StoredObject:
    modified_ns = int(meta["last_modified"].timestamp() * 1_000_000) * 1000
    return StoredObject(root=root, key=meta["path"], size=meta["size"], modified_ns=modified_ns, e_tag=meta["e_tag"] or f"{modified_ns}")
