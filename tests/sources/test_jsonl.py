from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.records import Media, RawPage, Reason, Unreadable
from pipeline.settings import ColumnNames
from pipeline.sources import jsonl, rows, streams
from tests.sources.reading import Pack, noise, read, zstd


def lines(*objects: object) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in objects)


@pytest.mark.parametrize(("name", "pack"), [("pages.jsonl", bytes), ("pages.jsonl.gz", gzip.compress), ("pages.ndjson.zst", zstd)])
def test_a_line_is_a_page(tmp_path: Path, name: str, pack: Pack):
    rows_ = [
        {"id": "a1", "html": "<p>Ærø", "page_url": "https://ledger.example/1", "crawl_date": "20240501120000", "charset": "koi8-r"},
        {"html": "<p>two", "id": None},
        {"html": "<p>three", "id": 42},
    ]
    (tmp_path / name).write_bytes(pack(b"\xef\xbb\xbf" + lines(*rows_).replace(b"\n", b"\r\n\r\n")))

    pages = read(tmp_path / name)

    assert [(page.origin.record, page.body) for page in pages] == [("a1", "<p>Ærø".encode()), ("2", b"<p>two"), ("42", b"<p>three")]
    assert (pages[0].url, pages[0].fetched_at) == ("https://ledger.example/1", datetime(2024, 5, 1, 12, tzinfo=UTC))
    assert pages[0].charset == "utf-8", "a JSON string is decoded already, whatever the page was in"
    assert (pages[1].url, pages[1].fetched_at) == (None, None)


def test_the_last_line_needs_no_end(tmp_path: Path):
    (tmp_path / "pages.jsonl").write_bytes(b'{"html": "<p>one"}\n{"html": "<p>two"}')

    assert [page.body for page in read(tmp_path / "pages.jsonl")] == [b"<p>one", b"<p>two"]


@pytest.mark.parametrize(
    ("line", "reason", "detail"),
    [
        (b'{"html": "<p>cut', Reason.BROKEN_RECORD, "no JSON"),
        (b"plain words", Reason.BROKEN_RECORD, "no JSON"),
        (b'["<p>x"]', Reason.BROKEN_RECORD, "no object"),
        (b'{"html": "<p>caf\xe9"}', Reason.BROKEN_RECORD, "not valid UTF-8 at its byte 16"),
        (b"[" * 50_000, Reason.BROKEN_RECORD, "no JSON"),
        (b'{"html": ["<p>x"]}', Reason.BROKEN_RECORD, "html holds neither"),
        (b'{"html": 5}', Reason.BROKEN_RECORD, "html holds neither"),
        (b'{"html": ""}', Reason.NO_BODY, "nothing in html"),
        (b'{"html": null}', Reason.NO_BODY, "nothing in html"),
        (b'{"title": "x"}', Reason.NO_BODY, "no column"),
    ],
)
def test_a_line_without_a_page_is_a_row_and_the_others_go_on(tmp_path: Path, line: bytes, reason: Reason, detail: str):
    (tmp_path / "pages.jsonl").write_bytes(b'{"html": "<p>one"}\n' + line + b'\n{"html": "<p>three"}\n')

    one, bad, three = read(tmp_path / "pages.jsonl")

    assert (one.body, three.body) == (b"<p>one", b"<p>three")
    assert isinstance(bad, Unreadable)
    assert (bad.reason, bad.origin.record) == (reason, "1")
    assert detail in bad.detail


def test_nan_and_half_a_surrogate_pair_lose_no_page(tmp_path: Path):
    (tmp_path / "pages.jsonl").write_bytes(b'{"html": "<p>\\ud83d\\ude00 \\ud83d half", "score": NaN}\n')

    (page,) = read(tmp_path / "pages.jsonl")

    assert page.body.decode() == "<p>😀 � half"


