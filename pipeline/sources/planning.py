"""How a file is read, and in which slices."""

from __future__ import annotations

from typing import Final

from pipeline.records import SourceFormat
from pipeline.settings import ColumnNames
from pipeline.sources.columns import find_columns, require_columns
from pipeline.sources.content import HEAD_BYTES, container_format, starts_like_html
from pipeline.sources.inputs import BrokenRecord, Ignored, InputFile, Slice
from pipeline.sources.jsonl import sample_keys
from pipeline.sources.parquet import plan_parquet
from pipeline.sources.splitting import Cutting, cut, whole
from pipeline.sources.streams import read_head

_FORMATS_BY_SUFFIX: Final = {
    ".html": SourceFormat.HTML,
    ".htm": SourceFormat.HTML,
    ".xhtml": SourceFormat.HTML,
    ".txt": SourceFormat.TEXT,
    ".warc": SourceFormat.WARC,
    ".jsonl": SourceFormat.JSONL,
    ".ndjson": SourceFormat.JSONL,
    ".parquet": SourceFormat.PARQUET,
}
_COMPRESSED: Final = frozenset({".gz", ".zst"})


def plan_slices(file: InputFile, columns: ColumnNames, cutting: Cutting | None = None) -> list[Slice] | Ignored:
    """Returns the slices that a file is read in, a large container in several where `cutting` is given; one that holds no pages is `Ignored`.

    What a file holds shows in its first bytes, decompressed; its name decides where they don't tell.

    Raises:
        InputError: when a JSONL or Parquet file has no column with a body.
    """
    if file.never_opened:
        return Ignored(file=file, kind=file.never_opened)
    suffix = _suffix(file)
    format_ = _format(file, suffix, columns)
    if format_ is None:
        return Ignored(file=file, kind=f"file {suffix}" if suffix else "file without suffix")
    if format_ is SourceFormat.PARQUET:
        return _parquet_slices(file, columns, cutting)
    if format_ is SourceFormat.JSONL and (keys := sample_keys(file.path)):
        require_columns(file.uri, keys, columns)
    if format_ in (SourceFormat.HTML, SourceFormat.TEXT):
        return [Slice(file=file, format=format_, records=1, size=file.size, pages=1)]
    return cut(file, format_, cutting) if cutting else [whole(file, format_)]


def _suffix(file: InputFile) -> str:
    """The suffix in lower case; where the file is compressed, with the one before it: ".tar.gz"."""
    suffixes = [suffix.lower() for suffix in file.path.suffixes[-2:]]
    return "".join(suffixes if suffixes[-1:] and suffixes[-1] in _COMPRESSED else suffixes[-1:])


def _format(file: InputFile, suffix: str, columns: ColumnNames) -> SourceFormat | None:
    inner = suffix.removesuffix(".gz").removesuffix(".zst")
    named = _FORMATS_BY_SUFFIX.get(inner)
    head = read_head(file.path, HEAD_BYTES)
    container = container_format(head)
    if container is SourceFormat.PARQUET and inner != suffix:
        return None  # compressed as a whole, it can't be read at its end, where a Parquet file is described
    if container:
        return container
    if named in (SourceFormat.HTML, SourceFormat.TEXT, None):
        if starts_like_html(head):
            return SourceFormat.HTML
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and _holds_pages(file, columns):
            return SourceFormat.JSONL
    return named


def _holds_pages(file: InputFile, columns: ColumnNames) -> bool:
    found = find_columns(sample_keys(file.path), columns)
    return bool(found.html or found.text)


def _parquet_slices(file: InputFile, columns: ColumnNames, cutting: Cutting | None) -> list[Slice]:
    try:
        return plan_parquet(file, columns, cutting)
    except BrokenRecord:
        return [whole(file, SourceFormat.PARQUET)]  # reading it gives the row that says what is wrong
