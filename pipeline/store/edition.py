"""The next edition: which staged parts it takes as they are, and copies of those, staged or published, that hold rows it drops or revises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pyarrow as pa

from pipeline.store.accounts import RunInfo
from pipeline.store.ledger import Ledger, Tally
from pipeline.store.parts import DROPPED_BY, Part, distinct_values, rewrite_part, write_part
from pipeline.store.rejections import Rejections, sums_in, superseded
from pipeline.store.settle import Outcome, Standing
from pipeline.store.staging import BatchParts, Settlement


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A run whose every row's fate is known: what its batches staged in `directory`, and what becomes of it."""

    directory: Path
    run: RunInfo
    batches: tuple[BatchParts, ...]
    articles: Settlement
    rejections: Rejections


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """What the edition holds of one batch."""

    articles: Part | None
    removed: Part | None
    rejected: tuple[Part, ...]

    @property
    def parts(self) -> list[Part]:
        """All its parts."""
        return [part for part in (self.articles, self.removed, *self.rejected) if part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """A published part, by ledger number, that the edition no longer holds, and the part with the rows of it that stay."""

    dataset: str
    old: int
    new: Part | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The files of a version to come, durable, and not yet known to the ledger."""

    adopted: tuple[Adopted, ...]
    replaced: tuple[Replaced, ...]

    @property
    def new_parts(self) -> Iterator[Part]:
        """The parts that the ledger does not know yet."""
        for adopted in self.adopted:
            yield from adopted.parts
        yield from (replaced.new for replaced in self.replaced if replaced.new)


class _Copier:
    """Writes an edition's own parts, each under a new name."""

    def __init__(self, directory: Path, run: RunInfo) -> None:
        self._directory = directory
        self._run = run
        self._numbers = count()

    def copy(self, part: Part | None, drop: AbstractSet[str], revisions: Mapping[str, int] | None = None) -> Part | None:
        """Returns the part itself where it holds none of the rows to drop or revise, else a copy; None where nothing is left."""
        if part is None:
            return None
        dropped = drop and drop & distinct_values(self._directory / part.name, DROPPED_BY[part.dataset])
        if not dropped and not revisions:
            return part
        return rewrite_part(self._directory, part, self._name(part.dataset), drop=dropped, revisions=revisions)

    def superseded(self, keys: Part | None, rows: Sequence[int], repeated: AbstractSet[str]) -> Part | None:
        """Returns a part with the rejected rows of articles that lost to a newer page, but for sources whose rows only repeat what stands."""
        if keys is None or not rows:
            return None
        table = superseded(self._directory / keys.name, rows, self._run)
        wanted = pa.array([uri not in repeated for uri in table["source_uri"].to_pylist()], pa.bool_())
        return write_part(self._directory, "rejected", table.filter(wanted), self._name("rejected"))

    def _name(self, dataset: str) -> str:
        return f"{dataset}-{self._run.run_id}-commit-{next(self._numbers):04d}.parquet"


def prepare_edition(ledger: Ledger, settled: Settled) -> Edition:
    """Returns the edition that a run makes, its files written and durable."""
    copier = _Copier(settled.directory, settled.run)
    adopted = tuple(_adopt(copier, settled, number) for number in range(len(settled.batches)))
    outdated = _outdated(settled.articles, settled.rejections)
    replaced = tuple(Replaced(dataset=dataset, old=old, new=copier.copy(ledger.part(old), drop)) for dataset, old, drop in outdated)
    return Edition(adopted=adopted, replaced=replaced)


def record_edition(ledger: Ledger, settled: Settled, edition: Edition, version: int) -> None:
    """Records the edition as this version, inside the caller's transaction."""
    numbers = ledger.add_parts(edition.new_parts, version)
    ledger.forget_rejections(settled.rejections.changed)
    for replaced in edition.replaced:
        ledger.replace_part(replaced.dataset, replaced.old, numbers[replaced.new.name] if replaced.new else None, version)
    for batch, adopted in enumerate(edition.adopted):
        ledger.put_articles(_standings(settled, batch, adopted, numbers))
        ledger.add_rejections(_tallies(settled.directory, adopted.rejected, numbers))


def _adopt(copier: _Copier, settled: Settled, number: int) -> Adopted:
    batch, articles, repeated = settled.batches[number], settled.articles, settled.rejections.repeated
    dropped = articles.dropped_ids(number)
    rejected = (
        copier.copy(batch.rejected, repeated),
        copier.superseded(batch.keys, articles.superseded_rows(number), repeated),
    )
    return Adopted(
        articles=copier.copy(batch.articles, dropped, articles.revisions(number)),
        removed=copier.copy(batch.removed, dropped),
        rejected=tuple(part for part in rejected if part),
    )


def _outdated(settlement: Settlement, rejections: Rejections) -> Iterator[tuple[str, int, AbstractSet[str]]]:
    """Yields the published parts that hold rows the run does away with: dataset, ledger number, and what to drop there."""
    articles: dict[int, set[str]] = defaultdict(set)
    removed: dict[int, set[str]] = defaultdict(set)
    for name, standing in settlement.revised.items():
        articles[standing.articles_file].add(name)
        if standing.removed_file is not None:
            removed[standing.removed_file].add(name)
    for dataset, files in (("articles", articles), ("removed", removed), ("rejected", rejections.earlier_files)):
        yield from ((dataset, old, files[old]) for old in sorted(files))


def _standings(settled: Settled, batch: int, adopted: Adopted, numbers: Mapping[str, int]) -> Iterator[tuple[str, Standing]]:
    if adopted.articles is None:
        return
    removed = adopted.removed
    with_removals = distinct_values(settled.directory / removed.name, "id") if removed else set()
    for article in settled.articles.articles(batch):
        if article.outcome not in (Outcome.NEW, Outcome.REVISED):
            continue
        earlier = settled.articles.revised.get(article.id)
        standing = Standing(
            page=article.page,
            revision=earlier.revision + 1 if earlier else 1,
            articles_file=numbers[adopted.articles.name],
            removed_file=numbers[removed.name] if removed and article.id in with_removals else None,
        )
        yield article.id, standing


def _tallies(directory: Path, parts: Iterable[Part], numbers: Mapping[str, int]) -> Iterator[tuple[str, Tally]]:
    for part in parts:
        for uri, (rows, digest) in sums_in(directory / part.name).items():
            yield uri, Tally(file=numbers[part.name], rows=rows, digest=digest)
