"""Where the row of each article goes that repeats another, or did: among the articles, marked or not, or held back for as long as it repeats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pipeline.records import Duplicates, Repeat
from pipeline.store.settle import Outcome, Place, Placement, Standing
from pipeline.store.staging import Settlement

_IDS_AT_A_TIME: Final = 1_000
_PLACEMENTS: Final = {Duplicates.REJECT: Placement.HELD, Duplicates.MARK: Placement.MARKED, Duplicates.KEEP: Placement.PLAIN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A published article whose row goes to another place, or comes to name another article."""

    standing: Standing
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """The places of the staged articles that repeat another one, and the moves of published ones, by id."""

    staged: Mapping[str, Place]
    moves: Mapping[str, Move]

    def held(self, settlement: Settlement) -> Iterator[Outcome]:
        """Yields the outcome of each staged article that is held back."""
        if not (self.staged or self.moves or settlement.repeating):
            return
        unchanged = {name: standing.place for name, standing in settlement.repeating.items()} | {
            name: move.place for name, move in self.moves.items()
        }
        for batch in range(len(settlement.batches)):
            for article in settlement.articles(batch):
                places = unchanged if article.outcome is Outcome.UNCHANGED else self.staged
                if article.outcome is not Outcome.SUPERSEDED and article.id in places and places[article.id].placement is Placement.HELD:
                    yield article.outcome


def place_articles(
    settlement: Settlement, repeats: Mapping[str, Repeat | None], policy: Duplicates, standings: Callable[[Sequence[str]], Mapping[str, Standing]]
) -> Placing:
    """Returns the places of a run's articles and the moves of earlier ones.

    `repeats` has every staged article that repeats another, and every published one of which that is new, or no longer so (None).
    """
    batches = range(len(settlement.batches)) if repeats else ()
    staged = {name: _place(repeats[name], policy) for batch in batches for name in settlement.replacing(batch) & repeats.keys()}
    wanted = {name: _place(repeat, policy) for name, repeat in repeats.items() if name not in staged}
    # Pages that were read again and say the same: their row moves only where what becomes of duplicates was set anew.
    wanted = {name: _place(standing.place.repeat, policy) for name, standing in settlement.repeating.items()} | wanted
    moves: dict[str, Move] = {}
    names = iter(sorted(wanted))
    while chunk := list(islice(names, _IDS_AT_A_TIME)):
        for name, standing in standings(chunk).items():
            if standing.place != wanted[name]:
                moves[name] = Move(standing=standing, place=wanted[name])
    return Placing(staged=staged, moves=moves)


def _place(repeat: Repeat | None, policy: Duplicates) -> Place:
    return Place(placement=_PLACEMENTS[policy], repeat=repeat) if repeat else Place()
