"""The settlement of a run: every article that its batches staged against each other and against what is published.

Holds the staged keys as Arrow columns, some 300 bytes a row (twice that while they are sorted), and one byte of outcome for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.store.errors import StoreError
from pipeline.store.keys import PAGE_COLUMNS, pages_of
from pipeline.store.parts import Part, read_columns
from pipeline.store.settle import Outcome, Page, Standing, settle

_ROWS_AT_A_TIME: Final = 10_000
_IDS_AT_A_TIME: Final = 1_000
_REPLACING: Final = (Outcome.NEW, Outcome.REVISED)

Standings = Callable[[Sequence[str]], Mapping[str, Standing]]
_StagedPage = tuple[str, int, int, Page]  # id, batch, row of the batch's keys


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchParts:
    """What one batch staged in the data folder; None for a dataset that it has no rows of."""

    articles: Part | None = None
    rejected: Part | None = None
    removed: Part | None = None
    keys: Part | None = None
    fingerprints: str | None = None  # name of the file, beside the parts, that duplicates are found by


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedArticle:
    """A row of a batch's keys and its outcome; `row` is its place there."""

    id: str
    row: int
    page: Page
    outcome: Outcome


class Settlement:
    """The outcome of every staged article.

    `revised` holds what stood under the ids that are revised, `repeating` what stands under unchanged ids that repeat another article.
    """

    def __init__(self, directory: Path, batches: Sequence[BatchParts], standings: Standings) -> None:
        self._directory = directory
        self._keys = [batch.keys for batch in batches]
        self._outcomes = [bytearray(keys.rows if keys else 0) for keys in self._keys]
        self.batches = tuple(batches)
        self.revised: dict[str, Standing] = {}
        self.repeating: dict[str, Standing] = {}
        pages = groupby(self._staged_pages(batches), key=itemgetter(0))
        groups = ((name, list(staged)) for name, staged in pages)
        while chunk := list(islice(groups, _IDS_AT_A_TIME)):
            self._settle(chunk, standings([name for name, _ in chunk]))

    def count(self, outcome: Outcome) -> int:
        """Returns how many staged articles came to this."""
        return sum(outcomes.count(outcome) for outcomes in self._outcomes)

    def articles(self, batch: int) -> Iterator[StagedArticle]:
        """Yields a batch's staged articles, in the order of its keys."""
        keys = self._keys[batch]
        if keys is None:
            return
        table = read_columns(self._directory / keys.name, ("id", *PAGE_COLUMNS))
        rows = zip(table["id"].to_pylist(), pages_of(table), self._outcomes[batch], strict=True)
        for row, (name, page, outcome) in enumerate(rows):
            yield StagedArticle(id=name, row=row, page=page, outcome=Outcome(outcome))

    def replacing(self, batch: int) -> set[str]:
        """Returns the ids that a batch's articles take, new or revised."""
        return {article.id for article in self.articles(batch) if article.outcome in _REPLACING}

    def dropped_ids(self, batch: int) -> set[str]:
        """Returns the ids whose rows in a batch's articles and removed parts do not stay."""
        return {article.id for article in self.articles(batch)} - self.replacing(batch)

    def revisions(self, batch: int) -> dict[str, int]:
        """Returns the revisions, from 2, of the articles that a batch revises."""
        return {it.id: self.revised[it.id].revision + 1 for it in self.articles(batch) if it.outcome is Outcome.REVISED}

    def superseded_rows(self, batch: int) -> list[int]:
        """Returns the rows of a batch's keys that lost to a newer page of their id."""
        return [row for row, outcome in enumerate(self._outcomes[batch]) if outcome == Outcome.SUPERSEDED]

    def _settle(self, groups: Sequence[tuple[str, list[_StagedPage]]], standings: Mapping[str, Standing]) -> None:
        for name, staged in groups:
            standing = standings.get(name)
            outcomes = settle(standing, [page for _, _, _, page in staged])
            for (_, batch, row, _), outcome in zip(staged, outcomes, strict=True):
                self._outcomes[batch][row] = outcome
            if standing is not None and Outcome.REVISED in outcomes:
                self.revised[name] = standing
            if standing is not None and standing.place.repeat is not None and Outcome.UNCHANGED in outcomes:
                self.repeating[name] = standing

    def _staged_pages(self, batches: Sequence[BatchParts]) -> Iterator[_StagedPage]:
        for rows in self._sorted_keys(batches).to_batches(max_chunksize=_ROWS_AT_A_TIME):
            chunk = pa.Table.from_batches([rows])
            yield from zip(chunk["id"].to_pylist(), chunk["batch"].to_pylist(), chunk["row"].to_pylist(), pages_of(chunk), strict=True)

    def _sorted_keys(self, batches: Sequence[BatchParts]) -> pa.Table:
        tables = [self._numbered(number, batch) for number, batch in enumerate(batches) if batch.keys]
        return pa.concat_tables(tables).sort_by("id") if tables else pa.table({})

    def _numbered(self, number: int, batch: BatchParts) -> pa.Table:
        keys = batch.keys
        assert keys is not None  # noqa: S101 - the caller asks for batches with keys
        table = read_columns(self._directory / keys.name, ("id", *PAGE_COLUMNS))
        articles = batch.articles.rows if batch.articles else 0
        if pc.count_distinct(table["id"]).as_py() != articles:
            raise StoreError(f"{keys.name} and the batch's {articles} articles differ: a batch writes one article for each id of its keys")
        numbers = pa.array([number] * table.num_rows, pa.int32())
        return table.append_column("batch", numbers).append_column("row", pa.array(range(table.num_rows), pa.int32()))
