"""Where a damaged WARC can be read on: at the next record that is a member of gzip of its own, or at the next line that begins one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipeline.sources.gzip_members import GZIP_MAGIC, first_bytes, member_end
from pipeline.sources.objects import StoredObject
from pipeline.sources.streams import codec_of, most_bytes, opened

_CHUNK_BYTES: Final = 64 * 1024
_MAGIC_BYTES: Final = 4
_HEAD_BYTES: Final = 4096  # of a member: enough for gzip's header, the codes' tables and a few letters
_MEMBER: Final = GZIP_MAGIC + b"\x08"  # and the only way to compress that it knows
_RECORD: Final = b"WARC/"
NEXT_RECORD: Final = b"\r\n\r\nWARC/1."  # what stands before a record, and how it begins


def next_record(path: Path | StoredObject, start: int, read_to: int) -> int | None:
    """Returns where a record begins after the damage of a file that was read from the byte `start`; None where none does.

    `read_to` is the byte from which on one may begin, where the file is not compressed.
    """
    with opened(path) as file:
        file.seek(start)
        codec = codec_of(file.peek(_MAGIC_BYTES)[:_MAGIC_BYTES])
        if codec != "gzip":
            place = None if codec else next(_places(file, NEXT_RECORD, read_to), None)
            return None if place is None else place + NEXT_RECORD.index(_RECORD)
        size = file.seek(0, io.SEEK_END)
        damaged = start
        while (end := member_end(file, damaged, most_bytes(size))) is not None:
            if end == size:
                return None  # every member is whole: what is wrong is within them
            damaged = end
        return next((place for place in _places(file, _MEMBER, damaged + 1) if _begins_record(file, place)), None)


def _places(file: io.BufferedReader, mark: bytes, start: int) -> Iterator[int]:
    """Where the mark stands, from a byte on; in between others may move about in the file."""
    position, held = start, b""
    file.seek(start)
    while chunk := file.read(_CHUNK_BYTES):
        held += chunk
        place = held.find(mark)
        while place >= 0:
            yield position + place
            place = held.find(mark, place + 1)
        position, held = position + len(held), held[-len(mark) + 1 :]
        file.seek(position)
        position -= len(held)


def begins_record(path: Path | StoredObject, place: int) -> bool:
    """Returns whether a record begins at a byte of a file, as it is or as a member of gzip."""
    with opened(path, place + _HEAD_BYTES) as file:
        return _begins_record(file, place)


def _begins_record(file: io.BufferedReader, place: int) -> bool:
    """Whether one begins here: what marks a member may stand in any compressed bytes, and a member may begin within a record."""
    file.seek(place)
    head = file.read(_HEAD_BYTES)
    return head.startswith(_RECORD) or first_bytes(head, len(_RECORD)) == _RECORD
