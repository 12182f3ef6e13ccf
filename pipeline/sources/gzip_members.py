"""Gzip's members: a file may have several, one after the other, as crawlers write one a record."""

from __future__ import annotations

import io
import zlib
from typing import Final

GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP: Final = 16 + zlib.MAX_WBITS  # with gzip's header and checksum
_CHUNK_BYTES: Final = 64 * 1024


def member_end(file: io.BufferedReader, start: int, most: int) -> int | None:
    """Returns where the member ends that begins at this byte; None where none does, or it is damaged or becomes more than `most` bytes."""
    file.seek(start)
    member, read, given = zlib.decompressobj(_GZIP), 0, 0
    try:
        while not member.eof:
            packed = member.unconsumed_tail or file.read(_CHUNK_BYTES)
            read += 0 if member.unconsumed_tail else len(packed)
            given += len(member.decompress(packed, _CHUNK_BYTES))
            if not packed or given > most:
                return None
    except zlib.error:
        return None
    return start + read - len(member.unused_data)


def padding_start(file: io.BufferedReader, start: int, most: int) -> int | None:
    """Returns where the last member ends if nothing but zeros follows it, as tapes and copies by blocks leave them; None where anything else does."""
    end = start
    while (next_end := member_end(file, end, most)) is not None:
        end = next_end
    file.seek(end)
    rest = file.read(1)
    if end == start or not rest:
        return None
    while rest:
        if any(rest):
            return None
        rest = file.read(_CHUNK_BYTES)
    return end


def first_bytes(packed: bytes, count: int) -> bytes:
    """Returns the first bytes that the beginning of a member holds; none where it is no member."""
    try:
        return zlib.decompressobj(_GZIP).decompress(packed, count)
    except zlib.error:
        return b""
