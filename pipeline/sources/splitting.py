"""Where large files are cut, so that several batches read one at once: JSONL at ends of lines, WARC at its records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson
from fastwarc.warc import ArchiveIterator

from pipeline.records import SourceFormat
from pipeline.settings import MEBIBYTE
from pipeline.sources.inputs import InputFile, Slice
from pipeline.sources.objects import StoredObject
from pipeline.sources.resuming import begins_record
from pipeline.sources.streams import codec_of, content_digest, opened

_CHUNK_BYTES: Final = MEBIBYTE
_RECORD_BYTES: Final = 10_000  # of a record that nobody has counted, about: a page of 50 kB, compressed


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutting:
    """How large a slice may be, and the folder that keeps where a WARC's records begin, for to find that is a pass over the file."""

    pages: int
    bytes: int
    indexes: Path


def cut(file: InputFile, format_: SourceFormat, cutting: Cutting) -> list[Slice]:
    """Returns the slices of a JSONL or WARC file: one where it is small, or is one compressed stream, which cannot be read from its middle.

    Lines of a file here are counted in passing; to count an object's lines, or a WARC's records, is worth it only where there is much to read.
    """
    if not _is_counted(file, format_, cutting):
        return [whole(file, format_)]
    places = [place for place in _places(file.path, format_, cutting.indexes) if place < file.size]  # none begins where the last line ends
    cuts = [(0, 0), *_cuts(places, cutting)]  # places in the file, each with the number of the record that begins there
    if not places or (format_ is SourceFormat.WARC and not all(begins_record(file.path, place) for place, _ in cuts)):
        return [whole(file, format_)]
    ends = [*cuts[1:], (file.size, len(places))]
    return [
        Slice(file=file, format=format_, start=start, stop=None if stop == file.size else stop, first=first, records=last - first, size=stop - start)
        for (start, first), (stop, last) in zip(cuts, ends, strict=True)
    ]


def whole(file: InputFile, format_: SourceFormat) -> Slice:
    """Returns the one slice of a file whose records nobody has counted."""
    return Slice(file=file, format=format_, records=1 + file.size // _RECORD_BYTES, size=file.size)


def _is_counted(file: InputFile, format_: SourceFormat, cutting: Cutting) -> bool:
    if not isinstance(file.path, Path):
        return file.size > cutting.bytes  # for all of it is fetched for that
    return format_ is SourceFormat.JSONL or file.size > min(cutting.bytes, cutting.pages * _RECORD_BYTES)


def _places(path: Path | StoredObject, format_: SourceFormat, indexes: Path) -> Iterable[int]:
    """Where the file's lines or records begin."""
    if format_ is SourceFormat.JSONL:
        return _lines(path)
    index = indexes / f"{content_digest(path)}.json"
    with suppress(FileNotFoundError, orjson.JSONDecodeError):  # a damaged one is made anew
        known: list[int] = orjson.loads(index.read_bytes())
        return known
    indexes.mkdir(parents=True, exist_ok=True)
    places = list(_records(path))
    draft = index.with_suffix(".tmp")
    draft.write_bytes(orjson.dumps(places))
    draft.rename(index)
    return places


def _cuts(places: Iterable[int], cutting: Cutting) -> Iterator[tuple[int, int]]:
    start = first = 0
    for number, place in enumerate(places):
        if place > start and (number - first >= cutting.pages or place - start >= cutting.bytes):
            yield place, number
            start, first = place, number


def _lines(path: Path | StoredObject) -> Iterator[int]:
    """Where each line begins; nothing of a compressed file."""
    with opened(path) as file:
        position = 0
        chunk = file.read(_CHUNK_BYTES)
        if codec_of(chunk):
            return
        yield 0
        while chunk:
            end = chunk.find(b"\n")
            while end >= 0:
                yield position + end + 1
                end = chunk.find(b"\n", end + 1)
            position += len(chunk)
            chunk = file.read(_CHUNK_BYTES)


def _records(path: Path | StoredObject) -> Iterator[int]:
    """Where each record begins, in the file as it lies there, up to the first damage."""
    with opened(path) as file:
        try:
            for record in ArchiveIterator(file, parse_http=False):
                yield record.stream_pos
        except OSError as error:
            if error.errno is not None:  # the disk's error, not fastwarc's
                raise
