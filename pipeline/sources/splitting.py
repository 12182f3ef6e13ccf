"""Where large files are cut, so that several batches read one at once: JSONL at ends of lines, WARC at its records."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson
from fastwarc.warc import ArchiveIterator

from pipeline.records import SourceFormat
from pipeline.settings import MEBIBYTE
from pipeline.sources.inputs import InputFile, Slice
from pipeline.sources.objects import StoredObject
from pipeline.sources.streams import GZIP_MAGIC, codec_of, content_digest, opened

_CHUNK_BYTES: Final = MEBIBYTE
_RECORD: Final = (b"WARC/", GZIP_MAGIC)  # how one begins: as it is, or as a member of gzip of its own


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
    cuts = [(0, 0)]  # places in the file, each with the number of the record that begins there
    if file.size > cutting.bytes or (format_ is SourceFormat.JSONL and isinstance(file.path, Path)):
        found = [(place, number) for place, number in _cuts(_places(file.path, format_, cutting.indexes), cutting) if place < file.size]
        if format_ is SourceFormat.JSONL or _begin_records(file.path, [place for place, _ in found]):
            cuts += found
    stops = [*(place for place, _ in cuts[1:]), None]
    return [Slice(file=file, format=format_, start=start, stop=stop, first=first) for (start, first), stop in zip(cuts, stops, strict=True)]


def _places(path: Path | StoredObject, format_: SourceFormat, indexes: Path) -> Iterable[int]:
    """Where the file's lines or records begin."""
    if format_ is SourceFormat.JSONL:
        return _lines(path)
    index = indexes / f"{content_digest(path)}.json"
    if not index.is_file():
        indexes.mkdir(parents=True, exist_ok=True)
        draft = index.with_suffix(".tmp")
        draft.write_bytes(orjson.dumps(list(_records(path))))
        draft.rename(index)
    places: list[int] = orjson.loads(index.read_bytes())
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


def _begin_records(path: Path | StoredObject, places: Iterable[int]) -> bool:
    """Whether a record begins at each of the places: in an archive that was compressed as a whole, none does."""
    with opened(path) as file:
        return all(_at(file, place).startswith(_RECORD) for place in places)


def _at(file: io.BufferedReader, place: int) -> bytes:
    file.seek(place)
    return file.read(len(_RECORD[0]))
