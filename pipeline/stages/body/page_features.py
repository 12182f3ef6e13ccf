"""What the model weighs about each block of an HTML page."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.stages.body.columns import (
    Column,
    Features,
    Groups,
    density_columns,
    group_columns,
    grouped,
    neighbour_columns,
    repeat_columns,
)
from pipeline.stages.body.hints import Hints, hint_columns
from pipeline.stages.body.lines import LineFacts, line_facts, words_in
from pipeline.stages.body.walk import PageBlock, Place

TAGS: Final = (
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "td", "div", "blockquote", "figcaption", "pre", "dt", "dd", "section", "article"),
    *("footer", "header", "aside", "ul", "ol", "main", "address", "body", "button", "figure", "nav", "form", "caption"),
)
_TAG_NUMBER: Final = {tag: number for number, tag in enumerate(TAGS)}
_AROUND: Final = (
    *("article", "main", "aside", "nav", "footer", "header", "figure", "form", "table", "ul", "ol", "li", "blockquote", "details", "section"),
    "button",
)
_TAG_BIT: Final = {tag: 1 << number for number, tag in enumerate(_AROUND)}
_NAME_WORD: Final = re.compile(r"[A-Z]?[a-z]{3,19}")
_NAMES_CHARACTERS: Final = 200  # what follows is styling
_SHARE_LINK: Final = re.compile(r"sharer|/intent/|twitter\.com|facebook\.com|linkedin|pinterest|whatsapp|mailto:|reddit\.com|//t\.me|instagram")
_LISTING_LINK: Final = re.compile(r"/(?:tags?|topics?|categor(?:y|ies)|authors?)\b")
_PROSE_WORDS: Final = 15
_PROSE_LINK_SHARE: Final = 0.4


Rows = npt.NDArray[np.intp]


class PageFeatures(NamedTuple):
    """What the page tells about its blocks, and which of them belong together, in several ways."""

    features: Features
    groups: Mapping[str, Groups]


class _Names(NamedTuple):
    """What the words in an element's class names weigh: together, the least and the most of them, and those together that speak clearly against it."""

    total: float
    least: float
    most: float
    against: float


class _Lineages:
    """What each place's tags and names, and those of the places around it, come to: a row for each, worked out once. The first row is that of no place."""

    def __init__(self, name_weights: Mapping[str, float]) -> None:
        self._weights = name_weights
        self._rows: dict[Place | None, int] = {None: 0}
        self._names: dict[str, _Names | None] = {"": None}
        self._kinds: dict[tuple[str, str], int] = {}
        self._looks: dict[tuple[int, int], int] = {}
        self._paths: dict[tuple[int, str], int] = {}
        self.parents: list[int] = [0]
        # depth, hidden, the weight of its own names, theirs with those of all places around it, the least and the most of these, those against it
        self.facts: list[tuple[float, ...]] = [(0,) * 7]
        self.around: list[int] = [0]  # a bit for each of the tags in question
        # Equal for places of one tag and name; of places that look alike: of one kind, in places that look alike; the same for tags alone.
        self.alike: list[tuple[int, int, int]] = [(0, 0, 0)]

    def row(self, place: Place | None) -> int:
        """Returns the number of a place's row."""
        rows, around = self._rows, place
        unknown: list[Place] = []
        while around is not None and around not in rows:
            unknown.append(around)
            around = around.parent
        for around in reversed(unknown):  # a loop, for pages nest deeper than Python recurses
            rows[around] = len(self.parents)
            self._add(around, rows[around.parent])
        return rows[place]

    def _add(self, place: Place, parent: int) -> None:
        depth, hidden, _, total, least, most, against = self.facts[parent]
        names = self._weights_of(place.names)
        if names is None:
            self.facts.append((depth + 1, hidden or place.hidden, 0.0, total, least, most, against))
        else:
            sums = (names.total, total + names.total, min(least, names.least), max(most, names.most), against + names.against)
            self.facts.append((depth + 1, hidden or place.hidden, *sums))
        self.parents.append(parent)
        self.around.append(self.around[parent] | _TAG_BIT.get(place.tag, 0))
        _, look, path = self.alike[parent]
        kind = self._kinds.setdefault((place.tag, place.names), len(self._kinds) + 1)
        own_look = self._looks.setdefault((look, kind), len(self._looks) + 1)
        self.alike.append((kind, own_look, self._paths.setdefault((path, place.tag), len(self._paths) + 1)))

    def _weights_of(self, names: str) -> _Names | None:
        if names not in self._names:
            weights = [self._weights[word] for word in name_words(names) if word in self._weights]
            against = sum([weight for weight in weights if weight < -1])
            self._names[names] = _Names(sum(weights), min(weights), max(weights), against) if weights else None
        return self._names[names]


@lru_cache(maxsize=8_192)
def name_words(names: str) -> tuple[str, ...]:
    """Returns the words in an element's class, id and role, each once, in their order: sums over them are the same in every process.

    >>> name_words("articleBody story-body__text c12")
    ('article', 'body', 'story', 'text')
    """
    return tuple(dict.fromkeys(map(str.lower, _NAME_WORD.findall(names, 0, _NAMES_CHARACTERS))))


