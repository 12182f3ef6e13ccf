from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources import http_body
from pipeline.sources.http_body import decoded_body
from pipeline.sources.inputs import BrokenRecord
from tests.sources.reading import Pack, zstd

PAGE = b"<p>The ferry to Nordholm sails again on Monday.</p>" * 30
# "The ferry sails again." as Brotli stores bytes that it does not compress
BROTLI = b"\x8b\x0a\x80The ferry sails again.\x03"


def chunks(data: bytes, size: int) -> bytes:
    parts = [data[place : place + size] for place in range(0, len(data), size)]
    return b"".join(b"%X\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\nTrailer: x\r\n\r\n"


def raw_deflate(data: bytes) -> bytes:
    return zlib.compress(data)[2:-4]


@pytest.mark.parametrize(
    ("body", "transfer", "content", "plain"),
    [
        (PAGE, None, None, PAGE),
        (PAGE, "identity", "identity", PAGE),
        (gzip.compress(PAGE, mtime=0), None, "gzip", PAGE),
        (gzip.compress(PAGE, mtime=0), None, "X-GZIP", PAGE),
        (zlib.compress(PAGE), None, "deflate", PAGE),
        (raw_deflate(PAGE), None, "deflate", PAGE),
        (zstd(PAGE), None, "zstd", PAGE),
        (zstd(gzip.compress(PAGE, mtime=0)), None, "gzip, zstd", PAGE),
        (BROTLI, None, "br", b"The ferry sails again."),
        (chunks(PAGE, 7), "chunked", None, PAGE),
        (chunks(gzip.compress(PAGE, mtime=0), 100), "Chunked", "gzip", PAGE),
        (PAGE, "chunked", None, PAGE),  # crawlers that store what they decoded keep the headers
        (PAGE, None, "gzip", PAGE),
        (b"<!doctype html>" + PAGE, None, "br", b"<!doctype html>" + PAGE),
        (b"", None, "gzip", b""),
    ],
)
def test_encodings_are_undone(body: bytes, transfer: str | None, content: str | None, plain: bytes):
    assert decoded_body(body, transfer_encoding=transfer, content_encoding=content) == plain


@pytest.mark.parametrize(
    ("body", "transfer", "content", "message"),
    [
        (gzip.compress(PAGE, mtime=0)[:-10], None, "gzip", "cut short"),
        (zlib.compress(PAGE)[:-10], None, "deflate", "cut short"),
        (zstd(PAGE)[:-4], None, "zstd", "damaged"),
        (BROTLI[:-5], None, "br", "damaged"),
        (chunks(PAGE, 100)[:-200], "chunked", None, "cut short"),
        (b"\x1f\x8b\x08\0" + bytes(30) + b"\xff" * 30, None, "gzip", "damaged"),
        (PAGE, None, "compress", "unknown Content-Encoding compress"),
    ],
)
def test_what_can_not_be_undone_is_said(body: bytes, transfer: str | None, content: str | None, message: str):
    with pytest.raises(BrokenRecord, match=message):
        decoded_body(body, transfer_encoding=transfer, content_encoding=content)


@pytest.mark.parametrize(("pack", "content"), [(gzip.compress, "gzip"), (zlib.compress, "deflate"), (zstd, "zstd")])
def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch, pack: Pack, content: str):
    monkeypatch.setattr(http_body, "MAX_RECORD_BYTES", 100_000)

    with pytest.raises(BrokenRecord, match="larger than"):
        decoded_body(pack(bytes(10_000_000)), transfer_encoding=None, content_encoding=content)


@given(st.binary(min_size=1, max_size=500), st.integers(1, 50))
def test_chunks_join_to_what_was_sent(body: bytes, size: int):
    assert decoded_body(chunks(body, size), transfer_encoding="chunked", content_encoding=None) == body
