from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.records import Media, RawPage, Reason, Unreadable
from pipeline.sources import content_digest, streams
from tests.sources.reading import Pack, read, zstd

PAGE = "<!DOCTYPE html><html><body><p>Müller opened the ferry to Nordholm.</p></body></html>".encode()


@pytest.mark.parametrize("name", ["page.html", "page.html.gz", "page.html.zst"])
def test_a_page_arrives_as_it_was_saved(tmp_path: Path, name: str):
    pack = {"page.html.gz": gzip.compress, "page.html.zst": zstd}.get(name, bytes)
    (tmp_path / name).write_bytes(pack(PAGE))
    (tmp_path / "page.json").write_text('{"url": "https://ledger.example/ferry", "fetched_at": "2024-05-01T12:00:00Z", "charset": "utf-8"}')

    (page,) = read(tmp_path / name)

    assert isinstance(page, RawPage)
    assert (page.body, page.media, page.charset) == (PAGE, Media.HTML, "utf-8")
    assert (page.url, page.fetched_at) == ("https://ledger.example/ferry", datetime(2024, 5, 1, 12, tzinfo=UTC))
    assert (page.origin.uri, page.origin.format, page.origin.record) == (name, "html", "0")


def test_zeros_behind_a_compressed_page_are_no_damage(tmp_path: Path):
    (tmp_path / "page.html.gz").write_bytes(gzip.compress(PAGE) + bytes(70_000))
    (page,) = read(tmp_path / "page.html.gz")
    assert isinstance(page, RawPage)
    assert page.body == PAGE


def test_a_file_that_is_emptied_while_it_is_read_ends(tmp_path: Path):
    path = tmp_path / "pages.jsonl.gz"
    path.write_bytes(gzip.compress("".join(map(str, range(300_000))).encode()))
    with streams.buffered(streams.DecompressedStream(path)) as reader:
        assert reader.read(70_000)
        os.truncate(path, 0)
        assert len(reader.read()) < 2_000_000


def test_anything_else_behind_it_is(tmp_path: Path):
    (tmp_path / "page.html.gz").write_bytes(gzip.compress(PAGE) + bytes(512) + b"x")
    (page,) = read(tmp_path / "page.html.gz")
    assert isinstance(page, Unreadable)


def test_a_page_whose_name_is_not_utf8_is_one(tmp_path: Path):
    name = os.fsdecode(b"caf\xe9.html")
    (tmp_path / name).write_bytes(PAGE)
    (page,) = read(tmp_path / name)
    assert isinstance(page, RawPage)
    assert (page.origin.uri, page.body) == (r"caf\xe9.html", PAGE)


@pytest.mark.parametrize(
    ("name", "content", "content_type", "media"),
    [
        ("page.html", b"<p>A fragment", None, Media.HTML),
        ("page.html", b"A line.", "text/plain", Media.TEXT),
        ("page.html", PAGE, "text/plain", Media.HTML),
        ("notes.txt", b"A line.\r\nAnother <b>.\r\n", None, Media.TEXT),
        ("notes.txt", b"<p>A fragment", "text/html; charset=utf-8", Media.HTML),
        ("notes.txt", PAGE, None, Media.HTML),
        ("empty.html", b"", None, Media.HTML),
    ],
)
def test_what_a_file_holds(tmp_path: Path, name: str, content: bytes, content_type: str | None, media: Media):
    (tmp_path / name).write_bytes(content)
    if content_type:
        (tmp_path / name).with_suffix(".json").write_text(f'{{"content_type": "{content_type}"}}')

    (page,) = read(tmp_path / name)

    assert (page.media, page.body) == (media, content)


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_a_cut_page_is_no_page(tmp_path: Path, pack: Pack, kept: float):
    whole = pack(PAGE * 20)
    (tmp_path / "page.html.gz").write_bytes(whole[: int(len(whole) * kept)])

    (record,) = read(tmp_path / "page.html.gz")

    assert isinstance(record, Unreadable)
    assert record.reason is Reason.BROKEN_RECORD
    assert "damaged" in record.detail


@pytest.mark.parametrize(("pack", "name"), [(bytes, "bomb.html"), (gzip.compress, "bomb.html.gz"), (zstd, "bomb.html.zst")])
def test_a_page_above_the_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Pack, name: str):
    monkeypatch.setattr(streams, "MAX_RECORD_BYTES", 100_000)
    (tmp_path / name).write_bytes(pack(bytes(100_001)))
    (tmp_path / ("just-" + name)).write_bytes(pack(b"x" * 100_000))

    (record,) = read(tmp_path / name)
    (page,) = read(tmp_path / ("just-" + name))

    assert isinstance(record, Unreadable)
    assert "larger than" in record.detail
    assert len(page.body) == 100_000


def test_the_hash_is_of_the_bytes_on_the_disk(tmp_path: Path):
    (tmp_path / "empty").write_bytes(b"")

    assert content_digest(tmp_path / "empty") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
