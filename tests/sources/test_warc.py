from __future__ import annotations

import base64
import gzip
import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.records import Media, RawPage, Reason, Skipped, SourceFormat, Unreadable
from pipeline.settings import ColumnNames
from pipeline.sources import Slice, find_files, read_slice, streams, warc
from tests.sources.reading import Pack, noise, read, zstd

PAGE = b"<!DOCTYPE html><html><body><p>The ferry sails again.</p></body></html>"


def record(block: bytes, *, type_: str = "response", content_type: str = "application/http; msgtype=response", name: str = "r1") -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {type_}\r\nWARC-Record-ID: <urn:uuid:{name}>\r\nWARC-Target-URI: https://ledger.example/{name}\r\n"
        f"WARC-Date: 2024-05-01T12:00:00Z\r\nContent-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def http(body: bytes, *headers: str, status: str = "200 OK", content_type: str | None = "text/html; charset=ISO-8859-2") -> bytes:
    lines = [f"HTTP/1.1 {status}", *([f"Content-Type: {content_type}"] if content_type else []), *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


@pytest.mark.parametrize(("name", "pack"), [("a.warc", bytes), ("a.warc.gz", gzip.compress), ("a.warc.zst", zstd)])
def test_an_archive_gives_its_pages_and_counts_the_rest_by_kind(tmp_path: Path, name: str, pack: Pack):
    archive = [
        record(b"software: x\r\n", type_="warcinfo", content_type="application/warc-fields"),
        record(b"GET / HTTP/1.1\r\n\r\n", type_="request", content_type="application/http; msgtype=request"),
        record(http(PAGE), name="page"),
        record(http(b"\x89PNG", content_type="image/png")),
        record(http(b"", "Location: /x", status="301 Moved")),
        record(PAGE, type_="resource", content_type="text/html", name="resource"),
        record(b"Plain words.", type_="conversion", content_type="text/plain", name="wet"),
        record(b"{}", type_="metadata", content_type="application/json"),
        record(http(b""), type_="revisit"),
        record(b"ledger.example. 60 IN A 1.2.3.4", content_type="text/dns"),
    ]
    (tmp_path / name).write_bytes(b"".join(map(pack, archive)))

    records = read(tmp_path / name)

    pages = [page for page in records if isinstance(page, RawPage)]
    assert [(page.origin.record, page.media, page.body) for page in pages] == [
        ("<urn:uuid:page>", Media.HTML, PAGE),
        ("<urn:uuid:resource>", Media.HTML, PAGE),
        ("<urn:uuid:wet>", Media.TEXT, b"Plain words."),
    ]
    assert (pages[0].url, pages[0].charset, pages[0].fetched_at) == (
        "https://ledger.example/page",
        "ISO-8859-2",
        datetime(2024, 5, 1, 12, tzinfo=UTC),
    )
    assert [skipped.kind for skipped in records if isinstance(skipped, Skipped)] == [
        "warc warcinfo", "warc request", "warc image/png", "warc redirect", "warc metadata", "warc revisit", "warc text/dns",
    ]  # fmt: skip


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "403 Forbidden", "199 Odd"])
def test_an_error_page_is_a_row(tmp_path: Path, status: str):
    (tmp_path / "a.warc").write_bytes(record(http(PAGE, status=status)))

    (row,) = read(tmp_path / "a.warc")

    assert isinstance(row, Unreadable)
    assert (row.reason, row.detail, row.url) == (Reason.ERROR_PAGE, f"HTTP status {status[:3]}", "https://ledger.example/r1")


@pytest.mark.parametrize(
    ("block", "outcome"),
    [
        (http(PAGE, content_type=None), Media.HTML),
        (http(PAGE, content_type="application/octet-stream"), Media.HTML),
        (http(PAGE, content_type="application/xhtml+xml"), Media.HTML),
        (http(PAGE, content_type="text/plain"), Media.HTML),
        (http(b"Plain words.", content_type="text/plain;charset=utf-8"), Media.TEXT),
        (http(b"words", content_type=None), "warc content of no known type"),
        (http(b"words", content_type="a b\x07c"), "warc other content type"),
        (http(b"%PDF-1.4", content_type="application/pdf"), "warc application/pdf"),
        (http(PAGE).replace(b"\r\n", b"\n"), Media.HTML),
    ],
)
def test_what_a_response_holds(tmp_path: Path, block: bytes, outcome: object):
    (tmp_path / "a.warc").write_bytes(record(block))

    (found,) = read(tmp_path / "a.warc")

    assert (found.kind if isinstance(found, Skipped) else found.media) == outcome


