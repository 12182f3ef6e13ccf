"""The body of an HTTP message as its reader sees it: chunks joined, compression undone."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable
from typing import Any, Final

from fastwarc.stream_io import BrotliReader, ZstdReader

from pipeline.sources.content import starts_like_html
from pipeline.sources.gzip_members import GZIP_MAGIC
from pipeline.sources.inputs import BrokenRecord
from pipeline.sources.streams import MAX_RECORD_BYTES, TOO_LARGE

_CHUNK_HEAD: Final = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_GZIP_WINDOW: Final = 31
_READ_BYTES: Final = 1 << 16


def decoded_body(body: bytes, *, transfer_encoding: str | None, content_encoding: str | None) -> bytes:
    """Returns the body with transfer and content encoding undone. Crawlers that undo them often keep the headers, so a body that plainly isn't
    encoded is returned as it is.

    Raises:
        BrokenRecord: when the body is cut short, is encoded in an unknown way, or decodes to more than MAX_RECORD_BYTES.
    """
    if "chunked" in (transfer_encoding or "").lower():
        body = _joined_chunks(body)
    for encoding in reversed((content_encoding or "").lower().split(",")):
        body = _decompressed(body, encoding.strip())
    return body


def _joined_chunks(body: bytes) -> bytes:
    chunks: list[bytes] = []
    position = 0
    while head := _CHUNK_HEAD.match(body, position):
        size = int(head[1], 16)
        if size == 0:
            return b"".join(chunks)
        chunk = body[head.end() : head.end() + size]
        chunks.append(chunk)
        position = head.end() + size
        position += 2 if body[position : position + 2] == b"\r\n" else 1
    if not chunks:
        return body
    raise BrokenRecord("the chunked body is cut short")


def _decompressed(body: bytes, encoding: str) -> bytes:
    if encoding in ("", "identity", "none") or not body or starts_like_html(body):
        return body
    if encoding in ("gzip", "x-gzip"):
        return _inflated(body, _GZIP_WINDOW) if body.startswith(GZIP_MAGIC) else body
    if encoding == "deflate":
        return _inflated(body, _deflate_window(body))
    reader = {"br": BrotliReader, "zstd": ZstdReader}.get(encoding)
    if reader is None:
        raise BrokenRecord(f"unknown Content-Encoding {encoding[:40]}")
    return _read_through(reader, body, encoding)


def _deflate_window(body: bytes) -> int:
    """Window bits for zlib: the standard asks for a zlib header, and some servers leave it out."""
    has_zlib_header = body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if has_zlib_header else -zlib.MAX_WBITS


def _inflated(body: bytes, window_bits: int) -> bytes:
    inflater = zlib.decompressobj(window_bits)
    try:
        plain = inflater.decompress(body, MAX_RECORD_BYTES + 1)
    except zlib.error as error:
        raise BrokenRecord(f"the compressed body is damaged ({error})") from None
    if len(plain) > MAX_RECORD_BYTES:
        raise BrokenRecord(TOO_LARGE)
    if not inflater.eof:
        raise BrokenRecord("the compressed body is cut short")
    return plain


def _read_through(reader_of: Callable[[io.BytesIO], Any], body: bytes, encoding: str) -> bytes:
    plain = bytearray()
    reader = reader_of(io.BytesIO(body))
    try:
        while len(plain) <= MAX_RECORD_BYTES and (chunk := reader.read(_READ_BYTES)):
            plain += chunk
    except OSError as error:
        raise BrokenRecord(f"the {encoding} body is damaged ({error})") from None
    if len(plain) > MAX_RECORD_BYTES:
        raise BrokenRecord(TOO_LARGE)
    return bytes(plain)
