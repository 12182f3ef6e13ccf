from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.records import Media, RawPage, Reason, Unreadable
from pipeline.settings import ColumnNames
from pipeline.sources import find_files, plan_slices, read_slice, rows, streams
from tests.sources.reading import noise, read

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def write(path: Path, columns: dict[str, object], **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path, **options)
    return path


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.binary(), pa.large_binary(), pa.dictionary(pa.int32(), pa.string())])
def test_a_row_is_a_page_whatever_type_holds_it(tmp_path: Path, kind: pa.DataType):
    bodies = pa.array(["<p>Ærø", "<p>two", None]).cast(pa.string())
    table = {
        "html": bodies.dictionary_encode() if pa.types.is_dictionary(kind) else bodies.cast(kind),
        "id": ["a", None, "c"],
        "charset": ["koi8-r"] * 3,
    }

    one, two, none = read(write(tmp_path / "pages.parquet", table))

    assert (one.body, one.origin.record, one.media) == ("<p>Ærø".encode(), "a", Media.HTML)
    assert (two.origin.record, two.origin.format) == ("1", "parquet")
    assert one.charset == ("koi8-r" if "binary" in str(kind) else "utf-8"), "only bytes are still in the charset that is declared"
    assert (none.reason, none.origin.record) == (Reason.NO_BODY, "c")


@pytest.mark.parametrize(
    "column",
    [
        pa.array([NOON], pa.timestamp("ns", "UTC")),
        pa.array([NOON], pa.timestamp("us", "Europe/Berlin")),
        pa.array([NOON.replace(tzinfo=None)], pa.timestamp("ms")),
        pa.array(["2024-05-01T12:00:00Z"]),
        pa.array([1714564800]),
    ],
)
def test_times_of_any_type(tmp_path: Path, column: pa.Array):
    (page,) = read(write(tmp_path / "pages.parquet", {"html": ["<p>x"], "fetched_at": column}))

    assert page.fetched_at == NOON


def test_nanoseconds_and_days_are_read_without_pandas(tmp_path: Path):
    odd = pa.array([int(NOON.timestamp()) * 10**9 + 1], pa.timestamp("ns"))
    (page,) = read(write(tmp_path / "a.parquet", {"html": ["<p>x"], "fetched_at": odd}))
    (day,) = read(write(tmp_path / "b.parquet", {"html": ["<p>x"], "fetched_at": pa.array([date(2024, 5, 1)])}))

    assert (page.fetched_at, day.fetched_at) == (NOON, datetime(2024, 5, 1, tzinfo=UTC))


@pytest.mark.parametrize("batch_pages", [1, 3, 7, 100])
@pytest.mark.parametrize("group_rows", [1, 4, 10, 50])
def test_slices_hold_every_row_once_and_in_order(tmp_path: Path, batch_pages: int, group_rows: int):
    path = write(tmp_path / "pages.parquet", {"html": [f"<p>{row}" for row in range(50)]}, row_group_size=group_rows)

    pages = read(path, batch_pages=batch_pages)

    assert [(page.origin.record, page.body) for page in pages] == [(str(row), f"<p>{row}".encode()) for row in range(50)]


def test_html_beats_the_text_columns_beside_it(tmp_path: Path):
    (page,) = read(write(tmp_path / "pages.parquet", {"page_text": ["a"], "gold_text": ["b"], "html": [b"<p>c"], "site": ["x"]}))

    assert page.body == b"<p>c"


def test_mapped_columns_are_read(tmp_path: Path):
    path = write(tmp_path / "pages.parquet", {"raw": [b"<p>c"], "address": ["https://ledger.example/1"], "html": ["no"]})

    (page,) = read(path, ColumnNames(html="raw", url="address"))

    assert (page.body, page.url) == (b"<p>c", "https://ledger.example/1")


def test_folders_of_a_dataset_supply_columns(tmp_path: Path):
    write(tmp_path / "raw" / "crawl_date=2024-05-01" / "part-0.parquet", {"html": ["<p>x"]})
    (file,) = find_files([tmp_path / "raw"])
    (piece,) = plan_slices(file, ColumnNames())

    (page,) = read_slice(piece, ColumnNames())

    assert page.fetched_at == datetime(2024, 5, 1, tzinfo=UTC)


