"""Scores and doubts for the blocks of a page that may be the article's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np

from pipeline.stages.body.columns import Chosen, Groups
from pipeline.stages.body.model import KEEP_SCORE, Doubts, Scores

MIN_SCORE: Final = 0.2  # what scores less, and is not offered, is the page's frame: nothing that cleaning took out


class Weight(NamedTuple):
    """How likely a block is text of the article, 0 to 1, and, where that is not likely, what speaks against it."""

    score: float
    doubts: Doubts


def weigh(scores: Scores, offered: Chosen, doubts: Callable[[Groups], Sequence[Doubts]]) -> dict[int, Weight]:
    """Returns the weight of each block that is not unlikely by its score, or is offered all the same, by its place.

    `doubts` gives what speaks against the blocks at some places.
    """
    chosen = np.flatnonzero((scores >= MIN_SCORE) | offered)
    doubted = chosen[scores[chosen] < KEEP_SCORE]
    against = dict(zip(doubted, doubts(doubted), strict=True))
    return {int(place): Weight(round(float(scores[place]), 3), against.get(place, ())) for place in chosen}
