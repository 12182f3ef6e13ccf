"""The weighing of features: gradient-boosted trees, trained by `benchmarks/train_body.py`, read from a data file and evaluated here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import orjson

from pipeline.stages.body.columns import Features, Matrix

SURE_SCORE: Final = 0.7  # of the blocks above it that rules for labels took on labelled pages, four in five were the article's
KEEP_SCORE: Final = 0.5  # as trained: a score is the share of words, in blocks so scored, that belong to the article

_ROWS_AT_A_TIME: Final = 128  # of more, the ways through the trees do not fit the processor's cache, and take twice as long each

Scores = npt.NDArray[np.float64]
Doubts = tuple[str, ...]
Nodes = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyModel:
    """A sum of decision trees, all their nodes in one list: an inner node asks for one feature, a leaf leads to itself."""

    features: tuple[str, ...]
    roots: Nodes
    depth: int  # of the deepest tree
    questions: Nodes  # the feature that each node asks for
    thresholds: npt.NDArray[np.float32]  # where the feature's value is greater, the way leads to the second child, else to the first
    children: Nodes  # 2 x nodes
    values: npt.NDArray[np.float64]  # of a leaf, and of an inner node: what the blocks that pass it come to on average
    name_weights: dict[str, float]  # how much a word in a class name speaks for an article
    families: tuple[str, ...]  # what a person calls the features, without repetition
    family_of: Nodes  # by feature

    @classmethod
    def read(cls, file: Path) -> Self:
        """Returns the model that a file holds; raises OSError or a JSON error where there is none, for a package without it is broken."""
        data = orjson.loads(file.read_bytes())
        family_of = [_family(feature) for feature in data["features"]]
        families = tuple(dict.fromkeys(family_of))
        trees = [_Tree(**tree) for tree in data["trees"]]
        starts = np.cumsum([0, *(tree.size for tree in trees)])
        return cls(
            features=tuple(data["features"]),
            roots=starts[:-1],
            depth=data["depth"],
            questions=np.concatenate([tree.questions + [0] * len(tree.leaves) for tree in trees]).astype(np.intp),
            thresholds=_rounded_down(np.concatenate([tree.thresholds + [0.0] * len(tree.leaves) for tree in trees])),
            children=np.concatenate([start + tree.children() for start, tree in zip(starts, trees, strict=False)], axis=1),
            values=np.concatenate([tree.inner + tree.leaves for tree in trees]),
            name_weights=data["name_weights"],
            families=families,
            family_of=np.array([families.index(family) for family in family_of], dtype=np.intp),
        )

    def scores(self, features: Features) -> Scores:
        """Returns how likely each row is text of the article, 0 to 1."""
        if features.names != self.features:
            raise ValueError("the model was trained on other features; train it again")
        return 1 / (1 + np.exp(-self._margins(features.values)))

    def doubts(self, matrix: Matrix, count: int = 2) -> list[Doubts]:
        """Returns, for each row, the families of features that speak most against it, the strongest first.

        A family's part is the sum, over all trees, of what each answer about its features changed on the way down from the root to the leaf.
        Source: Saabas, "Interpreting random forests" (2014).
        """
        parts = np.zeros((len(matrix), len(self.families)))
        for before, after in pairwise(self._ways(matrix)):
            family = self.family_of[self.questions[before]] + np.arange(len(matrix))[:, np.newaxis] * len(self.families)
            change = self.values[after] - self.values[before]
            parts += np.bincount(family.ravel(), change.ravel(), parts.size).reshape(parts.shape)
        return [tuple(self.families[place] for place in np.argsort(row)[:count] if row[place] < 0) for row in parts]

    def _margins(self, matrix: Matrix) -> npt.NDArray[np.float64]:
        margins = np.empty(len(matrix))
        for start in range(0, len(matrix), _ROWS_AT_A_TIME):
            *_, leaves = self._ways(matrix[start : start + _ROWS_AT_A_TIME])
            margins[start : start + _ROWS_AT_A_TIME] = self.values.take(leaves, mode="clip").sum(axis=1)
        return margins

    def _ways(self, matrix: Matrix) -> Iterator[Nodes]:
        """The nodes that the rows pass in each tree (rows x trees), level by level from the roots to the leaves."""
        values, children = matrix.ravel(), self.children.ravel()
        first_value = np.arange(len(matrix))[:, np.newaxis] * len(self.features)
        node: Nodes = np.tile(self.roots, (len(matrix), 1))
        yield node
        for _ in range(self.depth):  # no place is out of bounds, so nothing is clipped: it saves the looking
            place = first_value + self.questions.take(node, mode="clip")
            greater = values.take(place, mode="clip") > self.thresholds.take(node, mode="clip")
            node = children.take(node + greater * len(self.values), mode="clip")  # the second children stand behind all the first ones
            yield node


def _rounded_down(thresholds: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """The thresholds as features are: of all that can be asked of such a number, whether it is greater comes out the same."""
    near = thresholds.astype(np.float32)
    return np.where(near > thresholds, np.nextafter(near, np.float32(-np.inf)), near).astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tree:
    """One tree as the data file has it: children of zero and more are nodes, below zero they are leaves, the first of them -1."""

    questions: list[int]
    thresholds: list[float]
    first: list[int]
    second: list[int]
    inner: list[float]
    leaves: list[float]

    @property
    def size(self) -> int:
        return len(self.questions) + len(self.leaves)

    def children(self) -> Nodes:
        inner = np.array([self.first, self.second], dtype=np.intp).reshape(2, -1)
        leaves = np.arange(len(self.questions), self.size)
        return np.concatenate([np.where(inner < 0, len(self.questions) - 1 - inner, inner), [leaves, leaves]], axis=1)


@cache
def page_model() -> BodyModel:
    """Returns the model for blocks of HTML pages, by what the page itself tells."""
    return BodyModel.read(Path(__file__).with_name("page_model.json"))


@cache
def second_reading_model() -> BodyModel:
    """Returns the model that knows the page model's scores as well."""
    return BodyModel.read(Path(__file__).with_name("second_reading_model.json"))