def test_a_damaged_row_group_is_one_row_and_the_others_go_on(tmp_path: Path):
    path = write(
        tmp_path / "pages.parquet",
        {"html": [f"<p>{row} " + "x" * 500 for row in range(9)]},
        row_group_size=3,
        write_page_checksum=True,
        use_dictionary=False,
    )
    column = pq.read_metadata(path).row_group(1).column(0)
    content = bytearray(path.read_bytes())
    content[column.data_page_offset + column.total_compressed_size - 5] ^= 0xFF
    path.write_bytes(content)

    records = read(path, batch_pages=3)

    assert [record.origin.record for record in records] == ["0", "1", "2", "3", "6", "7", "8"]
    (bad,) = [record for record in records if isinstance(record, Unreadable)]
    assert bad.reason is Reason.BROKEN_RECORD
    assert "row group 1 (rows 3 to 5)" in bad.detail


@pytest.mark.parametrize("batch_pages", [1, 10, 500])
def test_a_damaged_page_costs_no_row_before_it_and_is_told_once(tmp_path: Path, batch_pages: int):
    path = write(
        tmp_path / "pages.parquet",
        {"html": [noise(row, 90_000) for row in range(40)]},
        write_page_checksum=True,
        use_dictionary=False,
        write_batch_size=1,
        data_page_size=1,
    )
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)

    records = read(path, batch_pages=batch_pages)

    lost = [record for record in records if isinstance(record, Unreadable)]
    pages = [record for record in records if isinstance(record, RawPage)]
    assert [record.origin.record for record in pages] == [str(row) for row in range(len(pages))]
    assert 10 < len(pages) < 20
    assert [(row.reason, row.origin.record) for row in lost] == [(Reason.BROKEN_RECORD, str(len(pages)))]


@pytest.mark.parametrize(
    "column",
    [
        pytest.param(pa.array(["<p>" + "x" * 10_000] * 3_000), id="of dictionary and runs"),
        pytest.param(pa.array(["<p>" + "x" * 30_000_000]), id="one row"),
    ],
)
@pytest.mark.parametrize("batch_pages", [100, 5_000])
def test_a_row_group_that_expands_without_end_is_read_to_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: pa.Array, batch_pages: int
):
    monkeypatch.setattr(streams, "MAX_RECORD_BYTES", 5_000_000)

    *pages, last = read(write(tmp_path / "pages.parquet", {"html": column}, compression="zstd"), batch_pages=batch_pages)

    assert len(pages) == (499 if len(column) > 1 else 0)
    assert {type(page) for page in pages} <= {RawPage}
    assert (last.reason, last.origin.record) == (Reason.BROKEN_RECORD, str(len(pages)))
    assert "200 times as large" in last.detail


@pytest.mark.parametrize("keep", [0, 4, 100, -1])
def test_a_file_that_does_not_open_is_a_row(tmp_path: Path, keep: int):
    path = write(tmp_path / "pages.parquet", {"html": ["<p>x" * 100]})
    path.write_bytes(path.read_bytes()[:keep])

    (record,) = read(path)

    assert isinstance(record, Unreadable)
    assert (record.reason, record.origin.record) == (Reason.BROKEN_RECORD, "0")
    assert "can't be opened" in record.detail
    assert "\n" not in record.detail


def test_a_row_above_the_limit_is_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rows, "MAX_RECORD_BYTES", 1000)

    big, small = read(write(tmp_path / "pages.parquet", {"html": ["x" * 1001, "x" * 1000]}))

    assert isinstance(big, Unreadable)
    assert "larger than" in big.detail
    assert isinstance(small, RawPage)


def test_a_column_of_another_type_is_a_row(tmp_path: Path):
    (record,) = read(write(tmp_path / "pages.parquet", {"html": [["<p>x"]]}))

    assert (record.reason, record.detail) == (Reason.BROKEN_RECORD, "html holds neither a string nor bytes")


def test_a_string_that_is_not_utf8_is_left_to_decoding(tmp_path: Path):
    latin = pa.array([b"<p>caf\xe9", b"<p>two"]).view(pa.string())

    bad, good = read(write(tmp_path / "pages.parquet", {"html": latin}))

    assert (bad.body, bad.charset) == (b"<p>caf\xe9", None)
    assert (good.body, good.charset) == (b"<p>two", "utf-8")


def test_a_file_without_rows_has_no_pages(tmp_path: Path):
    assert read(write(tmp_path / "pages.parquet", {"html": pa.array([], pa.string())})) == []
