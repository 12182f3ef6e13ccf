"""Parquet: one row a page, read by row groups and in small batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Final, NamedTuple
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.records import Record, SourceFormat
from pipeline.settings import ColumnNames
from pipeline.sources.columns import FoundColumns, find_columns, require_columns
from pipeline.sources.inputs import BrokenRecord, InputFile, Slice, broken
from pipeline.sources.rows import page_of_row
from pipeline.sources.splitting import Cutting
from pipeline.sources.streams import BOMB, most_bytes, open_file
from pipeline.sources.times import EPOCH

_BATCH_ROWS: Final = 1  # a page may have megabytes, and what is damaged or expands takes no good row of its batch with it
_READ_BYTES: Final = 1 << 20  # without a buffer size pyarrow holds a whole column of a row group
# A slice inside a row group decodes the rows before it, only to drop them. With sixteen slices at most that stays below a twentieth of the cleaning.
_MAX_SLICES_A_GROUP: Final = 16
_HIVE_NULL: Final = "__HIVE_DEFAULT_PARTITION__"

Row = dict[str, object]


class _Rows(NamedTuple):
    """A range of rows, and about how many bytes of the file they are."""

    start: int
    stop: int
    size: int


def plan_parquet(file: InputFile, mapping: ColumnNames, cutting: Cutting | None) -> list[Slice]:
    """Returns the file's slices: ranges of rows, as large as `cutting` says where row groups allow it; one where it is None.

    Raises:
        InputError: when no column holds a page.
        BrokenRecord: when the file can't be opened as Parquet.
    """
    with _opened(file) as parquet:
        require_columns(file.uri, (*parquet.schema_arrow.names, *_partitions(file.uri)), mapping)
        groups = list(_sizes(parquet.metadata))
    ranges = _ranges(groups, max_rows=cutting.pages, max_bytes=cutting.bytes) if cutting else [_Rows(0, sum(rows for rows, _ in groups), file.size)]
    return [
        Slice(file=file, format=SourceFormat.PARQUET, start=start, stop=stop, records=stop - start, size=size, pages=stop - start)
        for start, stop, size in ranges or [_Rows(0, 0, 0)]
    ]


def read_parquet(piece: Slice, mapping: ColumnNames) -> Iterator[Record]:
    """Yields the pages of a range of rows; a row group that can't be read gives one `Unreadable` for its rows."""
    try:
        with _opened(piece.file) as parquet:
            stop = parquet.metadata.num_rows if piece.stop is None else piece.stop
            for group, first, last in _groups_between(parquet, piece.start, stop):
                yield from _read_group(parquet, group, (first, last), piece, mapping)
    except BrokenRecord as error:
        yield broken(piece.origin(str(piece.start)), str(error))


@contextmanager
def _opened(file: InputFile) -> Iterator[pq.ParquetFile]:
    try:
        parquet = pq.ParquetFile(open_file(file.path), pre_buffer=False, buffer_size=_READ_BYTES, page_checksum_verification=True)
        parquet.schema_arrow.names  # noqa: B018 - decoding them is what fails in a damaged footer
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise BrokenRecord(f"the Parquet file can't be opened: {_first_line(error)}") from None
    with parquet:
        yield parquet


def _sizes(metadata: pq.FileMetaData) -> Iterator[tuple[int, int]]:
    """The rows of each row group, and its bytes as they lie in the file."""
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        yield group.num_rows, sum(group.column(number).total_compressed_size for number in range(group.num_columns))


def _ranges(groups: Sequence[tuple[int, int]], *, max_rows: int, max_bytes: int) -> list[_Rows]:
    """Ranges that join small row groups, given by their rows and bytes, and part large ones.

    >>> [(rows.start, rows.stop) for rows in _ranges([(3, 100), (3, 100), (10, 100)], max_rows=6, max_bytes=1000)]
    [(0, 6), (6, 12), (12, 16)]
    >>> _ranges([(0, 5000)], max_rows=6, max_bytes=1000)
    []
    """
    ranges: list[_Rows] = []
    first = rows = size = 0  # rows and bytes of whole groups that no range holds yet
    for group_rows, group_size in groups:
        if rows and (rows + group_rows > max_rows or size + group_size > max_bytes):
            ranges.append(_Rows(first, first + rows, size))
            first, rows, size = first + rows, 0, 0
        rows, size = rows + group_rows, size + group_size
        if rows > max_rows or (rows and size > max_bytes):  # a large group, alone
            ranges.extend(_parts(_Rows(first, first + rows, size), max_rows, max_bytes))
            first, rows, size = first + rows, 0, 0
    return [*ranges, _Rows(first, first + rows, size)] if rows else ranges


