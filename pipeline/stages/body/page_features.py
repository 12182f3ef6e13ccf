"""What the model weighs about each block of an HTML page."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import Final, NamedTuple

import numpy as np

from pipeline.stages.body.columns import (
    Column,
    Features,
    Groups,
    density_columns,
    group_columns,
    groups_of,
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


class _Lineage(NamedTuple):
    """What a place's tags and names, and those of the places around it, come to."""

    depth: int
    hidden: bool
    own: float  # the weight of its own class names
    total: float
    least: float
    most: float
    against: float  # the sum of the weights that speak clearly against it
    around: int  # a bit for each of the tags in question
    kind: int  # equal for places of one tag and name
    look: int  # equal for places that look alike: of one kind, in places that look alike
    path: int  # the same for tags alone


class PageFeatures(NamedTuple):
    """What the page tells about its blocks, and which of them belong together, in several ways."""

    features: Features
    groups: Mapping[str, Groups]


class _Lineages:
    """Works out each place's lineage once."""

    def __init__(self, name_weights: Mapping[str, float]) -> None:
        self._weights = name_weights
        self._known: dict[Place | None, _Lineage] = {None: _Lineage(0, False, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0, 0, 0)}  # noqa: FBT003 - the root of all lineages
        self._names: dict[str, list[float]] = {"": []}
        self._numbers: dict[tuple[int, str, str], int] = {}

    def __getitem__(self, place: Place | None) -> _Lineage:
        known = self._known
        if place is not None and place not in known:
            unknown = list(takewhile(lambda around: around not in known, place.around()))
            for around in reversed(unknown):  # a loop, for pages nest deeper than Python recurses
                known[around] = self._grown(known[around.parent], around)
        return known[place]

    def _grown(self, parent: _Lineage, place: Place) -> _Lineage:
        weights = self._weights_of(place.names)
        own = sum(weights)
        return _Lineage(
            parent.depth + 1,
            parent.hidden or place.hidden,
            own,
            parent.total + own,
            min(parent.least, *weights) if weights else parent.least,
            max(parent.most, *weights) if weights else parent.most,
            parent.against + sum([weight for weight in weights if weight < -1]),
            parent.around | _TAG_BIT.get(place.tag, 0),
            self._number(0, place.tag, place.names),
            self._number(parent.look, place.tag, place.names),
            self._number(parent.path, place.tag, "path"),
        )

    def _weights_of(self, names: str) -> list[float]:
        if names not in self._names:
            self._names[names] = [self._weights[word] for word in name_words(names) if word in self._weights]
        return self._names[names]

    def _number(self, parent: int, tag: str, names: str) -> int:
        return self._numbers.setdefault((parent, tag, names), len(self._numbers) + 1)


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
    line = [_lines_up(block.place, lineages) for block in blocks]
    columns |= _place_columns([block.place for block in blocks], line)
    link_share, ends = columns["link_share"], columns["ends_sentence"]
    groups = {name: groups_of(keys) for name, keys in _keys(blocks, line).items()}
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


def _lines_up(place: Place, lineages: _Lineages) -> tuple[_Lineage, ...]:
    """The lineages of a place and of the three around it."""
    own = lineages[place]
    above = place.parent
    further = above.parent if above else None
    return own, lineages[above], lineages[further], lineages[further.parent if further else None]


def _place_columns(places: Sequence[Place], line: Sequence[tuple[_Lineage, ...]]) -> dict[str, Column]:
    own, above, further = (np.array([one[step][:7] for one in line], dtype=np.float64) for step in range(3))
    around = np.array([one[1].around for one in line])
    columns: dict[str, Column] = {
        "tag": np.array([_TAG_NUMBER.get(place.tag, len(TAGS)) for place in places], dtype=np.float64),
        "parent_tag": np.array([_TAG_NUMBER.get(place.parent.tag, len(TAGS)) if place.parent else -1 for place in places], dtype=np.float64),
        "depth": own[:, 0],
        "hidden": own[:, 1],
        "names_own": own[:, 2],
        "names_parent": above[:, 2],
        "names_grandparent": further[:, 2],
        "names_total": own[:, 3],
        "names_least": own[:, 4],
        "names_most": own[:, 5],
        "names_against": own[:, 6],
    }
    return columns | {f"in_{tag}": ((around & bit) > 0).astype(np.float64) for tag, bit in _TAG_BIT.items()}


def _keys(blocks: Sequence[PageBlock], line: Sequence[tuple[_Lineage, ...]]) -> dict[str, list[Hashable]]:
    """The keys by which blocks belong together: those that look alike, and those in the same or in like surroundings."""
    return {
        "alike": [(own.kind, above.kind) for own, above, _, _ in line],
        "path": [own.path for own, _, _, _ in line],
        "parent": [above.look for _, above, _, _ in line],
        "grandparent": [further.look for _, _, further, _ in line],
        "great_grandparent": [furthest.look for _, _, _, furthest in line],
        "element": [block.place for block in blocks],
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