@cache
def second_opinion_model() -> BodyModel:
    """Returns the model that knows, besides, what an extractor takes for the body."""
    return BodyModel.read(Path(__file__).with_name("second_opinion_model.json"))


@cache
def text_model() -> BodyModel:
    """Returns the model for lines of plain text."""
    return BodyModel.read(Path(__file__).with_name("text_model.json"))


# What to call a feature where a person asks why: by the beginning of its name, the first that fits.
_FAMILIES: Final = {
    "extracted": "the extractor's own view of it",
    "score": "the likeness of the blocks around it to articles",
    "likely": "the likeness of the blocks around it to articles",
    "names_author": "an author's name in it",
    "names_": "its class names",
    "links_within": "the links around it",
    "link": "its links",
    "hidden": "its place in the markup",
    "in_title": "its likeness to the title",
    "of_title": "its likeness to the title",
    "in_": "its place in the markup",
    "below_title": "its distance from the title",
    "is_summary": "its likeness to the description",
    "repeat": "its repetition on the page",
    "position": "its position on the page",
    "words_before": "its position on the page",
    "prose_before": "its position on the page",
    "page_": "the size of the page",
    "prose_": "the text around it",
    "long_": "the text around it",
    "run_": "the run of short lines that it stands in",
    "place": "its position on the page",
    "tag": "its place in the markup",
    "parent_tag": "its place in the markup",
    "depth": "its place in the markup",
    "alike_": "the blocks that look like it",
    "path_": "the blocks that look like it",
    "parent_": "the box that it stands in",
    "grandparent_": "the box that it stands in",
    "great_grandparent_": "the box that it stands in",
    "element_": "the box that it stands in",
}


def _family(feature: str) -> str:
    if feature[-2:-1] in {"+", "-"}:
        return "the blocks beside it"
    return next((family for beginning, family in _FAMILIES.items() if feature.startswith(beginning)), "its wording")