def _parts(group: _Rows, max_rows: int, max_bytes: int) -> Iterator[_Rows]:
    rows = group.stop - group.start
    step = max(min(max_rows, rows * max_bytes // max(group.size, 1)), -(-rows // _MAX_SLICES_A_GROUP))
    for start in range(group.start, group.stop, step):
        stop = min(start + step, group.stop)
        yield _Rows(start, stop, group.size * (stop - start) // rows)


def _groups_between(parquet: pq.ParquetFile, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """Each row group that holds rows of the range, with the numbers of its first row and of the row behind its last."""
    first = 0
    for group in range(parquet.num_row_groups):
        last = first + parquet.metadata.row_group(group).num_rows
        if first < stop and last > start:
            yield group, first, last
        first = last


def _read_group(parquet: pq.ParquetFile, group: int, rows: tuple[int, int], piece: Slice, mapping: ColumnNames) -> Iterator[Record]:
    partitions = _partitions(piece.file.uri)
    names = parquet.schema_arrow.names
    columns = find_columns((*names, *(name for name in partitions if name not in names)), mapping)
    number = rows[0]
    try:
        for row in _rows(parquet, group, columns, most_bytes(piece.file.size)):
            if piece.stop is not None and number >= piece.stop:
                return
            if _holds(piece, number):
                yield page_of_row({**partitions, **row}, columns, piece, number)
            number += 1
    except (pa.ArrowException, OSError, BrokenRecord) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        if _holds(piece, number):  # else another slice of the group says so
            yield broken(piece.origin(str(number)), f"row group {group} (rows {rows[0]} to {rows[1] - 1}) can't be read on: {_first_line(error)}")


def _holds(piece: Slice, number: int) -> bool:
    return piece.start <= number and (piece.stop is None or number < piece.stop)


def _rows(parquet: pq.ParquetFile, group: int, columns: FoundColumns, most: int) -> Iterator[Row]:
    """The group's rows. Raises BrokenRecord where they are more than `most` bytes, or one of their columns says so beforehand."""
    present = [name for name in columns.read if name in parquet.schema_arrow.names]
    described = parquet.metadata.row_group(group)
    parts = (described.column(number) for number in range(described.num_columns))
    if any(part.total_uncompressed_size > most for part in parts if part.path_in_schema in present):
        raise BrokenRecord(BOMB)
    size = 0
    for batch in parquet.iter_batches(_BATCH_ROWS, row_groups=[group], columns=present, use_threads=False):
        for row in _rows_of(batch):
            size += sum(len(value) for value in row.values() if isinstance(value, str | bytes))
            if size > most:
                raise BrokenRecord(BOMB)
            yield row


def _rows_of(batch: pa.RecordBatch) -> Iterator[Row]:
    values = [_values(column) for column in batch.columns]
    for row in zip(*values, strict=True):
        yield dict(zip(batch.schema.names, row, strict=True))


def _values(column: pa.Array) -> list[object]:
    """The column's values as Python objects."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):  # by hand, since pyarrow needs pandas for nanoseconds and tzdata for zones
        microseconds = column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(pa.int64()).to_pylist()
        return [None if value is None else EPOCH + timedelta(microseconds=value) for value in microseconds]
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return [_text(value) for value in column.cast(pa.large_binary()).to_pylist()]
    return list(column.to_pylist())


def _text(value: bytes | None) -> str | bytes | None:
    """A string column's value; as bytes where it isn't UTF-8, which Parquet asks for and no reader checks."""
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return value


def _partitions(uri: str) -> Row:
    """Columns that the folders' names hold.

    >>> _partitions("crawl_date=2024-05-01/site=example.org/part-0.parquet")
    {'crawl_date': '2024-05-01', 'site': 'example.org'}
    """
    pairs = (part.split("=", 1) for part in PurePosixPath(uri).parent.parts if "=" in part)
    return {name: None if value == _HIVE_NULL else unquote(value) for name, value in pairs}


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