def page_features(blocks: Sequence[PageBlock], hints: Hints, name_weights: Mapping[str, float]) -> PageFeatures:
    """Returns what the page itself tells about its blocks. `name_weights` says how much a word in a class name speaks for an article."""
    words_of_blocks = [words_in(block.text) for block in blocks]
    facts = np.array([line_facts(block.text, words) for block, words in zip(blocks, words_of_blocks, strict=True)], dtype=np.float64)
    columns: dict[str, Column] = {name: facts[:, number] for number, name in enumerate(LineFacts._fields)}
    words = columns["words"]
    columns |= _markup_columns(blocks)
    lineages = _Lineages(name_weights)
    own = np.array([lineages.row(block.place) for block in blocks], dtype=np.intp)
    columns |= _place_columns([block.place for block in blocks], own, lineages)
    link_share, ends = columns["link_share"], columns["ends_sentence"]
    groups = _groups(own, lineages)
    for name, group in groups.items():
        columns |= group_columns(name, group, words, link_share, ends)
    prose = words * (words >= _PROSE_WORDS) * (link_share < _PROSE_LINK_SHARE) * ends
    columns |= density_columns(prose, words, link_share, (2, 5, 12))
    columns |= _position_columns(words, prose)
    columns |= repeat_columns([block.text for block in blocks])
    columns |= hint_columns(words_of_blocks, hints)
    columns |= {name: np.log1p(columns[name]) for name in ("words", "characters")}
    columns |= neighbour_columns(columns, ("words", "link_share", "ends_sentence", "tag", "names_total", "capitalised", "date"), (-1, 1))
    columns |= neighbour_columns(columns, ("words", "link_share", "ends_sentence", "tag"), (-2, 2))
    return PageFeatures(Features.of(columns), groups)


def _markup_columns(blocks: Sequence[PageBlock]) -> dict[str, Column]:
    links = [" ".join(block.links) for block in blocks]
    return {
        "link_share": np.array([block.link_share for block in blocks], dtype=np.float64),
        "emphasis_share": np.array([block.emphasis_share for block in blocks], dtype=np.float64),
        "links": np.array([min(10, len(block.links)) for block in blocks], dtype=np.float64),
        "links_to_sharing": np.array([_SHARE_LINK.search(link) is not None for link in links], dtype=np.float64),
        "links_to_listing": np.array([_LISTING_LINK.search(link) is not None for link in links], dtype=np.float64),
        "links_to_itself": np.array([link.startswith(("#", "javascript")) for link in links], dtype=np.float64),
    }


def _place_columns(places: Sequence[Place], own: Rows, lineages: _Lineages) -> dict[str, Column]:
    facts, parents = np.array(lineages.facts, dtype=np.float64), np.array(lineages.parents, dtype=np.intp)
    above = parents[own]
    around = np.array(lineages.around)[above]
    columns: dict[str, Column] = {
        "tag": np.array([_TAG_NUMBER.get(place.tag, len(TAGS)) for place in places], dtype=np.float64),
        "parent_tag": np.array([_TAG_NUMBER.get(place.parent.tag, len(TAGS)) if place.parent else -1 for place in places], dtype=np.float64),
        "depth": facts[own, 0],
        "hidden": facts[own, 1],
        "names_own": facts[own, 2],
        "names_parent": facts[above, 2],
        "names_grandparent": facts[parents[above], 2],
        "names_total": facts[own, 3],
        "names_least": facts[own, 4],
        "names_most": facts[own, 5],
        "names_against": facts[own, 6],
    }
    return columns | {f"in_{tag}": ((around & bit) > 0).astype(np.float64) for tag, bit in _TAG_BIT.items()}


def _groups(own: Rows, lineages: _Lineages) -> dict[str, Groups]:
    """The blocks that belong together: those that look alike, and those in the same or in like surroundings."""
    parents, alike = np.array(lineages.parents, dtype=np.intp), np.array(lineages.alike, dtype=np.intp)
    above = parents[own]
    further = parents[above]
    kinds = alike[:, 0]
    return {
        "alike": grouped(kinds[own] * len(kinds) + kinds[above]),
        "path": grouped(alike[own, 2]),
        "parent": grouped(alike[above, 1]),
        "grandparent": grouped(alike[further, 1]),
        "great_grandparent": grouped(alike[parents[further], 1]),
        "element": grouped(own),
    }


def _position_columns(words: Column, prose: Column) -> dict[str, Column]:
    count = len(words)
    return {
        "position": np.arange(count) / max(1, count),
        "words_before": (np.cumsum(words) - words) / max(1.0, words.sum()),
        "prose_before": (np.cumsum(prose) - prose) / max(1.0, prose.sum()),
        "page_blocks": np.full(count, math.log1p(count)),
        "page_words": np.full(count, math.log1p(words.sum())),
    }
