"""Bytes of files, decompressed as they are read, and damage that does not pass unseen."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from pipeline.settings import MEBIBYTE
from pipeline.sources.gzip_members import GZIP_MAGIC, padding_start
from pipeline.sources.inputs import BrokenRecord
from pipeline.sources.objects import StoredObject

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_RECORD_BYTES: Final = 50 * MEBIBYTE  # the largest page of 1,500 real ones has 5 MiB; decompression bombs have gigabytes
TOO_LARGE: Final = f"larger than {MAX_RECORD_BYTES // MEBIBYTE} MiB"
MAX_RATIO: Final = 200  # pages become 13 times as large at the most, bombs of gzip 1,028 times and of zstd 32,746
_CHUNK_BYTES: Final = 64 * 1024
_MAGIC_BYTES: Final = 4
_CODECS_BY_MAGIC: Final = {GZIP_MAGIC: "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
# Files made with a dictionary (.warc.zst) begin with it, in a frame of one of sixteen marks.
_SKIPPABLE_FRAME: Final = b"\x2a\x4d\x18"


BOMB: Final = f"what is compressed here is more than {MAX_RATIO} times as large as the file"


class DecompressedStream(io.RawIOBase):
    """A file's bytes, decompressed by its magic bytes.

    A stream that is cut short or corrupt ends where it can't be read on, and `damage` then says why. The common readers stop there in silence,
    or lose the last block before it: we go back and read that block byte by byte.
    """

    damage: str | None = None

    def __init__(self, path: Path | StoredObject, start: int = 0, stop: int | None = None, *, may_be_packed: bool = True) -> None:
        """Of the bytes from `start` to `stop` (not included; None: to the end) of the file as it lies there."""
        super().__init__()
        self._path = path
        self._range = start, stop
        self._may_be_packed = may_be_packed
        self._most = most_bytes(path.size if isinstance(path, StoredObject) else path.stat().st_size)
        self._source = self._open()
        self._position = 0

    def _open(self) -> pa.NativeFile:
        file = open_file(self._path, *self._range)
        self._codec = codec_of(file.read(_MAGIC_BYTES)) if self._may_be_packed else None
        file.seek(0)
        return pa.CompressedInputStream(file, self._codec) if self._codec else file

    def readable(self) -> bool:
        """Returns True: a stream to read from."""
        return True

    def tell(self) -> int:
        """Returns how many bytes were read. fastwarc's native code breaks down where a stream can't say."""
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fills the buffer, in part perhaps, and returns how many bytes it now holds; 0 at the end and where damage begins."""
        if self._codec and self._position > self._most:
            self.damage = self.damage or BOMB
        with memoryview(buffer).cast("B") as view:
            chunk = b"" if self.damage else self._read(min(len(view), _CHUNK_BYTES))
            view[: len(chunk)] = chunk
        self._position += len(chunk)
        return len(chunk)

    def _read(self, size: int) -> bytes:
        try:
            return bytes(self._source.read(size))
        except OSError as error:
            if error.errno is not None:  # the disk's error, not the decompressor's
                raise
            if self._codec == "gzip" and self._leave_out_padding():
                self._read_anew()
                return self._read(size)
            self.damage = f"the compressed stream is damaged ({error})"
            return b"".join(self._bytes_before_damage())

    def _leave_out_padding(self) -> bool:
        """Whether all that is wrong is zeros at the end, which are not read any more then."""
        start, stop = self._range
        if stop is not None:
            return False
        with opened(self._path) as file:
            end = padding_start(file, start, self._most)
        self._range = start, end
        return end is not None

    def _read_anew(self) -> None:
        """Opens the file again, at the same place."""
        self._source.close()
        self._source = self._open()
        skip(self._source, self._position)

    def _bytes_before_damage(self) -> Iterator[bytes]:
        try:
            self._read_anew()
            while byte := self._source.read(1):
                yield bytes(byte)
        except OSError:
            return  # `damage` already says so

    def close(self) -> None:
        """Closes the file."""
        if not self.closed:
            self._source.close()
        super().close()


