"""Columns of numbers about a page's blocks: how each compares with its neighbours and with the blocks that look like it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float32]
Groups = npt.NDArray[np.intp]
Chosen = npt.NDArray[np.bool_]

NOWHERE: Final = 99.0  # a distance to something that the page does not have
FAR: Final = 40.0


class Features(NamedTuple):
    """What a model weighs: the features' names, and their values, a row a block."""

    names: tuple[str, ...]
    values: Matrix

    @classmethod
    def of(cls, columns: Mapping[str, Column]) -> Self:
        """Returns the columns as a table."""
        return cls(tuple(columns), np.column_stack(list(columns.values())).astype(np.float32))

    def rows(self, chosen: Chosen) -> Features:
        """Returns the table with the chosen rows only."""
        return Features(self.names, self.values[chosen])

    def column(self, name: str) -> Column:
        """Returns one feature's values."""
        return self.values[:, self.names.index(name)].astype(np.float64)

    def beside(self, columns: Mapping[str, Column]) -> Features:
        """Returns the table with more columns behind its own."""
        more = Features.of(columns)
        return Features(self.names + more.names, np.hstack([self.values, more.values]))


def grouped(keys: Groups) -> Groups:
    """Returns the number of each block's group: that of all blocks with an equal key, counted from 0."""
    return np.unique(keys, return_inverse=True)[1]


def group_columns(name: str, group: Groups, words: Column, link_share: Column, ends_sentence: Column) -> dict[str, Column]:
    """Returns what the blocks of one group are together: how many, how long, what share of the page, how linked, how much running text."""
    count = np.bincount(group)
    total = np.bincount(group, words)
    some = np.maximum(1.0, total)
    found = {
        "blocks": np.log1p(count),
        "mean_words": np.log1p(total / np.maximum(1, count)),
        "share": total / max(1.0, words.sum()),
        "links": np.bincount(group, words * link_share) / some,
        "sentences": np.bincount(group, words * ends_sentence) / some,
    }
    return {f"{name}_{what}": values[group] for what, values in found.items()}


def neighbour_columns(columns: Mapping[str, Column], names: Sequence[str], steps: Sequence[int]) -> dict[str, Column]:
    """Returns, for each named column and each step, the value of the block that many places on; -1 where there is none."""
    shifted: dict[str, Column] = {}
    for name in names:
        column = columns[name]
        for step in steps:
            moved = np.full(len(column), -1.0)
            if step < 0:
                moved[-step:] = column[:step]
            else:
                moved[:-step] = column[step:]
            shifted[f"{name}{step:+d}"] = moved
    return shifted


def density_columns(prose: Column, words: Column, link_share: Column, reaches: Sequence[int]) -> dict[str, Column]:
    """Returns how much running text, and what share of links, the blocks within each reach hold."""
    place = np.arange(len(words))
    sums = [np.concatenate([[0.0], np.cumsum(values)]) for values in (prose, words, words * link_share)]
    found: dict[str, Column] = {}
    for reach in reaches:
        first, end = np.maximum(0, place - reach), np.minimum(len(words), place + reach + 1)
        near, all_words, linked = (total[end] - total[first] for total in sums)
        found[f"prose_within_{reach}"] = np.log1p(near)
        found[f"links_within_{reach}"] = linked / np.maximum(1.0, all_words)
    return found


def distance_columns(name: str, chosen: Chosen) -> dict[str, Column]:
    """Returns how many blocks a block stands behind the first chosen one, behind the last one, and from the nearest."""
    place = np.arange(len(chosen))
    at = np.flatnonzero(chosen)
    if not len(at):
        return {f"{name}_{what}": np.full(len(chosen), NOWHERE) for what in ("after_first", "after_last", "nearest")}
    following = np.searchsorted(at, place)
    before = np.abs(place - at[np.maximum(following - 1, 0)])
    behind = np.abs(at[np.minimum(following, len(at) - 1)] - place)
    return {
        f"{name}_after_first": np.clip(place - at[0], -FAR, FAR),
        f"{name}_after_last": np.clip(place - at[-1], -FAR, FAR),
        f"{name}_nearest": np.minimum(FAR, np.minimum(before, behind)),
    }


def repeat_columns(texts: Sequence[str]) -> dict[str, Column]:
    """Returns how often else the page has the same text, and whether it had it before."""
    times: dict[str, int] = {}
    before = np.zeros(len(texts))
    for place, text in enumerate(texts):
        before[place] = min(5, times.get(text, 0))
        times[text] = times.get(text, 0) + 1
    return {"repeats": np.fromiter((min(5, times[text] - 1) for text in texts), float, len(texts)), "repeats_before": before}
