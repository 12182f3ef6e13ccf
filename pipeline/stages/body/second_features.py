"""What the second reading of a page weighs besides: the first one's scores, of a block and around it, and what an extractor takes for the body."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from pipeline.stages.body.columns import Chosen, Column, Features, Groups, density_columns, distance_columns, neighbour_columns
from pipeline.stages.body.model import KEEP_SCORE, Scores
from pipeline.stages.body.page_features import PageFeatures

_LIKELY_WORDS: Final = 8  # a shorter block is no landmark, however likely
_MIN_EXTRACTED_WORDS: Final = 4  # shorter lines are found anywhere


def with_scores(page: PageFeatures, scores: Scores) -> Features:
    """Returns the page's features, and what the first reading makes of each block, its neighbours, and the blocks that belong to it."""
    words = np.expm1(page.features.column("words"))
    expected = words * scores
    columns: dict[str, Column] = {"score": scores}
    columns |= neighbour_columns(columns, ("score",), (-3, -2, -1, 1, 2, 3))
    for name, group in page.groups.items():
        columns |= _group_scores(name, group, words, scores)
    columns |= distance_columns("likely", (scores >= KEEP_SCORE) & (words >= _LIKELY_WORDS))
    columns |= {f"score_{name}": values for name, values in density_columns(expected, words, scores, (2, 5, 12)).items()}
    columns["score_before"] = np.cumsum(expected) / max(1.0, expected.sum())
    columns["score_words"] = np.full(len(words), math.log1p(expected.sum()))
    return page.features.beside(columns)


def _group_scores(name: str, group: Groups, words: Column, scores: Scores) -> dict[str, Column]:
    expected = np.bincount(group, words * scores)
    found = {
        "score_of_words": expected / np.maximum(1.0, np.bincount(group, words)),
        "score_of_blocks": np.bincount(group, scores) / np.maximum(1, np.bincount(group)),
        "score_share": expected / max(1.0, expected.sum()),
    }
    return {f"{name}_{what}": values[group] for what, values in found.items()}


def with_extraction(features: Features, taken: Chosen) -> Features:
    """Returns the features, and what follows from the blocks that an extractor has taken for the body."""
    words = np.expm1(features.column("words"))
    columns: dict[str, Column] = {"extracted": taken.astype(np.float64)}
    columns |= distance_columns("extracted", taken & (words >= _MIN_EXTRACTED_WORDS))
    columns["extracted_words"] = np.full(len(taken), math.log1p(words[taken].sum()))
    return features.beside(columns | neighbour_columns(columns, ("extracted",), (-1, 1)))