def test_transfer_and_content_encoding_are_undone(tmp_path: Path):
    packed = gzip.compress(PAGE)
    chunked = b"%x\r\n%s\r\n%x;note=1\r\n%s\r\n0\r\n\r\n" % (10, packed[:10], len(packed) - 10, packed[10:])
    (tmp_path / "a.warc").write_bytes(record(http(chunked, "Transfer-Encoding: chunked", "Content-Encoding: gzip")))

    (page,) = read(tmp_path / "a.warc")

    assert page.body == PAGE


@pytest.mark.parametrize("block", [b"no HTTP at all", b"", http(PAGE).replace(b"HTTP/1.1 200 OK", b"<html>")])
def test_a_response_that_is_no_http_is_a_row_and_the_others_go_on(tmp_path: Path, block: bytes):
    (tmp_path / "a.warc").write_bytes(record(block, name="bad") + record(http(PAGE), name="good"))

    bad, good = read(tmp_path / "a.warc")

    assert isinstance(bad, Unreadable)
    assert (bad.reason, bad.origin.record, good.body) == (Reason.BROKEN_RECORD, "<urn:uuid:bad>", PAGE)


def archive_of(count: int, *, noise_bytes: int) -> list[bytes]:
    return [record(http(b"<html><p>" + noise(number, 2 * noise_bytes).encode()), name=f"n{number}") for number in range(count)]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd])
@pytest.mark.parametrize("lost_bytes", [1, 4, 5, 60, 700, 1500])
def test_a_cut_archive_gives_all_whole_records_and_then_one_row(tmp_path: Path, pack: Pack, lost_bytes: int):
    members = [pack(part) for part in archive_of(40, noise_bytes=300)]
    (tmp_path / "a.warc").write_bytes(b"".join(members)[:-lost_bytes])
    whole, size = 0, sum(map(len, members)) - lost_bytes
    while size >= len(members[whole]):
        size -= len(members[whole])
        whole += 1

    records = read(tmp_path / "a.warc")

    pages = [page for page in records if isinstance(page, RawPage)]
    lost = [row for row in records if isinstance(row, Unreadable)]
    assert [page.origin.record for page in pages[:whole]] == [f"<urn:uuid:n{number}>" for number in range(whole)]
    # A record of which nothing but the blank lines behind it is missing is whole.
    assert (len(pages), len(lost)) in {(whole, 1), (whole + 1, 1), (whole + 1, 0)}
    if pack is not bytes:
        assert len(lost) == 1
    assert [row.reason for row in lost] in ([], [Reason.BROKEN_RECORD])
    assert all(row.origin.record in {str(len(pages)), f"<urn:uuid:n{len(pages)}>"} for row in lost)  # its id, where its headers are whole


