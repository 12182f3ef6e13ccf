"""Bytes in: which files there are, how each is read, and its records."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.records import Record, SourceFormat
from pipeline.settings import ColumnNames
from pipeline.sources.finding import check_roots, find_files, overlap
from pipeline.sources.inputs import Ignored, InputError, InputFile, PageFacts, Slice
from pipeline.sources.jsonl import read_jsonl
from pipeline.sources.parquet import read_parquet
from pipeline.sources.planning import plan_slices
from pipeline.sources.settling import files_being_written
from pipeline.sources.single import read_page
from pipeline.sources.splitting import Cutting
from pipeline.sources.streams import content_digest
from pipeline.sources.unopened import NOT_OPENED, UNOPENED_FILE, UNOPENED_FOLDER, is_gone, is_unopened, or_gone
from pipeline.sources.warc import read_warc

__all__ = [
    "NOT_OPENED",
    "UNOPENED_FILE",
    "UNOPENED_FOLDER",
    "Cutting",
    "Ignored",
    "InputError",
    "InputFile",
    "PageFacts",
    "Slice",
    "check_roots",
    "content_digest",
    "files_being_written",
    "find_files",
    "is_gone",
    "is_unopened",
    "or_gone",
    "overlap",
    "plan_slices",
    "read_slice",
]


def read_slice(piece: Slice, columns: ColumnNames) -> Iterator[Record]:
    """Yields the records of a slice in their order, one at a time, whatever its size.

    Raises:
        OSError: when the disk or a permission fails. What is wrong with the content is an `Unreadable` instead.
    """
    match piece.format:
        case SourceFormat.HTML | SourceFormat.TEXT:
            return read_page(piece)
        case SourceFormat.WARC:
            return read_warc(piece)
        case SourceFormat.JSONL:
            return read_jsonl(piece, columns)
        case SourceFormat.PARQUET:
            return read_parquet(piece, columns)
