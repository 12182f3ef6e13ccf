"""Reading a file as a run does: found, planned, and read slice by slice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from pipeline.records import Record
from pipeline.settings import ColumnNames
from pipeline.sources import Cutting, Slice, find_files, plan_slices, read_slice

Pack = Callable[[bytes], bytes]


def read(path: Path, columns: ColumnNames | None = None, *, batch_pages: int = 500) -> list[Record]:
    mapping = columns or ColumnNames()
    (file,) = find_files([path])
    slices = plan_slices(file, mapping, cutting(path, batch_pages))
    assert isinstance(slices, list), f"{path.name} was ignored as {slices.kind}"
    return [record for piece in slices for record in read_slice(piece, mapping)]


def plan(path: Path, *, batch_pages: int = 500) -> str | list[Slice]:
    """Returns a file's slices, or the kind under which it is ignored."""
    (file,) = find_files([path])
    planned = plan_slices(file, ColumnNames(), cutting(path, batch_pages))
    return planned if isinstance(planned, list) else planned.kind


def cutting(path: Path, pages: int) -> Cutting:
    """By pages alone."""
    return Cutting(pages=pages, bytes=1 << 40, indexes=path.parent / "indexes")


def zstd(data: bytes) -> bytes:
    return bytes(pa.compress(data, "zstd", asbytes=True))


def noise(seed: int, length: int) -> str:
    """Returns letters that don't compress to less than half, the same for the same seed."""
    return hashlib.shake_256(str(seed).encode()).hexdigest(length // 2)