def test_a_record_cut_in_the_middle_says_how_much_there_is(tmp_path: Path):
    (tmp_path / "a.warc").write_bytes(record(http(PAGE), name="whole") + record(http(PAGE), name="cut")[:-30])

    whole, cut = read(tmp_path / "a.warc")

    assert isinstance(whole, RawPage)
    assert (cut.reason, cut.origin.record, cut.url) == (Reason.BROKEN_RECORD, "<urn:uuid:cut>", "https://ledger.example/cut")
    assert f"{len(PAGE) - 26} of {len(PAGE)} bytes" in cut.detail


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_a_whole_archive_in_one_compressed_stream_and_cut_is_told_from_a_whole_one(tmp_path: Path, pack: Pack):
    packed = pack(b"".join(archive_of(60, noise_bytes=5000)))
    (tmp_path / "a.warc").write_bytes(packed[: len(packed) * 6 // 10])

    *pages, last = read(tmp_path / "a.warc")

    assert 20 <= len(pages) < 60
    assert all(isinstance(page, RawPage) for page in pages)
    assert isinstance(last, Unreadable)
    assert "damaged" in last.detail


def test_damage_in_the_middle_costs_its_own_record(tmp_path: Path):
    members = [gzip.compress(part) for part in archive_of(20, noise_bytes=300)]
    members[10] = members[10][:100] + bytes(40) + members[10][140:]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(members))

    found = read(tmp_path / "a.warc.gz")

    assert [page.origin.record for page in found] == [f"<urn:uuid:n{number}>" if number != 10 else "10" for number in range(20)]
    assert found[10].reason is Reason.BROKEN_RECORD
    assert f"read on at its byte {sum(map(len, members[:11])):,}" in found[10].detail


def test_a_bomb_in_the_middle_costs_its_own_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(streams, "MAX_RECORD_BYTES", 100_000)
    members = [gzip.compress(part) for part in archive_of(3, noise_bytes=300)]
    (tmp_path / "a.warc.gz").write_bytes(members[0] + gzip.compress(record(http(bytes(30_000_000)))) + members[2])

    one, bomb, three = read(tmp_path / "a.warc.gz")

    assert [one.origin.record, three.origin.record] == ["<urn:uuid:n0>", "<urn:uuid:n2>"]
    assert (bomb.reason, bomb.origin.record) == (Reason.BROKEN_RECORD, "<urn:uuid:r1>")


def test_reading_on_never_goes_back(tmp_path: Path):
    parts = archive_of(3, noise_bytes=300)
    junk = b"no record\r\n\r\nWARC/1.9 and none either\r\n\r\n"
    (tmp_path / "a.warc").write_bytes(parts[0] + junk + parts[1] + junk + parts[2])

    found = read(tmp_path / "a.warc")

    assert [page.origin.record for page in found if isinstance(page, RawPage)] == [f"<urn:uuid:n{number}>" for number in range(3)]
    assert 2 <= sum(isinstance(page, Unreadable) for page in found) <= 4


def test_a_slice_that_begins_with_damage_gives_nothing_of_the_slice_before(tmp_path: Path):
    parts = archive_of(3, noise_bytes=300)
    (tmp_path / "a.warc").write_bytes(parts[0] + parts[1] + b"no record\r\n\r\n" + parts[2])
    (file,) = find_files([tmp_path / "a.warc"])
    piece = Slice(file=file, format=SourceFormat.WARC, start=len(parts[0] + parts[1]), stop=None, first=2, records=1, size=len(parts[2]))

    lost, three = read_slice(piece, ColumnNames())

    assert (lost.origin.record, three.origin.record) == ("2", "<urn:uuid:n2>")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param(-40, "goes on where it should end: its Content-Length is wrong", id="too short"),
        pytest.param(30, "holds the beginning of another one: its Content-Length is wrong", id="into the next record"),
        pytest.param(250, "holds the beginning of another one: its Content-Length is wrong", id="into the next record's page"),
        pytest.param(10**9, "a record is cut short", id="longer than the file"),
    ],
)
def test_a_wrong_length_in_the_middle_costs_that_record_alone(tmp_path: Path, wrong: int, said: str):
    parts = archive_of(5, noise_bytes=300)
    length = re.search(rb"Content-Length: (\d+)", parts[1])
    assert length
    parts[1] = parts[1].replace(length[0], b"Content-Length: %d" % (int(length[1]) + wrong), 1)
    (tmp_path / "a.warc").write_bytes(b"".join(parts))

    found = read(tmp_path / "a.warc")

    assert [page.origin.record for page in found] == [f"<urn:uuid:n{number}>" for number in range(5)]
    (lost,) = [page for page in found if isinstance(page, Unreadable)]
    assert lost.origin.record == "<urn:uuid:n1>"
    assert said in lost.detail


def test_a_record_that_is_longer_than_it_says_is_no_page_in_a_compressed_archive_either(tmp_path: Path):
    parts = archive_of(3, noise_bytes=300)
    length = re.search(rb"Content-Length: (\d+)", parts[1])
    assert length
    parts[1] = parts[1].replace(length[0], b"Content-Length: %d" % (int(length[1]) - 100), 1)
    (tmp_path / "a.warc.gz").write_bytes(b"".join(map(gzip.compress, parts)))

    first, lost, *_ = read(tmp_path / "a.warc.gz")

    assert (first.origin.record, lost.origin.record) == ("<urn:uuid:n0>", "<urn:uuid:n1>")
    assert isinstance(lost, Unreadable)
    assert "its Content-Length is wrong" in lost.detail


