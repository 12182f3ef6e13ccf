"""Which articles are duplicates of which, among those of this run and all earlier ones.

Two articles with the same words are duplicates; so are two whose shingles have a Jaccard similarity of 0.8 or more. Sketches of the shingles say which
texts to compare; the texts themselves decide. docs/duplicates.md says what this means, and what it costs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from pipeline.learn.database import Resources, connected, view_files
from pipeline.learn.duplicates_candidates import Candidate, candidates, count_articles
from pipeline.learn.duplicates_clusters import Member, Pair, Verdict, verdicts_on
from pipeline.learn.duplicates_files import FINGERPRINTS, PAIRS, ROWS_AT_A_TIME, check_scheme, write_pairs
from pipeline.learn.duplicates_sketch import jaccard, shingle_hashes

THRESHOLD: Final = 0.8
TEXTS_AT_A_TIME: Final = 20_000  # some 100 MB; each time, the files that hold them are read once

Texts = Callable[[Collection[str]], Mapping[str, str]]  # the texts of the articles with these ids


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicatesTask:
    """The fingerprints of this run and of all earlier ones, the pairs that earlier runs found, where this run's go, and the ids that were withdrawn."""

    new: tuple[Path, ...]
    found: Path
    resources: Resources
    known: tuple[Path, ...] = ()
    known_pairs: tuple[Path, ...] = ()
    withdrawn: frozenset[str] = frozenset()
    threshold: float = THRESHOLD


_ALIKE: Final = """
CREATE TEMP TABLE alike AS
WITH pairs AS (
    SELECT *, true AS before FROM known_pairs UNION ALL SELECT *, false AS before FROM found_pairs
)
SELECT first, second, similarity, bool_or(before) AS before FROM pairs
WHERE similarity >= $threshold AND first IN (SELECT content_hash FROM articles) AND second IN (SELECT content_hash FROM articles)
GROUP BY first, second, similarity
"""

# Those with the words of a withdrawn article, or with words that an earlier run has found to be similar.
_COPIES: Final = """
WITH own AS (
    SELECT content_hash FROM articles WHERE withdrawn
), alike AS (
    FROM own
    UNION SELECT second FROM known_pairs JOIN own ON first = content_hash
    UNION SELECT first FROM known_pairs JOIN own ON second = content_hash
)
SELECT id FROM articles WHERE NOT withdrawn AND content_hash IN (FROM alike) ORDER BY id
"""

_EDGES: Final = "CREATE TEMP TABLE edges AS SELECT first, second FROM alike UNION SELECT second, first FROM alike"

# The articles of every cluster, as it was or as it is now, that this run has a row for: no other's verdict can change. Those alone in theirs are left out,
# and so never enter the recursion, which DuckDB holds in memory.
_TOUCHED: Final = """
CREATE TEMP TABLE touched AS
WITH RECURSIVE reached AS (
    SELECT content_hash FROM articles WHERE arrived AND content_hash IN (SELECT first FROM edges)
    UNION
    SELECT second FROM reached JOIN edges ON first = content_hash
)
SELECT * FROM articles WHERE content_hash IN (FROM reached) OR content_hash IN (SELECT content_hash FROM articles WHERE arrived) AND (
    content_hash IN (SELECT content_hash FROM articles GROUP BY content_hash HAVING count(*) > 1)
    OR before <> after AND id IN (SELECT id FROM articles GROUP BY id HAVING count(*) > 1)
)
"""

_OF_TOUCHED: Final = "first IN (SELECT content_hash FROM touched)"


def find_duplicates(task: DuplicatesTask, texts: Texts) -> list[Verdict]:
    """Returns, in order of ids, the verdict on each of this run's articles that is a duplicate, and on each earlier one whose verdict is another now.

    `texts` is asked for the texts of some 20,000 articles at a time. Writes the pairs of similar texts that this run has found to `task.found`:
    the next run needs them. The result depends on what the files hold, not on their order or on the order of their rows.
    Raises OtherSchemeError where a file's sketches were made otherwise than today's, ValueError for a threshold below 0.8: less similar pairs are not kept.
    """
    if not THRESHOLD <= task.threshold <= 1:
        raise ValueError(f"the threshold is from {THRESHOLD} to 1, not {task.threshold}")
    check_scheme((*task.new, *task.known, *task.known_pairs))
    with connected(task.resources) as database:
        view_files(database, "new", task.new, FINGERPRINTS)
        _view_known(database, task.known, task.known_pairs, task.withdrawn)
        count_articles(database)
        write_pairs(task.found, verified(candidates(database), texts))
        view_files(database, "found_pairs", (task.found,), PAIRS)
        database.execute(_ALIKE, {"threshold": task.threshold})
        database.execute(_EDGES)
        database.execute(_TOUCHED)
        return _verdicts(database)


