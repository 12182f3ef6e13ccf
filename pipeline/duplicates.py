"""What a run finds out of duplicates, between cleaning and the commit: which of its articles, and of all earlier ones, repeat others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.learn import (
    FINGERPRINTS,
    FINGERPRINTS_KIND,
    PAIRS_KIND,
    DuplicatesTask,
    Resources,
    compact_fingerprints,
    compact_pairs,
    find_duplicates,
    write_fingerprint_rows,
)
from pipeline.records import Repeat
from pipeline.store.dataset import Dataset
from pipeline.store.schema import ARTICLES
from pipeline.store.settle import Outcome
from pipeline.store.staging import Settlement

MAX_FILES: Final = 64  # of fingerprints; more are made one
LEAST_MEGABYTES: Final = 512  # of memory for DuckDB: enough for three million articles
ARTICLE_BYTES: Final = 200  # for each of more: docs/scale.md


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRepeats:
    """What articles repeat, by id (None: nothing any more), and which learned files count once the run is committed.

    `copies` are those of the articles that repeat withdrawn ones: nothing of them may be published.
    """

    repeats: Mapping[str, Repeat | None]
    names: Mapping[str, Sequence[str]]
    copies: frozenset[str] = frozenset()


def find_repeats(dataset: Dataset, articles: Settlement, run_id: str) -> FoundRepeats:
    """Returns the repeats of a run: of its new and revised articles, and of earlier ones of which something else is true now.

    What is written counts when the run is committed, and is deleted when it is not.
    """
    if not articles.count(Outcome.NEW) + articles.count(Outcome.REVISED):
        return FoundRepeats(repeats={}, names={})
    known, known_pairs = dataset.learned(FINGERPRINTS_KIND), dataset.learned(PAIRS_KIND)
    new = write_fingerprint_rows(dataset.learned_dir(FINGERPRINTS_KIND) / f"{run_id}.parquet", _fingerprints(dataset.data_dir, articles))
    found = dataset.learned_dir(PAIRS_KIND) / f"{run_id}.parquet"
    with TemporaryDirectory(dir=dataset.shelf.staging, prefix="duplicates-", ignore_cleanup_errors=True) as temporary:
        resources = _resources(Path(temporary), [*known, new])
        withdrawn = frozenset(dataset.ledger.withdrawn())
        task = DuplicatesTask(new=(new,), found=found, resources=resources, known=known, known_pairs=known_pairs, withdrawn=withdrawn)
        verdicts = find_duplicates(task, _Texts(dataset, articles))
        fingerprints, pairs = [*known, new], [*known_pairs, found]
        if len(fingerprints) > MAX_FILES:
            fingerprints = [compact_fingerprints(fingerprints, new.with_name(f"{run_id}-all.parquet"), resources)]
            pairs = [compact_pairs(pairs, fingerprints, found.with_name(f"{run_id}-all.parquet"), resources)]
    names = {FINGERPRINTS_KIND: [file.name for file in fingerprints], PAIRS_KIND: [file.name for file in pairs]}
    return FoundRepeats(
        repeats={verdict.id: _repeat(verdict.duplicate_of, verdict.similarity) for verdict in verdicts},
        names=names,
        copies=frozenset(verdict.id for verdict in verdicts if verdict.duplicate_of in withdrawn),
    )


def _resources(temporary: Path, fingerprints: Sequence[Path]) -> Resources:
    articles = sum(pq.read_metadata(file).num_rows for file in fingerprints)
    return Resources(temporary=temporary, memory=f"{max(LEAST_MEGABYTES, articles * ARTICLE_BYTES // 1_000_000)}MB")


def _repeat(duplicate_of: str | None, similarity: float | None) -> Repeat | None:
    return None if duplicate_of is None or similarity is None else Repeat(duplicate_of=duplicate_of, similarity=similarity)


def _fingerprints(directory: Path, articles: Settlement) -> Iterator[pa.Table]:
    """The fingerprints of the articles that the run publishes, new or revised, batch by batch."""
    for number, batch in enumerate(articles.batches):
        if batch.fingerprints:
            rows = pq.read_table(directory / batch.fingerprints, schema=FINGERPRINTS)
            yield rows.filter(pc.is_in(rows["id"], value_set=pa.array(sorted(articles.replacing(number)), pa.string())))


class _Texts:
    """The texts of articles, staged or published, by id."""

    def __init__(self, dataset: Dataset, articles: Settlement) -> None:
        self._dataset = dataset
        staged = [
            (dataset.data_dir / batch.articles.name, articles.replacing(number)) for number, batch in enumerate(articles.batches) if batch.articles
        ]
        self._staged = [(file, ids) for file, ids in staged if ids]

    def __call__(self, ids: Collection[str]) -> dict[str, str]:
        standings = self._dataset.ledger.standings(sorted(ids)).values()
        published = [self._dataset.ledger.part(number).name for number in sorted({standing.articles_file for standing in standings})]
        texts: dict[str, str] = {}
        for name in published:
            texts |= _texts_in(self._dataset.data_dir / name, ids)
        for file, taken in self._staged:  # whose texts take the place of the published ones
            texts |= _texts_in(file, taken.intersection(ids))
        return texts


def _texts_in(file: Path, ids: Collection[str]) -> dict[str, str]:
    rows = pq.read_table(file, columns=["id", "text"], filters=[("id", "in", ids)]) if ids else ARTICLES.empty_table()
    return dict(zip(rows["id"].to_pylist(), rows["text"].to_pylist(), strict=True))