def open_file(path: Path | StoredObject, start: int = 0, stop: int | None = None) -> pa.NativeFile:
    """Returns a file or an object, or a part of its bytes, for pyarrow to read."""
    if isinstance(path, Path) and (start, stop) == (0, None) and _is_utf8(path):
        return pa.OSFile(str(path), "rb")
    return pa.PythonFile(_Part(opened(path, stop), start, stop), "r")


def _is_utf8(path: Path) -> bool:
    """Whether pyarrow can open a file of this name."""
    return not any("\udc80" <= letter <= "\udcff" for letter in str(path))


def opened(path: Path | StoredObject, stop: int | None = None) -> io.BufferedReader:
    """Returns a file or an object for Python to read, as it lies there; of an object nothing behind `stop` is fetched."""
    return path.open(stop) if isinstance(path, StoredObject) else path.open("rb")


class _Part(io.RawIOBase):
    """A part of a file; closing it closes the file."""

    def __init__(self, file: io.BufferedReader, start: int, stop: int | None) -> None:
        super().__init__()
        self._file = file
        self._start = start
        self._stop = file.seek(0, io.SEEK_END) if stop is None else stop
        self.seek(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell() - self._start

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        from_ = {io.SEEK_SET: self._start, io.SEEK_CUR: self._file.tell(), io.SEEK_END: self._stop}[whence]
        return self._file.seek(from_ + offset) - self._start

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        with memoryview(buffer).cast("B") as view:
            return self._file.readinto(view[: max(0, self._stop - self._file.tell())])

    def close(self) -> None:
        self._file.close()
        super().close()


def most_bytes(packed_bytes: int) -> int:
    """Returns to how many bytes a file of this size may expand; beyond it, it is a decompression bomb."""
    return max(MAX_RECORD_BYTES, MAX_RATIO * packed_bytes)


def skip(source: pa.NativeFile | io.BufferedReader, size: int) -> None:
    """Reads so many bytes, or to the end, and drops them: what is read may have become shorter meanwhile."""
    while size and (skipped := len(source.read(min(size, _CHUNK_BYTES)))):
        size -= skipped


def buffered(stream: DecompressedStream) -> io.BufferedReader:
    """Returns the stream with a buffer, for reading by lines; closing it closes the stream."""
    return io.BufferedReader(stream, _CHUNK_BYTES)


def read_whole(path: Path | StoredObject) -> bytes:
    """Returns a file's bytes, decompressed.

    Raises:
        BrokenRecord: when the compressed stream is damaged, or there are more than MAX_RECORD_BYTES.
    """
    stream = DecompressedStream(path)
    with buffered(stream) as reader:
        body = reader.read(MAX_RECORD_BYTES + 1)
    if len(body) > MAX_RECORD_BYTES:
        raise BrokenRecord(TOO_LARGE)
    if stream.damage:
        raise BrokenRecord(stream.damage)
    return body


def read_head(path: Path | StoredObject, size: int) -> bytes:
    """Returns the first bytes of a file, decompressed: fewer than `size` where it is shorter or damaged."""
    with buffered(DecompressedStream(path)) as reader:
        return reader.read(size)


def lines(reader: io.BufferedReader) -> Iterator[bytes | None]:
    """Yields each line with its end, and None for a line above MAX_RECORD_BYTES."""
    while line := reader.readline(MAX_RECORD_BYTES + 1):
        whole = len(line) <= MAX_RECORD_BYTES
        yield line if whole else None
        while not whole and line and not line.endswith(b"\n"):
            line = reader.readline(_CHUNK_BYTES)


def content_digest(path: Path | StoredObject) -> str:
    """Returns a hex digest that changes when the content does: the SHA-256 of a file's bytes as they lie on the disk."""
    if isinstance(path, StoredObject):
        return path.content_digest
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def codec_of(magic: bytes) -> str | None:
    """Returns how a file that begins so is compressed; None where it is not."""
    if magic[1:] == _SKIPPABLE_FRAME and magic[0] & 0xF0 == 0x50:
        return "zstd"
    return next((codec for mark, codec in _CODECS_BY_MAGIC.items() if magic.startswith(mark)), None)
