"""What is kept of articles and their texts for finding duplicates, as Parquet: fingerprints, one row an article and run, and pairs of similar texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.learn.database import Resources, connected
from pipeline.learn.duplicates_clusters import Pair
from pipeline.learn.duplicates_sketch import EMPTY, PERMUTATIONS, SCHEME, Sketch, sketch
from pipeline.records import Article
from pipeline.store import operations
from pipeline.store.schema import TIMESTAMP

ROWS_AT_A_TIME: Final = 50_000
_SCHEME_KEY: Final = b"copydesk.sketch"

FINGERPRINTS: Final = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("content_hash", pa.string()),  # null: from this row on the article counts no more
        pa.field("published", TIMESTAMP),
        pa.field("fetched", TIMESTAMP),
        pa.field("shingle_count", pa.int32(), nullable=False),  # 0: the text has no words, and the article is nobody's duplicate
        pa.field("bands", pa.list_(pa.field("element", pa.int32(), nullable=False)), nullable=False),
        pa.field("signature", pa.binary(PERMUTATIONS)),  # null where there are no shingles
        pa.field("processed_at", TIMESTAMP, nullable=False),  # of an article's rows the newest counts
    ],
    metadata={_SCHEME_KEY: SCHEME},
)
PAIRS: Final = pa.schema(
    [
        pa.field("first", pa.string(), nullable=False),  # content hashes, the smaller first
        pa.field("second", pa.string(), nullable=False),
        pa.field("similarity", pa.float64(), nullable=False),
    ],
    metadata={_SCHEME_KEY: SCHEME},
)


_COMPACT_FINGERPRINTS: Final = """
WITH newest AS (SELECT id, max(processed_at) AS processed_at FROM read_parquet($fingerprints) GROUP BY id)
SELECT fingerprints.* FROM read_parquet($fingerprints) AS fingerprints SEMI JOIN newest USING (id, processed_at) WHERE content_hash IS NOT NULL ORDER BY id
"""
_COMPACT_PAIRS: Final = """
WITH held AS (SELECT DISTINCT content_hash FROM read_parquet($fingerprints))
SELECT DISTINCT * FROM read_parquet($pairs) WHERE first IN (FROM held) AND second IN (FROM held) ORDER BY first, second
"""


class OtherSchemeError(ValueError):
    """Raised for a file whose sketches were made otherwise than today's: they can't be compared, and are to be made anew from the articles' texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What duplicates are found by: an article's words as a hash, the sketch of its shingles, and what decides who is canonical."""

    id: str
    content_hash: str | None
    published: datetime | None = None
    fetched: datetime | None = None
    sketch: Sketch = EMPTY


def fingerprint(article: Article) -> Fingerprint:
    """Returns the article's fingerprint. Where only the day of publication is known, it counts as that day's end in UTC."""
    return Fingerprint(
        id=article.id,
        content_hash=article.content_hash,
        published=article.date_published or _end_of(article.date_published_day),
        fetched=article.fetched_at,
        sketch=sketch(article.text),
    )


def withdrawal(article_id: str) -> Fingerprint:
    """Returns the fingerprint of an article that counts no more: it takes the place of the one before."""
    return Fingerprint(id=article_id, content_hash=None)


def write_fingerprints(path: Path, fingerprints: Iterable[Fingerprint], processed_at: datetime) -> Path:
    """Writes the fingerprints of a run to one durable file; returns its path. `processed_at` is when the run began."""
    rows = iter(fingerprints)
    with operations.replacing(path) as file, pq.ParquetWriter(file, FINGERPRINTS, compression="zstd") as writer:
        while batch := list(islice(rows, ROWS_AT_A_TIME)):
            writer.write_table(pa.Table.from_pylist([_row(row, processed_at) for row in batch], schema=FINGERPRINTS))
    return path


def write_fingerprint_rows(path: Path, tables: Iterable[pa.Table]) -> Path:
    """Writes fingerprints, given as rows of files of theirs, to one durable file; returns its path."""
    with operations.replacing(path) as file, pq.ParquetWriter(file, FINGERPRINTS, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table)
    return path


def write_pairs(path: Path, pairs: Iterable[Pair]) -> Path:
    """Writes pairs of similar texts to one durable file; returns its path."""
    rows = iter(pairs)
    with operations.replacing(path) as file, pq.ParquetWriter(file, PAIRS, compression="zstd") as writer:
        while batch := list(islice(rows, ROWS_AT_A_TIME)):
            writer.write_table(pa.Table.from_pylist([pair._asdict() for pair in batch], schema=PAIRS))
    return path


def compact_fingerprints(paths: Sequence[Path], target: Path, resources: Resources) -> Path:
    """Writes to one durable file, in order of ids, the rows of all these files that count; returns its path. No result changes if they are all there are."""
    return _write(_COMPACT_FINGERPRINTS, {"fingerprints": paths}, FINGERPRINTS, target, resources)


def compact_pairs(paths: Sequence[Path], fingerprints: Sequence[Path], target: Path, resources: Resources) -> Path:
    """Writes to one durable file the pairs whose texts both stand in the fingerprints, compacted ones; returns its path. No result changes."""
    return _write(_COMPACT_PAIRS, {"pairs": paths, "fingerprints": fingerprints}, PAIRS, target, resources)


def check_scheme(paths: Sequence[Path]) -> None:
    """Raises OtherSchemeError where one of the files holds what can't be compared with sketches of today."""
    for path in paths:
        scheme = (pq.read_schema(path).metadata or {}).get(_SCHEME_KEY, b"").decode()
        if scheme != SCHEME:
            raise OtherSchemeError(f"{path}: made as {scheme or 'is not known'}, today's is {SCHEME}; write the fingerprints of all articles anew")


def _row(of: Fingerprint, processed_at: datetime) -> dict[str, Any]:
    return {
        "id": of.id,
        "content_hash": of.content_hash,
        "published": of.published,
        "fetched": of.fetched,
        "shingle_count": of.sketch.shingles,
        "bands": np.frombuffer(of.sketch.bands, dtype="<i4"),
        "signature": of.sketch.signature or None,
        "processed_at": processed_at,
    }


def _end_of(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.max, tzinfo=UTC)


def _write(query: str, files: Mapping[str, Sequence[Path]], schema: pa.Schema, target: Path, resources: Resources) -> Path:
    names = {name: [str(path) for path in paths] for name, paths in files.items()}
    check_scheme([path for paths in files.values() for path in paths])
    with connected(resources) as database, operations.replacing(target) as file, pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for rows in database.sql(query, params=names).to_arrow_reader(ROWS_AT_A_TIME):
            writer.write_table(pa.Table.from_batches([rows]).cast(schema))
    return target
