"""Which texts may be similar: they share a band of their sketches, and their signatures agree. A join that DuckDB does out of core."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.learn.duplicates_sketch import PERMUTATIONS

MIN_ESTIMATE: Final = 0.7  # share of equal bytes: three standard errors (0.035) below the similarity of 0.8 that is asked for
MAX_SENIORS: Final = 16  # of a band: what hundreds of texts share is a form that each fills in, and comparing all with all would never end
PAIRS_AT_A_TIME: Final = 20_000

# Of an article's earlier rows the newest counts. `before` says that it counted with this text and these dates before this run, `after` that it does
# now, `arrived` that this run has a row for it.
_ARTICLES: Final = """
CREATE TEMP TABLE articles AS
WITH newest AS (
    SELECT id, max(processed_at) AS processed_at FROM known GROUP BY id
), earlier AS (
    SELECT id, content_hash, published, fetched, shingle_count FROM known JOIN newest USING (id, processed_at)
), changing AS (
    SELECT *, true AS before, false AS after FROM earlier SEMI JOIN new USING (id)
    UNION ALL
    SELECT id, content_hash, published, fetched, shingle_count, false AS before, true AS after FROM new
), counting AS (
    SELECT *, true AS before, true AS after, false AS arrived FROM earlier ANTI JOIN new USING (id)
    UNION ALL
    SELECT id, content_hash, published, fetched, shingle_count, bool_or(before), bool_or(after), true AS arrived
    FROM changing GROUP BY id, content_hash, published, fetched, shingle_count
)
SELECT id, content_hash, published, fetched, before, after, arrived, id IN (FROM withdrawn) AS withdrawn
FROM counting WHERE content_hash IS NOT NULL AND shingle_count > 0
"""

_TWICE: Final = "SELECT id FROM articles WHERE after GROUP BY id HAVING count(*) > 1 ORDER BY id LIMIT 1"

# One row a text that counts now, numbered in the order of the texts' most senior articles. A text that an earlier article has is not new: what is
# similar to it among the earlier ones is known.
_TEXTS: Final = """
CREATE TEMP TABLE texts AS
WITH ranked AS (
    SELECT content_hash, id, before, after, (row_number() OVER seniority)::INT AS number
    FROM articles WINDOW seniority AS (ORDER BY withdrawn DESC, published NULLS LAST, fetched NULLS LAST, id)
)
SELECT content_hash, min(number) FILTER (after) AS number, min_by(id, number) FILTER (after) AS id, NOT bool_or(before) AS is_new
FROM ranked GROUP BY content_hash HAVING bool_or(after)
"""

# Bands and signature depend on the text alone, so that any row with its hash will do. Of the texts that are not new only those in a band with a new one
# are of interest.
_BANDS: Final = """
CREATE TEMP TABLE bands AS
WITH sketches AS (
    SELECT content_hash, any_value(bands) AS bands FROM new GROUP BY content_hash
)
SELECT unnest(bands) AS band, number, is_new FROM sketches JOIN texts USING (content_hash) WHERE is_new;
INSERT INTO bands
WITH sketches AS (
    SELECT content_hash, unnest(bands) AS band FROM known
)
SELECT DISTINCT band, number, is_new FROM sketches JOIN texts USING (content_hash) WHERE NOT is_new AND band IN (SELECT band FROM bands)
"""

# Each text is held against the most senior ones of its bands: if it is a duplicate, then most likely theirs.
_CANDIDATES: Final = """
CREATE TEMP TABLE candidates AS
WITH members AS (
    SELECT band, number, is_new, row_number() OVER (PARTITION BY band ORDER BY number) AS place
    FROM bands WHERE band IN (SELECT band FROM bands GROUP BY band HAVING count(*) > 1)
)
SELECT DISTINCT senior.number AS senior, junior.number AS junior
FROM members AS senior JOIN members AS junior USING (band)
WHERE senior.number < junior.number AND senior.place <= $max_seniors AND (senior.is_new OR junior.is_new)
"""

_SIGNATURES: Final = """
WITH wanted AS (
    SELECT number, content_hash FROM texts WHERE number IN (SELECT senior FROM candidates UNION SELECT junior FROM candidates)
), signatures AS (
    SELECT number, any_value(signature) AS signature
    FROM (SELECT content_hash, signature FROM known UNION ALL SELECT content_hash, signature FROM new) JOIN wanted USING (content_hash) GROUP BY number
)
SELECT senior, junior, s.signature AS senior_signature, j.signature AS junior_signature
FROM candidates JOIN signatures AS s ON s.number = senior JOIN signatures AS j ON j.number = junior
"""

# Texts that are held against the same ones stand together, so that few have to be read twice.
_LIKELY: Final = """
SELECT s.id AS first_id, s.content_hash AS first_hash, j.id AS second_id, j.content_hash AS second_hash, estimate
FROM likely JOIN texts AS s ON s.number = senior JOIN texts AS j ON j.number = junior
ORDER BY min(senior) OVER (PARTITION BY junior), junior, senior
"""


class Candidate(NamedTuple):
    """Two texts that may be similar: the hash of each, an article that has it, and how similar their signatures say they are, 0 to 1."""

    first_id: str
    first_hash: str
    second_id: str
    second_hash: str
    estimate: float


def count_articles(database: duckdb.DuckDBPyConnection) -> None:
    """Makes the table `articles` of the views `known` and `new`, which hold fingerprints: those that counted before, and those that count now; the view
    `withdrawn` has the ids of those that were withdrawn.

    Raises ValueError where a run has two rows for an article.
    """
    database.execute(_ARTICLES)
    twice = database.execute(_TWICE).fetchone()
    if twice:
        raise ValueError(f"two fingerprints of one run for the article {twice[0]}: only the newest page of an article counts")


def candidates(database: duckdb.DuckDBPyConnection) -> Iterator[Candidate]:
    """Yields the pairs of texts that may be similar, where one of them is new, those of a cluster together."""
    database.execute(_TEXTS)
    database.execute(_BANDS)
    database.execute(_CANDIDATES, {"max_seniors": MAX_SENIORS})
    database.register("likely", _likely(database))
    for batch in database.sql(_LIKELY).to_arrow_reader(PAIRS_AT_A_TIME):
        yield from (Candidate(**row) for row in batch.to_pylist())


def _likely(database: duckdb.DuckDBPyConnection) -> pa.Table:
    """The candidates whose signatures agree, as numbers of texts, with the estimate."""
    kept = [pa.schema({"senior": pa.int32(), "junior": pa.int32(), "estimate": pa.float64()}).empty_table()]
    for batch in database.sql(_SIGNATURES).to_arrow_reader(PAIRS_AT_A_TIME):
        equal = _matrix(batch["senior_signature"]) == _matrix(batch["junior_signature"])
        estimates = equal.mean(axis=1)
        pairs = pa.Table.from_batches([batch.select(["senior", "junior"])]).append_column("estimate", pa.array(estimates))
        kept.append(pairs.filter(pa.array(estimates >= MIN_ESTIMATE)))
    return pa.concat_tables(kept)


def _matrix(signatures: pa.Array) -> NDArray[np.uint8]:
    """The signatures, one a row."""
    return np.frombuffer(b"".join(signatures.to_pylist()), dtype=np.uint8).reshape(-1, PERMUTATIONS)
