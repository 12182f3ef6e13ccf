"""One large file is read by many batches, and gives what it gives in one piece."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import RawPage, Record, Unreadable
from pipeline.settings import ColumnNames, Settings
from pipeline.sources import Cutting, InputFile, Slice, find_files, plan_slices, read_slice
from tests.invented import page, write_pages
from tests.running import content, run
from tests.sources.reading import zstd

PAGES = 60
SMALL = 4_000  # bytes of a slice


def warc(pages: int = PAGES, pack: Callable[[bytes], bytes] = bytes, of: Callable[[int], dict[str, str | None]] = page) -> bytes:
    """An archive of invented pages, each record packed alone."""
    return b"".join(pack(_record(of(number))) for number in range(pages))


def _record(of: dict[str, str | None]) -> bytes:
    http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{of['html']}".encode()
    head = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {of['url']}\r\nWARC-Date: {of['fetched_at']}\r\nContent-Type: application/http; msgtype=response\r\n"
    return f"{head}Content-Length: {len(http)}\r\n\r\n".encode() + http + b"\r\n\r\n"


def lines(pages: int = PAGES) -> bytes:
    return b"".join(json.dumps(page(number)).encode() + b"\n" for number in range(pages))


def in_blocks(body: bytes, size: int) -> bytes:
    """Gzip in members of so many bytes, wherever records begin, as tools that compress on several cores write it."""
    return b"".join(gzip.compress(body[place : place + size]) for place in range(0, len(body), size))


def cut(path: Path, size: int = SMALL, pages: int = 500) -> list[Slice]:
    (file,) = find_files([path])
    return planned(file, Cutting(pages=pages, bytes=size, indexes=path.parent / "indexes"))


def planned(file: InputFile, cutting: Cutting | None) -> list[Slice]:
    slices = plan_slices(file, ColumnNames(), cutting)
    assert isinstance(slices, list)
    return slices


def read(slices: list[Slice]) -> list[Record]:
    return [record for piece in slices for record in read_slice(piece, ColumnNames())]


def whole(path: Path) -> list[Record]:
    (file,) = find_files([path])
    return read(planned(file, None))


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("feed.jsonl", lines()),
        ("feed.jsonl", b"\n \n" + lines().replace(b"\n", b"\r\n\n")),
        ("feed.jsonl", lines().removesuffix(b"\n")),
        ("feed.jsonl", lines(5) + b"{broken\n" + lines(20)),
        ("feed.jsonl", lines(6) + (b"\x1f\x8b half a member\n\x28\xb5\x2f\xfd half a frame\n" * 6) + lines(20)),
        ("crawl.warc", warc()),
        ("crawl.warc.gz", warc(pack=gzip.compress)),
    ],
)
def test_slices_give_the_records_of_the_whole(tmp_path: Path, name: str, body: bytes):
    (tmp_path / name).write_bytes(body)
    slices = cut(tmp_path / name)
    assert len(slices) > 3
    assert read(slices) == whole(tmp_path / name)
    assert len(read(slices)) >= 25


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("feed.jsonl.gz", gzip.compress(lines())),
        ("feed.jsonl.zst", zstd(lines())),
        ("crawl.warc.gz", gzip.compress(warc(600))),
        ("crawl.warc.gz", in_blocks(warc(), 2_500)),
        ("crawl.warc.zst", zstd(warc())),
        ("feed.jsonl", lines(1)),
    ],
)
def test_what_cannot_be_read_from_its_middle_stays_whole(tmp_path: Path, name: str, body: bytes):
    (tmp_path / name).write_bytes(body)
    slices = cut(tmp_path / name, size=2_000)
    assert len(slices) == 1
    assert read(slices) == whole(tmp_path / name)


def test_a_slice_has_no_more_pages_than_a_batch(tmp_path: Path):
    (tmp_path / "feed.jsonl").write_bytes(lines())
    assert [len(read([piece])) for piece in cut(tmp_path / "feed.jsonl", size=50_000, pages=25)] == [25, 25, 10]


def test_many_pages_in_few_bytes_are_several_batches(tmp_path: Path):
    (tmp_path / "a.jsonl").write_bytes(lines())
    slices = cut(tmp_path / "a.jsonl", size=1 << 30, pages=25)
    assert [sum(isinstance(record, RawPage) for record in read([piece])) for piece in slices] == [25, 25, 10]


def test_an_archive_that_breaks_off_loses_nothing_before(tmp_path: Path):
    body = warc(pack=gzip.compress)
    (tmp_path / "crawl.warc.gz").write_bytes(body[:-100])
    records = read(cut(tmp_path / "crawl.warc.gz"))
    assert records == whole(tmp_path / "crawl.warc.gz")
    assert sum(isinstance(record, RawPage) for record in records) == PAGES - 1
    assert isinstance(records[-1], Unreadable)


def test_the_places_of_records_are_found_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "crawl.warc").write_bytes(warc())
    first = cut(tmp_path / "crawl.warc")
    monkeypatch.delattr("pipeline.sources.splitting.ArchiveIterator")
    assert cut(tmp_path / "crawl.warc") == first


@pytest.mark.parametrize("left", [b"", b"[0, 1"])
def test_a_damaged_index_is_made_anew(tmp_path: Path, left: bytes):
    (tmp_path / "crawl.warc").write_bytes(warc())
    first = cut(tmp_path / "crawl.warc")
    (index,) = (tmp_path / "indexes").iterdir()
    index.write_bytes(left)
    assert cut(tmp_path / "crawl.warc") == first
    assert json.loads(index.read_bytes())


def test_a_run_over_a_split_file_publishes_the_rows_of_one_over_the_whole(tmp_path: Path):
    (tmp_path / "raw").mkdir()
    write_pages(tmp_path / "raw" / "feed.jsonl", [page(number) for number in range(20)])
    (tmp_path / "raw" / "crawl.warc.gz").write_bytes(warc(12, gzip.compress))
    split = run(Settings(raw=(tmp_path / "raw",), clean=tmp_path / "split", batch_bytes=SMALL))
    alone = run(Settings(raw=(tmp_path / "raw",), clean=tmp_path / "whole"))
    assert split.batches > alone.batches == 1
    assert content(tmp_path / "split") == content(tmp_path / "whole")


@given(body=st.lists(st.sampled_from([b"{}", b"\n", b"\r", b"x" * 50, b'{"html": "<p>a"}\n'])).map(b"".join), size=st.integers(1, 60))
def test_any_lines_in_any_slices(tmp_path_factory: pytest.TempPathFactory, body: bytes, size: int):
    path = tmp_path_factory.mktemp("lines") / "feed.jsonl"
    path.write_bytes(b'{"html": "<p>first"}\n' + body)
    assert read(cut(path, size=size)) == whole(path)