@pytest.mark.parametrize(
    ("row", "columns", "body", "media"),
    [
        ({"html": "<p>a", "text": "b"}, ColumnNames(), "<p>a", Media.HTML),
        ({"html": "", "text": "b"}, ColumnNames(), "b", Media.TEXT),
        ({"html": "no tag"}, ColumnNames(), "no tag", Media.HTML),
        ({"html": "<p>a", "summary": "b"}, ColumnNames(text="summary"), "b", Media.TEXT),
        ({"html": "<p>a", "raw": "<p>b"}, ColumnNames(html="raw"), "<p>b", Media.HTML),
        ({"content": "<p>a</p>"}, ColumnNames(), "<p>a</p>", Media.HTML),
        ({"content": "5 < 6 and 7 > 3"}, ColumnNames(), "5 < 6 and 7 > 3", Media.TEXT),
        ({"body": "Plain words."}, ColumnNames(), "Plain words.", Media.TEXT),
        ({"body": "Plain words."}, ColumnNames(html="body"), "Plain words.", Media.HTML),
        ({"text": "a < b"}, ColumnNames(), "a < b", Media.TEXT),
        ({"text": "<!doctype html><p>a"}, ColumnNames(), "<!doctype html><p>a", Media.HTML),
    ],
)
def test_which_column_is_the_page_and_what_it_holds(tmp_path: Path, row: dict[str, str], columns: ColumnNames, body: str, media: Media):
    (tmp_path / "pages.jsonl").write_bytes(lines(row))

    (page,) = read(tmp_path / "pages.jsonl", columns)

    assert (page.body.decode(), page.media) == (body, media)


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
@pytest.mark.parametrize("kept", [0.023, 0.5, 0.97])
def test_a_cut_file_gives_every_whole_line_and_then_says_so(tmp_path: Path, pack: Pack, kept: float):
    bodies = [f"<p>{noise(number, 2000)}" for number in range(200)]
    packed = b"".join(pack(lines({"html": body})) for body in bodies)
    cut = packed[: int(len(packed) * kept)]
    whole_members = next(count for count in range(200, -1, -1) if len(b"".join(pack(lines({"html": body})) for body in bodies[:count])) <= len(cut))
    (tmp_path / "pages.jsonl.gz").write_bytes(cut)

    *pages, last = read(tmp_path / "pages.jsonl.gz")

    assert [page.body.decode() for page in pages] == bodies[: len(pages)]
    assert len(pages) >= whole_members
    assert isinstance(last, Unreadable)
    assert (last.reason, last.origin.record) == (Reason.BROKEN_RECORD, str(len(pages)))
    assert "from here on" in last.detail


def test_a_cut_inside_the_last_line_reports_that_line_once(tmp_path: Path):
    packed = gzip.compress(b'{"html": "<p>one"}\n') + gzip.compress(b'{"html": "' + noise(3, 6000).encode() + b'"}\n')
    (tmp_path / "pages.jsonl.gz").write_bytes(packed[:-500])

    one, last = read(tmp_path / "pages.jsonl.gz")

    assert isinstance(one, RawPage)
    assert (last.origin.record, last.reason) == ("1", Reason.BROKEN_RECORD)


def test_a_line_above_the_limit_is_passed_over_without_being_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for module in (streams, rows):
        monkeypatch.setattr(module, "MAX_RECORD_BYTES", 1000)
    content = lines({"html": "<p>one"}, {"html": noise(1, 300_000)}, {"html": "<p>three"})
    (tmp_path / "pages.jsonl.gz").write_bytes(gzip.compress(content))

    one, bomb, three = read(tmp_path / "pages.jsonl.gz")

    assert (one.body, three.body, three.origin.record) == (b"<p>one", b"<p>three", "2")
    assert (bomb.origin.record, bomb.reason) == ("1", Reason.BROKEN_RECORD)
    assert "larger than" in bomb.detail


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_a_file_that_expands_without_end_is_read_to_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Pack):
    monkeypatch.setattr(streams, "MAX_RECORD_BYTES", 100_000)
    line = lines({"html": "<p>The ferry sails again."})
    (tmp_path / "pages.jsonl.zst").write_bytes(pack(line * 30_000))

    *pages, last = read(tmp_path / "pages.jsonl.zst")

    assert 100_000 < len(pages) * len(line) < 2_000_000
    assert {type(page) for page in pages} == {RawPage}
    assert (last.reason, last.origin.record) == (Reason.BROKEN_RECORD, str(len(pages)))
    assert "200 times as large" in last.detail


def test_an_empty_file_has_no_pages(tmp_path: Path):
    (tmp_path / "pages.jsonl").write_bytes(b"\n \r\n")

    assert read(tmp_path / "pages.jsonl") == []


def test_keys_of_several_lines_are_known(tmp_path: Path):
    (tmp_path / "pages.jsonl").write_bytes(lines({"b": 1}, {"a": 1, "b": 2}) + b"broken\n")

    assert jsonl.sample_keys(tmp_path / "pages.jsonl") == ("b", "a")
