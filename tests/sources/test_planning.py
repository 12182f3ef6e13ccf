from __future__ import annotations

import gzip
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.settings import ColumnNames
from pipeline.sources import InputError, Slice, find_files, plan_slices
from tests.sources.reading import plan, zstd

PAGE = b"<!DOCTYPE html><html><body><p>The ferry to Nordholm sails again.</p></body></html>"
LINE = orjson.dumps({"html": PAGE.decode()}) + b"\n"
WARC = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def parquet_bytes() -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"html": ["<p>x"]}), sink)
    return bytes(sink.getvalue())


@pytest.mark.parametrize(
    ("name", "content", "format_"),
    [
        ("page.html", PAGE, "html"),
        ("PAGE.HTM", PAGE, "html"),
        ("page.xhtml", b"<?xml version='1.0'?>\n<!-- a -->\n<html xmlns='x'>", "html"),
        ("page.html.gz", gzip.compress(PAGE, mtime=0), "html"),
        ("page.html.zst", zstd(PAGE), "html"),
        ("page.html", gzip.compress(PAGE, mtime=0), "html"),
        ("page.html", b"no tag at all", "html"),
        ("empty.html", b"", "html"),
        ("picture.html", PNG, "html"),  # a page by its name: it gets a row that says what it is
        ("notes.txt", b"The ferry sails again.", "text"),
        ("notes.txt.gz", gzip.compress(b"The ferry sails again.", mtime=0), "text"),
        ("notes.txt", PAGE, "html"),
        ("article", PAGE, "html"),
        ("article.php", b"\xef\xbb\xbf\r\n  " + PAGE, "html"),
        ("wide.asp", PAGE.decode().encode("utf-16"), "html"),
        ("pages.jsonl", LINE, "jsonl"),
        ("pages.ndjson.gz", gzip.compress(LINE, mtime=0), "jsonl"),
        ("pages.jsonl.zst", zstd(LINE), "jsonl"),
        ("pages.json", LINE, "jsonl"),
        ("pages.html", LINE, "jsonl"),
        ("pages.jsonl", b"broken\n", "jsonl"),
        ("pages.jsonl", b"", "jsonl"),
        ("crawl.warc", WARC, "warc"),
        ("crawl.warc.gz", gzip.compress(WARC, mtime=0), "warc"),
        ("crawl.warc.zst", zstd(WARC), "warc"),
        ("crawl.html", WARC, "warc"),
        ("crawl.dat", gzip.compress(WARC, mtime=0), "warc"),
        ("crawl.warc.gz", b"\x1f\x8bbroken", "warc"),
        ("pages.parquet", parquet_bytes(), "parquet"),
        ("pages.bin", parquet_bytes(), "parquet"),
        ("pages.parquet", b"not Parquet", "parquet"),
    ],
)
def test_the_content_tells_the_format_then_the_name(tmp_path: Path, name: str, content: bytes, format_: str):
    (tmp_path / name).write_bytes(content)

    (piece,) = plan(tmp_path / name)

    assert piece.format == format_


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("photo.JPG", b"\xff\xd8\xff\xe0", "file .jpg"),
        ("style.css", b"p { color: red }", "file .css"),
        ("feed.xml", b"<?xml version='1.0'?><rss><html></html></rss>", "file .xml"),
        ("script.js", b"write('<html>')", "file .js"),
        ("config.json", b'{"name": "x", "html": {"a": 1}', "file .json"),
        ("data.json", b'{"name": "x"}', "file .json"),
        ("all.tar.gz", gzip.compress(b"page.html" + bytes(600), mtime=0), "file .tar.gz"),
        ("pages.parquet.gz", gzip.compress(parquet_bytes(), mtime=0), "file .parquet.gz"),
        ("README", b"Read me.", "file without suffix"),
        ("comments.svg", b"<!--" + b"--><!--" * 500, "file .svg"),
    ],
)
def test_what_holds_no_pages_is_counted_by_kind(tmp_path: Path, name: str, content: bytes, kind: str):
    (tmp_path / name).write_bytes(content)

    assert plan(tmp_path / name) == kind


def test_a_link_out_of_its_root_is_not_opened(tmp_path: Path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "page.html").symlink_to(tmp_path / "nothing-here")

    (file,) = find_files([tmp_path / "raw"])

    assert plan_slices(file, ColumnNames()).kind == "link out of its root"


@pytest.mark.parametrize(
    ("rows", "group_rows", "batch_pages", "ranges"),
    [
        (10, 100, 500, [(0, 10)]),
        (10, 2, 5, [(0, 4), (4, 8), (8, 10)]),
        (10, 5, 5, [(0, 5), (5, 10)]),
        (12, 12, 5, [(0, 5), (5, 10), (10, 12)]),
        (320, 320, 1, [(row, row + 20) for row in range(0, 320, 20)]),  # sixteen slices a row group at most
        (0, 10, 5, [(0, 0)]),
    ],
)
def test_parquet_is_cut_into_ranges_of_rows(tmp_path: Path, rows: int, group_rows: int, batch_pages: int, ranges: list[tuple[int, int]]):
    path = tmp_path / "pages.parquet"
    pq.write_table(pa.table({"html": pa.array(["<p>x"] * rows, pa.string())}), path, row_group_size=group_rows)

    slices = plan(path, batch_pages=batch_pages)

    assert [(piece.start, piece.stop) for piece in slices] == ranges
    assert [piece.pages for piece in slices] == [stop - start for start, stop in ranges]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pages.jsonl", b'\n{broken\n{"title": "a"}\n{"title": "b", "payload": "c"}\n'),
        ("pages.jsonl.gz", gzip.compress(b'{"title": "a", "payload": "b"}', mtime=0)),
    ],
)
def test_json_lines_without_a_body_are_refused_with_the_keys_they_have(tmp_path: Path, name: str, content: bytes):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(InputError, match="it has: title, payload"):
        plan(tmp_path / name)


def test_parquet_without_a_body_is_refused_with_the_columns_it_has(tmp_path: Path):
    pq.write_table(pa.table({"title": ["a"], "payload": [b"b"]}), tmp_path / "pages.parquet")

    with pytest.raises(InputError, match=r"pages\.parquet .* it has: title, payload"):
        plan(tmp_path / "pages.parquet")


def test_a_slice_tells_the_origin_of_its_records(tmp_path: Path):
    (tmp_path / "page.html").write_bytes(PAGE)
    (piece,) = plan(tmp_path / "page.html")
    assert isinstance(piece, Slice)

    assert (piece.origin("7").uri, piece.origin("7").record, piece.pages) == ("page.html", "7", 1)
