"""Compaction: parts that runs made small become one. It rides on commits, so that no reader and no crash meets it by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.store.copier import Copier
from pipeline.store.ledger import Ledger
from pipeline.store.parts import SCHEMAS, Part

PARTS: Final = 16  # of about one size make one part: a row is copied once each time its part grows sixteenfold
SMALL_BYTES: Final = 4 * 1024 * 1024  # parts above this stay; sixteen of them are some 200 MB of memory when they are read


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Parts of one dataset, by ledger number, and the part that holds all their rows."""

    olds: tuple[int, ...]
    part: Part


def merge_small_parts(ledger: Ledger, directory: Path, copier: Copier, staying: Container[int]) -> Iterator[Merged]:
    """Yields what becomes of small published parts, of those `staying`, wherever sixteen are of about one size."""
    alike: dict[tuple[str, int], list[tuple[int, Part]]] = defaultdict(list)
    for number, part in ledger.numbered_parts():
        if number in staying and part.bytes < SMALL_BYTES:
            alike[part.dataset, part.bytes.bit_length() // 4].append((number, part))
    for (dataset, _), found in sorted(alike.items()):
        # Those that another version of the schema wrote would need more than copying.
        parts = [(number, part) for number, part in found if pq.read_schema(directory / part.name).equals(SCHEMAS[dataset])]
        for start in range(0, len(parts) - PARTS + 1, PARTS):
            yield _merge(directory, copier, parts[start : start + PARTS])


def _merge(directory: Path, copier: Copier, parts: Sequence[tuple[int, Part]]) -> Merged:
    rows = pa.concat_tables(pq.ParquetFile(directory / part.name).read() for _, part in parts)
    merged = copier.write(parts[0][1].dataset, rows)
    assert merged is not None  # noqa: S101 - parts have rows
    return Merged(olds=tuple(number for number, _ in parts), part=merged)
