"""JSON lines: one object a line, one page an object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import orjson

from pipeline.records import Record
from pipeline.settings import ColumnNames
from pipeline.sources.columns import find_columns
from pipeline.sources.inputs import BrokenRecord, Slice, broken
from pipeline.sources.objects import StoredObject
from pipeline.sources.rows import page_of_row
from pipeline.sources.streams import TOO_LARGE, DecompressedStream, buffered, lines

_ONE_LINE: Final = "line 1 "  # orjson's word for where it is: it knows of one line alone
_SAMPLE_LINES: Final = 20  # keys that may be missing seldom are in twenty lines all


def read_jsonl(piece: Slice, mapping: ColumnNames) -> Iterator[Record]:
    """Yields a record for each line that isn't blank; numbers count all lines, from 0."""
    # What is cut is not compressed, whatever the first line of a piece may look like.
    stream = DecompressedStream(piece.file.path, piece.start, piece.stop, may_be_packed=piece.start == 0 and piece.stop is None)
    number = piece.first
    with buffered(stream) as reader:
        for line in lines(reader):
            if stream.damage and line is not None and not line.endswith(b"\n"):
                break  # the damage cut this line, and is reported below
            if line is None or line.strip():
                yield _record(line, piece, mapping, number)
            number += 1
    if stream.damage:
        yield broken(piece.origin(str(number)), f"{stream.damage}; the lines from here on are lost")


def sample_keys(path: Path | StoredObject) -> tuple[str, ...]:
    """Returns the keys of the file's first objects, in the order of their appearance; none where no line holds an object."""
    keys: dict[str, None] = {}
    with buffered(DecompressedStream(path)) as reader:
        for line in islice((line for line in lines(reader) if line is None or line.strip()), _SAMPLE_LINES):
            try:
                keys.update(dict.fromkeys(_json_object(line or b"")))
            except BrokenRecord:
                continue  # reading reports it, with its number
    return tuple(keys)


def _record(line: bytes | None, piece: Slice, mapping: ColumnNames, number: int) -> Record:
    if line is None:
        return broken(piece.origin(str(number)), f"the line is {TOO_LARGE}")
    try:
        row = _json_object(line)
    except BrokenRecord as error:
        return broken(piece.origin(str(number)), str(error))
    return page_of_row(row, find_columns(tuple(row), mapping), piece, number)


def _json_object(line: bytes) -> dict[str, object]:
    line = line.removeprefix(b"\xef\xbb\xbf")
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        value = _lenient(line, str(error))
    if not isinstance(value, dict):
        raise BrokenRecord("the line holds JSON, but no object")
    return value


def _lenient(line: bytes, first_error: str) -> object:
    """What the standard library reads and orjson refuses: NaN, and halves of surrogate pairs, which Python's own writer makes."""
    try:
        return json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise BrokenRecord(f"the line is not valid UTF-8 at its byte {error.start:,}, counted from 0") from None
    except (ValueError, RecursionError):
        raise BrokenRecord(f"the line is no JSON: {first_error.replace(_ONE_LINE, '')}") from None
