"""Parquet files of the store: written whole and durable, never changed; what must change is copied to a new file."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.store import operations
from pipeline.store.errors import StoreError
from pipeline.store.keys import KEYS
from pipeline.store.schema import DATASETS

ROW_GROUP_ROWS: Final = 64 * 1024
# Beside what is published: keys, by which a commit decides; the rows of articles that are held back; and the rejected rows that say why they are.
SCHEMAS: Final[Mapping[str, pa.Schema]] = {
    **DATASETS,
    "keys": KEYS,
    "held": DATASETS["articles"],
    "held_removed": DATASETS["removed"],
    "duplicates": DATASETS["rejected"],
}
# The column that names the rows a commit drops: rejected rows are those of a source as it was last read, all others those of an article.
DROPPED_BY: Final = {dataset: "source_uri" if dataset == "rejected" else "id" for dataset in SCHEMAS}
_SORTED_BY: Final = ("site", "date_published_day", "id", "position", "source_uri", "source_record")
_NAME: Final = re.compile(r"[a-z]+-[A-Za-z0-9_-]+\.parquet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of rows: its name in the data folder, its dataset, and what it must be found to hold."""

    name: str
    dataset: str
    rows: int
    bytes: int
    sha256: str


def write_part(directory: Path, dataset: str, table: pa.Table, name: str) -> Part | None:
    """Returns the part written from a table of the dataset's columns, sorted by site, day and id; None, and no file, without rows.

    `name` is the file's, e.g. `articles-<run id>-0007.parquet`. Raises StoreError where a column is missing, strange or null against the schema.
    """
    rows = _conform(dataset, table)
    return _write(directory, dataset, name, SCHEMAS[dataset], [rows.sort_by(_order(rows.schema))])


def rewrite_part(directory: Path, part: Part, name: str, change: Callable[[pa.Table], pa.Table]) -> Part | None:
    """Returns a copy of a part with its rows changed, in the order they are in; None where no row is left. Holds one row group in memory."""
    with pq.ParquetFile(directory / part.name) as file:
        groups = (file.read_row_group(number) for number in range(file.num_row_groups))
        return _write(directory, part.dataset, name, file.schema_arrow, map(change, groups))


def read_rows(directory: Path, parts: Iterable[Part], ids: Collection[str]) -> pa.Table | None:
    """Returns the rows of these articles in parts of one dataset; None without parts. Holds one row group and the rows found in memory."""
    found = [_with(group, ids) for part in parts for group in _groups(directory / part.name)]
    return pa.concat_tables(found) if found else None


def without(rows: pa.Table, column: str, values: Collection[str]) -> pa.Table:
    """Returns the rows whose column holds none of these values."""
    return rows.filter(pc.invert(pc.is_in(rows[column], value_set=pa.array(list(values), pa.string())))) if values else rows


def with_values(rows: pa.Table, column: str, values: Mapping[str, object]) -> pa.Table:
    """Returns the rows with these values, by id, in a column."""
    if not values:
        return rows
    place = rows.schema.get_field_index(column)
    stated = zip(rows["id"].to_pylist(), rows[column].to_pylist(), strict=True)
    changed = pa.array([values.get(name, value) for name, value in stated], rows.schema.field(place).type)
    return rows.set_column(place, rows.schema.field(place), changed)


def read_columns(path: Path, columns: Collection[str]) -> pa.Table:
    """Returns these columns of one part."""
    with pq.ParquetFile(path) as file:
        return file.read(columns=list(columns))


def distinct_values(path: Path, column: str) -> set[str]:
    """Returns the values that a string column of one part holds."""
    return set(pc.unique(read_columns(path, [column])[column]).to_pylist())


def empty_file(dataset: str) -> bytes:
    """Returns a Parquet file of the dataset's schema without rows: readers' globs fail where there is no file."""
    sink = io.BytesIO()
    pq.write_table(SCHEMAS[dataset].empty_table(), sink, compression="zstd")
    return sink.getvalue()


def empty_part(dataset: str) -> Part:
    """Returns the part that `empty_file` makes."""
    content = empty_file(dataset)
    return Part(name="empty.parquet", dataset=dataset, rows=0, bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def _conform(dataset: str, table: pa.Table) -> pa.Table:
    schema = SCHEMAS[dataset]
    missing, strange = sorted(set(schema.names) - set(table.column_names)), sorted(set(table.column_names) - set(schema.names))
    if missing or strange:
        raise StoreError(f"rows for {dataset} lack the columns {missing} and have the unknown columns {strange}")
    try:
        return table.select(schema.names).cast(schema)
    except (ValueError, pa.ArrowException) as error:
        raise StoreError(f"rows for {dataset} do not fit its schema: {error}") from error


def _write(directory: Path, dataset: str, name: str, schema: pa.Schema, tables: Iterable[pa.Table]) -> Part | None:
    if not _NAME.fullmatch(name):
        raise StoreError(f"{name!r} is no name for a part")
    filled = (table for table in tables if table.num_rows)
    first = next(filled, None)
    if first is None:
        return None
    with operations.replacing(directory / name) as file:
        rows = _write_groups(file, schema, chain([first], filled))
    return Part(name=name, dataset=dataset, rows=rows, bytes=file.size, sha256=file.sha256)


def _order(schema: pa.Schema) -> list[tuple[str, str]]:
    return [(column, "ascending") for column in _SORTED_BY if column in schema.names]


def _write_groups(file: operations.DurableFile, schema: pa.Schema, tables: Iterator[pa.Table]) -> int:
    rows = 0
    order = pq.SortingColumn.from_ordering(schema, _order(schema))
    with pq.ParquetWriter(file, schema, compression="zstd", write_statistics=True, sorting_columns=order) as writer:
        for table in tables:
            writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
            rows += table.num_rows
    return rows


def _groups(path: Path) -> Iterator[pa.Table]:
    with pq.ParquetFile(path) as file:
        yield from (file.read_row_group(number) for number in range(file.num_row_groups))


def _with(rows: pa.Table, ids: Collection[str]) -> pa.Table:
    return rows.filter(pc.is_in(rows["id"], value_set=pa.array(list(ids), pa.string())))
