"""The next edition: which staged parts it takes as they are, and copies of those, staged or published, whose rows it drops, revises or puts elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from pipeline.store.accounts import RunInfo
from pipeline.store.compaction import Merged, merge_small_parts
from pipeline.store.copier import Copier
from pipeline.store.ledger import Ledger, Tally
from pipeline.store.parts import Part, distinct_values
from pipeline.store.placing import Move, Placing
from pipeline.store.rejections import Rejections, sums_in
from pipeline.store.settle import Outcome, Page, Place, Placement, Standing
from pipeline.store.staging import Settlement


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A run whose every row's fate is known: what its batches staged in `directory`, and what becomes of it."""

    directory: Path
    run: RunInfo
    articles: Settlement
    placing: Placing
    rejections: Rejections
    expired: Mapping[int, AbstractSet[str]]  # articles whose removed blocks are kept no longer, by the ledger's number of the part


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """The parts that hold what one batch staged, or what moves: rows of articles, of those held back, and rejected ones."""

    articles: Part | None
    removed: Part | None
    held: Part | None
    held_removed: Part | None
    duplicates: Part | None
    rejected: tuple[Part, ...] = ()

    @property
    def parts(self) -> list[Part]:
        """All the parts."""
        return [part for part in (self.articles, self.removed, self.held, self.held_removed, self.duplicates, *self.rejected) if part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """A part, by ledger number, that the edition no longer has, and the part with the rows of it that stay."""

    old: int
    dataset: str
    new: Part | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The files of a version to come, durable, and not yet known to the ledger."""

    adopted: tuple[Adopted, ...]
    moved: Adopted
    replaced: tuple[Replaced, ...]
    merged: tuple[Merged, ...]

    @property
    def new_parts(self) -> Iterator[Part]:
        """The parts that the ledger does not know yet."""
        for adopted in (*self.adopted, self.moved):
            yield from adopted.parts
        yield from (replaced.new for replaced in self.replaced if replaced.new)
        yield from (merged.part for merged in self.merged)


def prepare_edition(ledger: Ledger, settled: Settled) -> Edition:
    """Returns the edition that a run makes, its files written and durable."""
    copier = Copier(settled.directory, settled.run)
    adopted = tuple(_adopt(copier, settled, number) for number in range(len(settled.articles.batches)))
    moved = _move(copier, ledger, settled.placing.moves)
    replaced = tuple(_replaced(copier, ledger, settled))
    staying = {number for number, _ in ledger.numbered_parts()} - {it.old for it in replaced}
    merged = tuple(merge_small_parts(ledger, settled.directory, copier, staying))
    return Edition(adopted=adopted, moved=moved, replaced=replaced, merged=merged)


def record_edition(ledger: Ledger, settled: Settled, edition: Edition, version: int) -> None:
    """Records the edition as this version, inside the caller's transaction."""
    numbers = ledger.add_parts(edition.new_parts, version)
    ledger.forget_rejections(settled.rejections.changed)
    for file, ids in settled.expired.items():
        ledger.forget_removed(file, ids)
    for replaced in edition.replaced:
        ledger.replace_part(replaced.dataset, replaced.old, numbers[replaced.new.name] if replaced.new else None, version)
    for merged in edition.merged:
        ledger.merge_parts(merged.part.dataset, merged.olds, numbers[merged.part.name], version)
        if merged.part.dataset == "rejected":
            ledger.add_rejections(tallies(settled.directory, [merged.part], numbers))
    for batch, adopted in enumerate(edition.adopted):
        located = _Located(settled.directory, adopted, numbers)
        ledger.put_articles(_standings(settled, batch, located))
        ledger.add_rejections(tallies(settled.directory, adopted.rejected, numbers))
    moved = _Located(settled.directory, edition.moved, numbers)
    moves = settled.placing.moves.items()
    ledger.put_articles((name, moved.standing(name, move.standing.page, move.standing.revision, move.place)) for name, move in moves)


def _adopt(copier: Copier, settled: Settled, number: int) -> Adopted:
    batch, articles, repeated = settled.articles.batches[number], settled.articles, settled.rejections.repeated
    places = {name: settled.placing.staged[name] for name in articles.replacing(number) & settled.placing.staged.keys()}
    held = {name for name, place in places.items() if place.placement is Placement.HELD}
    gone = articles.dropped_ids(number) | held
    revisions = articles.revisions(number)
    staged, removed = [part for part in (batch.articles,) if part], [part for part in (batch.removed,) if part]
    rejected = (copier.copy(batch.rejected, repeated), copier.superseded(batch.keys, articles.superseded_rows(number), repeated))
    return Adopted(
        articles=copier.copy(batch.articles, gone, revisions=revisions, marks=_marks(places)),
        removed=copier.copy(batch.removed, gone),
        held=copier.move(staged, held, "held", {"revision": revisions}),
        held_removed=copier.move(removed, held, "held_removed"),
        duplicates=copier.duplicates(staged, places),
        rejected=tuple(part for part in rejected if part),
    )


def _move(copier: Copier, ledger: Ledger, moves: Mapping[str, Move]) -> Adopted:
    """The rows of articles that move, as they are to be where they go."""
    places = {name: move.place for name, move in moves.items()}
    held = {name for name, place in places.items() if place.placement is Placement.HELD}
    shown = places.keys() - held
    articles = [ledger.part(number) for number in sorted({move.standing.articles_file for move in moves.values()})]
    removed = [ledger.part(number) for number in sorted({move.standing.removed_file for move in moves.values() if move.standing.removed_file})]
    marks = dict.fromkeys(places) | _marks(places)
    return Adopted(
        articles=copier.move(articles, shown, "articles", {"duplicate_of": marks}),
        removed=copier.move(removed, shown, "removed"),
        held=copier.move(articles, held, "held", {"duplicate_of": marks}),
        held_removed=copier.move(removed, held, "held_removed"),
        duplicates=copier.duplicates(articles, places),
    )


def _marks(places: Mapping[str, Place]) -> dict[str, str]:
    return {name: place.repeat.duplicate_of for name, place in places.items() if place.placement is Placement.MARKED and place.repeat}


def _replaced(copier: Copier, ledger: Ledger, settled: Settled) -> Iterator[Replaced]:
    """The parts, of published and held rows, that the run takes rows from, and what remains of each."""
    leaving: dict[int, set[str]] = defaultdict(set)
    moved = ((name, move.standing) for name, move in settled.placing.moves.items())
    for name, standing in chain(settled.articles.revised.items(), moved):
        for file in standing.files:
            leaving[file].add(name)
    for file, ids in settled.expired.items():
        leaving[file] |= ids
    dropped: dict[int, AbstractSet[str]] = {**leaving, **settled.rejections.earlier_files}
    for old in sorted(dropped):
        part = ledger.part(old)
        yield Replaced(old=old, dataset=part.dataset, new=copier.copy(part, dropped[old]))


class _Located:
    """The ledger's numbers of the parts that hold some articles' rows."""

    def __init__(self, directory: Path, parts: Adopted, numbers: Mapping[str, int]) -> None:
        self._numbers = {part.dataset: numbers[part.name] for part in parts.parts}
        removed = [part for part in (parts.removed, parts.held_removed) if part]
        self._with_removals = set().union(*(distinct_values(directory / part.name, "id") for part in removed))

    def standing(self, name: str, page: Page, revision: int, place: Place) -> Standing:
        """Returns the standing of an article whose rows are in these parts."""
        held = place.placement is Placement.HELD
        return Standing(
            page=page,
            revision=revision,
            place=place,
            articles_file=self._numbers["held" if held else "articles"],
            removed_file=self._numbers["held_removed" if held else "removed"] if name in self._with_removals else None,
            duplicates_file=self._numbers["duplicates"] if held else None,
        )


def _standings(settled: Settled, batch: int, located: _Located) -> Iterator[tuple[str, Standing]]:
    for article in settled.articles.articles(batch):
        if article.outcome in (Outcome.NEW, Outcome.REVISED):
            earlier = settled.articles.revised.get(article.id)
            place = settled.placing.staged.get(article.id, Place())
            yield article.id, located.standing(article.id, article.page, earlier.revision + 1 if earlier else 1, place)


def tallies(directory: Path, parts: Iterable[Part], numbers: Mapping[str, int]) -> Iterator[tuple[str, Tally]]:
    """Yields the tally of each source of rejected parts, which the ledger knows by these numbers."""
    for part in parts:
        for uri, (rows, digest) in sums_in(directory / part.name).items():
            yield uri, Tally(file=numbers[part.name], rows=rows, digest=digest)
