"""Scores and doubts for all blocks of a page at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from pipeline.stages.body.model import KEEP_SCORE, BodyModel, Matrix

MIN_SCORE: Final = 0.2  # what scores less, and stands outside the extractor's body, is the page's frame: nothing that cleaning took out


class Weight(NamedTuple):
    """How likely a block is text of the article, 0 to 1, and, where that is not likely, what speaks against it."""

    score: float
    doubts: tuple[str, ...]


def weigh(model: BodyModel, names: Sequence[str], features: Matrix, offered: Sequence[bool]) -> dict[int, Weight]:
    """Returns the weight of each row that is offered or not unlikely, by its place."""
    scores = model.scores(names, features)
    chosen = np.flatnonzero(np.array(offered, dtype=bool) | (scores >= MIN_SCORE))
    doubted = chosen[scores[chosen] < KEEP_SCORE]
    doubts = dict(zip(doubted, model.doubts(features[doubted]), strict=True))
    return {int(place): Weight(round(float(scores[place]), 3), doubts.get(place, ())) for place in chosen}
