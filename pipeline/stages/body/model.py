"""The weighing of features: gradient-boosted trees, trained by `benchmarks/train_body.py`, read from a data file and evaluated here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import orjson

KEEP_SCORE: Final = 0.5  # as trained: a score is the share of words, in blocks so scored, that belong to the article

Matrix = npt.NDArray[np.float32]
Nodes = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyModel:
    """A sum of decision trees, all their nodes in one list: a node asks for one feature, a leaf holds a value and leads to itself."""

    features: tuple[str, ...]
    typical: Matrix  # one value a feature: that of the median block of articles
    roots: Nodes
    depth: int  # of the deepest tree
    questions: Nodes  # the feature that each node asks for
    thresholds: npt.NDArray[np.float64]  # where the feature's value is greater, the way leads to the second child, else to the first
    children: Nodes  # 2 x nodes
    values: npt.NDArray[np.float64]
    name_weights: dict[str, float]  # how much a word in a class name speaks for an article
    families: tuple[str, ...]  # what a person calls the features, without repetition
    family_features: npt.NDArray[np.bool_]  # families x features

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
            typical=np.array(data["typical"], dtype=np.float32),
            roots=starts[:-1],
            depth=data["depth"],
            questions=np.concatenate([tree.questions + [0] * len(tree.leaves) for tree in trees]).astype(np.intp),
            thresholds=np.concatenate([tree.thresholds + [0.0] * len(tree.leaves) for tree in trees]),
            children=np.concatenate([start + tree.children() for start, tree in zip(starts, trees, strict=False)], axis=1),
            values=np.concatenate([[0.0] * len(tree.questions) + tree.leaves for tree in trees]),
            name_weights=data["name_weights"],
            families=families,
            family_features=np.array([[own == family for own in family_of] for family in families]),
        )

    def scores(self, names: Sequence[str], matrix: Matrix) -> npt.NDArray[np.float64]:
        """Returns how likely each row is text of the article, 0 to 1."""
        if tuple(names) != self.features:
            raise ValueError("the model was trained on other features; train it again")
        return 1 / (1 + np.exp(-self._margins(matrix)))

    def doubts(self, matrix: Matrix, count: int = 2) -> list[tuple[str, ...]]:
        """Returns, for each row, the families of features that speak most against it, the strongest first.

        A family's part is how much the block would gain if it were in that respect like the median block of articles.
        """
        changed = np.where(self.family_features, self.typical, matrix[:, np.newaxis]).reshape(-1, len(self.features))
        gains = self._margins(changed).reshape(len(matrix), len(self.families)) - self._margins(matrix)[:, np.newaxis]
        return [tuple(self.families[place] for place in np.argsort(-row)[:count] if row[place] > 0) for row in gains]

    def _margins(self, matrix: Matrix) -> npt.NDArray[np.float64]:
        values = matrix.ravel()
        first_value = np.arange(len(matrix))[:, np.newaxis] * len(self.features)
        node = np.broadcast_to(self.roots, (len(matrix), len(self.roots)))
        for _ in range(self.depth):
            greater = values[first_value + self.questions[node]] > self.thresholds[node]
            node = self.children[greater.astype(np.intp), node]
        margins: npt.NDArray[np.float64] = self.values[node].sum(axis=1)
        return margins


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tree:
    """One tree as the data file has it: children of zero and more are nodes, below zero they are leaves, the first of them -1."""

    questions: list[int]
    thresholds: list[float]
    first: list[int]
    second: list[int]
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
    """Returns the model for blocks of HTML pages."""
    return BodyModel.read(Path(__file__).with_name("page_model.json"))


@cache
def text_model() -> BodyModel:
    """Returns the model for lines of plain text."""
    return BodyModel.read(Path(__file__).with_name("text_model.json"))


# What to call a feature where a person asks why: by the beginning of its name, the first that fits.
_FAMILIES: Final = {
    "extracted": "the extractor's own view of it",
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