def find_copies(ids: Collection[str], known: Sequence[Path], known_pairs: Sequence[Path], resources: Resources) -> list[str]:
    """Returns the ids of the articles that are similar to these, as far as earlier runs have found; `known` has the fingerprints of those that count.

    Raises OtherSchemeError as `find_duplicates` does.
    """
    check_scheme((*known, *known_pairs))
    with connected(resources) as database:
        view_files(database, "new", (), FINGERPRINTS)
        _view_known(database, known, known_pairs, ids)
        count_articles(database)
        return [name for (name,) in database.execute(_COPIES).fetchall()]


def _view_known(database: duckdb.DuckDBPyConnection, known: Sequence[Path], known_pairs: Sequence[Path], withdrawn: Collection[str]) -> None:
    view_files(database, "known", known, FINGERPRINTS)
    view_files(database, "known_pairs", known_pairs, PAIRS)
    database.from_arrow(pa.table({"id": pa.array(sorted(withdrawn), pa.string())})).create_view("withdrawn")


def verified(pairs: Iterable[Candidate], texts: Texts) -> Iterator[Pair]:
    """Yields the pairs whose texts are as similar as the threshold asks. Where a text is gone, withdrawn, the signatures' estimate has to do."""
    for chunk in _chunks(pairs):
        shingles = {article: shingle_hashes(text) for article, text in texts(_ids(chunk)).items()}
        for candidate in chunk:
            both = [shingles[article] for article in (candidate.first_id, candidate.second_id) if article in shingles]
            similarity = jaccard(*both) if len(both) == 2 else candidate.estimate
            if similarity >= THRESHOLD:
                first, second = sorted([candidate.first_hash, candidate.second_hash])
                yield Pair(first, second, similarity)


def _chunks(pairs: Iterable[Candidate]) -> Iterator[list[Candidate]]:
    """The pairs, in lists of few enough articles to hold their texts in memory."""
    chunk: list[Candidate] = []
    ids: set[str] = set()
    for pair in pairs:
        ids.update((pair.first_id, pair.second_id))
        chunk.append(pair)
        if len(ids) >= TEXTS_AT_A_TIME:
            yield chunk
            chunk, ids = [], set()
    if chunk:
        yield chunk


def _ids(pairs: Iterable[Candidate]) -> frozenset[str]:
    return frozenset(article for pair in pairs for article in (pair.first_id, pair.second_id))


def _verdicts(database: duckdb.DuckDBPyConnection) -> list[Verdict]:
    """The verdicts of this run, and those that are other than before it."""
    was = verdicts_on(_members(database, "before"), _pairs(database, "before"))
    now = verdicts_on(_members(database, "after"), _pairs(database, "true"))
    arrived = {article for (article,) in database.execute("SELECT DISTINCT id FROM touched WHERE arrived").fetchall()}
    return sorted(
        verdict
        for verdict in now.values()
        if (verdict.duplicate_of is not None and verdict.id in arrived) or verdict != was.get(verdict.id, Verdict(verdict.id))
    )


def _members(database: duckdb.DuckDBPyConnection, state: str) -> Iterator[Member]:
    for batch in database.table("touched").filter(state).project("id, content_hash, published, fetched, withdrawn").to_arrow_reader(ROWS_AT_A_TIME):
        yield from map(Member._make, zip(*(column.to_pylist() for column in batch.columns), strict=True))


def _pairs(database: duckdb.DuckDBPyConnection, state: str) -> Iterator[Pair]:
    for batch in database.table("alike").filter(state).filter(_OF_TOUCHED).project("first, second, similarity").to_arrow_reader(ROWS_AT_A_TIME):
        yield from map(Pair._make, zip(*(column.to_pylist() for column in batch.columns), strict=True))
