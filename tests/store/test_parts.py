"""A part holds what its batch gave, in the schema's form, whole or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.store import operations
from pipeline.store.errors import StoreError
from pipeline.store.keys import KEYS, newest_rows
from pipeline.store.parts import Part, rewrite_part, without, write_part
from pipeline.store.schema import REJECTED, REMOVED
from tests.store.conftest import table


def removal(name: str, position: int, site: str | None = "brackwater.example") -> dict[str, object]:
    told = dict.fromkeys(("action", "kind", "layer", "rule_id", "reason", "text", "rules_version", "run_id"), "x")
    return told | {"id": name, "position": position, "site": site}


def removed_part(directory: Path, rows: list[dict[str, object]]) -> Part:
    part = write_part(directory, "removed", table(REMOVED, rows), "removed-r1-0000.parquet")
    assert part is not None
    return part


def places(path: Path) -> list[tuple[str, int]]:
    return [(row["id"], row["position"]) for row in pq.ParquetFile(path).read().to_pylist()]


def test_rows_are_sorted_by_site_and_id(tmp_path: Path):
    rows = [removal("b", 1), removal("a", 2), removal("c", 0, "aaa.example"), removal("b", 0), removal("d", 0, None)]
    removed_part(tmp_path, rows)
    assert places(tmp_path / "removed-r1-0000.parquet") == [("c", 0), ("a", 2), ("b", 0), ("b", 1), ("d", 0)]


def test_a_part_tells_its_size_and_hash(tmp_path: Path):
    part = removed_part(tmp_path, [removal("a", 0)])
    content = (tmp_path / part.name).read_bytes()
    assert (part.rows, part.bytes, part.sha256) == (1, len(content), hashlib.sha256(content).hexdigest())
    assert [file.name for file in tmp_path.iterdir()] == [part.name]


def test_the_footer_names_the_schema_and_its_version(tmp_path: Path):
    part = removed_part(tmp_path, [removal("a", 0)])
    file = pq.ParquetFile(tmp_path / part.name)
    assert file.metadata.metadata[b"copydesk.dataset"] == b"removed"
    assert file.metadata.metadata[b"copydesk.schema_version"] == b"1"
    assert file.schema_arrow.equals(REMOVED)
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert file.metadata.row_group(0).column(0).statistics.min == "a"


def test_large_tables_are_cut_into_row_groups(tmp_path: Path):
    rows = table(REMOVED, [removal("a", 0)]).take(pa.array([0] * 70_000))
    part = write_part(tmp_path, "removed", rows, "removed-r1-0000.parquet")
    assert part is not None
    assert pq.ParquetFile(tmp_path / part.name).metadata.num_row_groups == 2
    copy = rewrite_part(tmp_path, part, "removed-r1-0001.parquet", lambda rows: without(rows, "id", {"b"}))
    assert copy is not None
    assert (copy.rows, copy.sha256) == (part.rows, part.sha256)


def test_no_rows_make_no_file(tmp_path: Path):
    assert write_part(tmp_path, "rejected", REJECTED.empty_table(), "rejected-r1-0000.parquet") is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        pytest.param(table(REMOVED, [removal("a", 0)]).drop_columns(["kind"]), "kind", id="a column is missing"),
        pytest.param(table(REMOVED, [removal("a", 0)]).append_column("mood", pa.array(["glad"])), "mood", id="a column too many"),
        pytest.param(table(REMOVED, [removal("a", 0) | {"kind": None}]), "kind", id="a null where none may be"),
        pytest.param(table(REMOVED, [removal("a", 0)]).set_column(1, "position", pa.array(["one"])), "one", id="another type"),
    ],
)
def test_rows_that_do_not_fit_are_refused(tmp_path: Path, rows: pa.Table, says: str):
    with pytest.raises(StoreError, match=says):
        write_part(tmp_path, "removed", rows, "removed-r1-0000.parquet")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../removed-r1.parquet", "removed r1.parquet", "removed-r1.csv", "removed-r1.parquet.tmp", ".parquet"])
def test_names_that_are_no_parts_are_refused(tmp_path: Path, name: str):
    with pytest.raises(StoreError, match="no name for a part"):
        write_part(tmp_path, "removed", table(REMOVED, [removal("a", 0)]), name)


def test_a_copy_leaves_rows_out_and_the_original_stays(tmp_path: Path):
    part = removed_part(tmp_path, [removal("a", 0), removal("b", 0), removal("b", 1), removal("c", 0)])
    copy = rewrite_part(tmp_path, part, "removed-r2-0000.parquet", lambda rows: without(rows, "id", {"b", "unknown"}))
    assert copy is not None
    assert copy.rows == 2
    assert places(tmp_path / copy.name) == [("a", 0), ("c", 0)]
    assert len(places(tmp_path / part.name)) == 4
    assert pq.ParquetFile(tmp_path / copy.name).schema_arrow.equals(REMOVED, check_metadata=True)


def test_a_copy_without_rows_is_no_file(tmp_path: Path):
    part = removed_part(tmp_path, [removal("a", 0)])
    assert rewrite_part(tmp_path, part, "removed-r2-0000.parquet", lambda rows: without(rows, "id", {"a"})) is None
    assert [file.name for file in tmp_path.iterdir()] == [part.name]


def test_a_full_disk_leaves_no_file_that_looks_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_descriptor: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(operations, "write", full)
    with pytest.raises(OSError, match="No space left"):
        removed_part(tmp_path, [removal("a", 0)])
    assert list(tmp_path.glob("*.parquet")) == []


def test_a_batch_keeps_the_newest_of_each_id():
    base = dict.fromkeys(("source_uri", "source_format", "source_sha256", "digest"), "x") | {"char_count": 1}
    rows = [base | {"id": name, "source_record": record} for name, record in [("a", "0"), ("b", "1"), ("a", "3"), ("c", "0"), ("a", "2")]]
    assert newest_rows(table(KEYS, rows)) == [1, 2, 3]
    assert newest_rows(KEYS.empty_table()) == []