def test_a_page_about_archives_is_one_by_its_digest(tmp_path: Path):
    about = record(http(PAGE + b"<pre>\r\n\r\nWARC/1.1\r\nWARC-Type: response</pre>"))
    (tmp_path / "a.warc").write_bytes(with_digest(about, "sha1", base=32))
    assert [type(page) for page in read(tmp_path / "a.warc")] == [RawPage]


@pytest.mark.parametrize("junk", [b"junk between records\r\n", bytes(300)])
def test_junk_between_records_is_reported(tmp_path: Path, junk: bytes):
    (tmp_path / "a.warc").write_bytes(record(http(PAGE)) + junk + record(http(PAGE)))

    page, last = read(tmp_path / "a.warc")

    assert isinstance(page, RawPage)
    assert "no WARC record begins where one should" in last.detail


def test_a_record_without_its_length_is_reported(tmp_path: Path):
    headless = record(http(PAGE)).replace(b"Content-Length", b"Content-Strength")
    (tmp_path / "a.warc").write_bytes(record(http(PAGE)) + headless)

    page, last = read(tmp_path / "a.warc")

    assert isinstance(page, RawPage)
    assert "no Content-Length" in last.detail


def with_digest(whole: bytes, algorithm: str, *, base: int) -> bytes:
    digest = hashlib.new(algorithm, whole.split(b"\r\n\r\n", 1)[1][:-4]).digest()
    value = digest.hex().encode() if base == 16 else base64.b32encode(digest)
    return whole.replace(b"Content-Length", b"WARC-Block-Digest: %s:%s\r\nContent-Length" % (algorithm.encode(), value), 1)


@pytest.mark.parametrize(("algorithm", "base"), [("sha1", 32), ("sha1", 16), ("sha256", 32), ("sha256", 16), ("md5", 16)])
def test_a_record_whose_bytes_were_altered_is_a_row_and_the_others_go_on(tmp_path: Path, algorithm: str, base: int):
    good = with_digest(record(http(PAGE)), algorithm, base=base)
    film = with_digest(record(http(bytes(5), content_type="video/mp4"), type_="request"), algorithm, base=base).replace(bytes(1), b"x")
    (tmp_path / "a.warc").write_bytes(good + good.replace(b"ferry sails", b"ferry fails") + film + good + good[:-30])

    one, altered, _, three, cut = read(tmp_path / "a.warc")

    assert (one.body, three.body) == (PAGE, PAGE)
    assert (altered.reason, "digest" in altered.detail) == (Reason.BROKEN_RECORD, True)
    assert f"{len(http(PAGE)) - 26} of {len(http(PAGE))} bytes" in cut.detail


def test_a_digest_in_a_way_that_is_not_known_says_nothing(tmp_path: Path):
    whole = record(http(PAGE))
    odd = [
        whole.replace(b"Content-Length", b"WARC-Block-Digest: %s\r\nContent-Length" % value, 1) for value in (b"crc:00", b"sha1:", b"", b"sha1:abc")
    ]
    (tmp_path / "a.warc").write_bytes(b"".join(odd))

    assert [page.body for page in read(tmp_path / "a.warc")] == [PAGE] * 4


def test_only_pages_above_the_limit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(warc, "MAX_RECORD_BYTES", 1000)
    film = record(http(bytes(5000), content_type="video/mp4"))
    (tmp_path / "a.warc").write_bytes(film + record(http(PAGE * 100), name="big") + record(http(PAGE), name="small"))

    skipped, big, small = read(tmp_path / "a.warc")

    assert skipped == Skipped(kind="warc video/mp4")
    assert (big.reason, big.origin.record) == (Reason.BROKEN_RECORD, "<urn:uuid:big>")
    assert "larger than" in big.detail
    assert small.body == PAGE


def test_an_empty_archive_has_no_records(tmp_path: Path):
    (tmp_path / "a.warc").write_bytes(b"")

    assert read(tmp_path / "a.warc") == []
