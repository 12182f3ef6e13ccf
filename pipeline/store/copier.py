"""Writes the parts that an edition has of its own: copies without some rows, and rows taken from other parts, each under a new name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import count
from pathlib import Path

import pyarrow as pa

from pipeline.store.accounts import RunInfo
from pipeline.store.parts import DROPPED_BY, Part, distinct_values, read_rows, rewrite_part, with_values, without, write_part
from pipeline.store.rejections import duplicates, silenced, superseded, withdrawn
from pipeline.store.settle import Place, Placement


class Copier:
    """Writes into the data folder, for one run."""

    def __init__(self, directory: Path, run: RunInfo) -> None:
        self._directory = directory
        self._run = run
        self._numbers = count()

    def copy(
        self, part: Part | None, drop: AbstractSet[str], *, revisions: Mapping[str, int] | None = None, marks: Mapping[str, str] | None = None
    ) -> Part | None:
        """Returns the part itself where it holds none of the rows to drop, revise or mark, else a copy; None where nothing is left."""
        if part is None:
            return None
        column = DROPPED_BY[part.dataset]
        dropped = drop and drop & distinct_values(self._directory / part.name, column)
        if not (dropped or revisions or marks):
            return part

        def changed(rows: pa.Table) -> pa.Table:
            return with_values(with_values(without(rows, column, dropped), "revision", revisions or {}), "duplicate_of", marks or {})

        return rewrite_part(self._directory, part, self._name(part.dataset), changed)

    def move(
        self, parts: Iterable[Part], ids: AbstractSet[str], dataset: str, values: Mapping[str, Mapping[str, object]] | None = None
    ) -> Part | None:
        """Returns a part of the dataset with the rows of these articles out of others; `values` has the new ones by column and id."""
        rows = read_rows(self._directory, parts, ids) if ids else None
        for column, by_id in (values or {}).items():
            rows = rows and with_values(rows, column, by_id)
        return self.write(dataset, rows)

    def duplicates(self, parts: Iterable[Part], places: Mapping[str, Place]) -> Part | None:
        """Returns a part with the rejected rows of those of these articles that are held back, whose own rows are in the parts."""
        repeats = {name: place.repeat for name, place in places.items() if place.placement is Placement.HELD and place.repeat}
        rows = read_rows(self._directory, parts, repeats.keys()) if repeats else None
        return self.write("duplicates", rows and duplicates(rows, repeats, self._run))

    def withdrawn(self, parts: Iterable[Part], ids: AbstractSet[str], reason: str) -> Part | None:
        """Returns a part with the rejected rows of articles that were withdrawn, whose own rows are in the parts."""
        rows = read_rows(self._directory, parts, ids)
        return self.write("rejected", rows and withdrawn(rows, reason, self._run))

    def silence(self, part: Part, ids: AbstractSet[str], reason: str) -> Part | None:
        """Returns a rejected part with nothing in it of what withdrawn articles say: the part itself where it has no row of theirs."""
        if not ids & distinct_values(self._directory / part.name, "id"):
            return part
        return rewrite_part(self._directory, part, self._name(part.dataset), lambda rows: silenced(rows, ids, reason))

    def superseded(self, keys: Part | None, rows: Sequence[int], repeated: AbstractSet[str]) -> Part | None:
        """Returns a part with the rejected rows of articles that lost to a newer page, but for sources whose rows only repeat what stands."""
        if keys is None or not rows:
            return None
        return self.write("rejected", without(superseded(self._directory / keys.name, rows, self._run), "source_uri", repeated))

    def write(self, dataset: str, rows: pa.Table | None) -> Part | None:
        """Returns the part written from these rows; None without rows."""
        return write_part(self._directory, dataset, rows, self._name(dataset)) if rows else None

    def _name(self, dataset: str) -> str:
        return f"{dataset.replace('_', '-')}-{self._run.run_id}-commit-{next(self._numbers):04d}.parquet"
