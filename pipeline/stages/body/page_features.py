"""What the model weighs about each block of an HTML page."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.stages.body.columns import (
    NOWHERE,
    Column,
    density_columns,
    distance_columns,
    group_columns,
    neighbour_columns,
    repeat_columns,
)
from pipeline.stages.body.hints import Hints, hint_columns
from pipeline.stages.body.lines import LineFacts, line_facts
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
_NAME_WORD: Final = re.compile(r"[A-Z]?[a-z]{3,19}")
_SHARE_LINK: Final = re.compile(r"sharer|/intent/|twitter\.com|facebook\.com|linkedin|pinterest|whatsapp|mailto:|reddit\.com|//t\.me|instagram")
_LISTING_LINK: Final = re.compile(r"/(?:tags?|topics?|categor(?:y|ies)|authors?)\b")
_PROSE_WORDS: Final = 15
_PROSE_LINK_SHARE: Final = 0.4


@dataclass(frozen=True, slots=True)
class _Lineage:
    """What a place's tags and names, and those of the places around it, come to."""

    depth: int
    hidden: bool
    around: frozenset[str]
    own: float  # the weight of its own class names
    total: float
    least: float
    most: float
    against: float  # the sum of the weights that speak clearly against it
    look: int  # equal for places that look alike: same tag and names, in places that look alike
    path: int  # the same for tags alone


class _Lineages:
    """Works out each place's lineage once."""

    def __init__(self, name_weights: Mapping[str, float]) -> None:
        self._weights = name_weights
        self._known: dict[Place | None, _Lineage] = {None: _Lineage(0, False, frozenset(), 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0)}  # noqa: FBT003 - the root of all lineages
        self._numbers: dict[tuple[int, str, str], int] = {}

    def __getitem__(self, place: Place | None) -> _Lineage:
        if place is not None and place not in self._known:
            unknown = list(takewhile(lambda around: around not in self._known, place.around()))
            for around in reversed(unknown):  # a loop, for pages nest deeper than Python recurses
                self._known[around] = self._grown(self._known[around.parent], around)
        return self._known[place]

    def _grown(self, parent: _Lineage, place: Place) -> _Lineage:
        weights = [self._weights[word] for word in name_words(place.names) if word in self._weights] if place.names else []
        return _Lineage(
            depth=parent.depth + 1,
            hidden=parent.hidden or place.hidden,
            around=parent.around | {place.tag},
            own=sum(weights),
            total=parent.total + sum(weights),
            least=min(parent.least, *weights, 0.0),
            most=max(parent.most, *weights, 0.0),
            against=parent.against + sum(weight for weight in weights if weight < -1),
            look=self._number(parent.look, place.tag, place.names),
            path=self._number(parent.path, place.tag, "path"),
        )

    def _number(self, parent: int, tag: str, names: str) -> int:
        return self._numbers.setdefault((parent, tag, names), len(self._numbers) + 1)


@lru_cache(maxsize=8_192)
def name_words(names: str) -> frozenset[str]:
    """Returns the words in an element's class, id and role.

    >>> sorted(name_words("articleBody story-body__text c12"))
    ['article', 'body', 'story', 'text']
    """
    return frozenset(word.lower() for word in _NAME_WORD.findall(names))


def page_features(
    blocks: Sequence[PageBlock], extracted: Sequence[bool], hints: Hints, name_weights: Mapping[str, float]
) -> tuple[tuple[str, ...], npt.NDArray[np.float32]]:
    """Returns the names of the features and their values, a row a block.

    `extracted` says which blocks the extractor's body holds. `name_weights` says how much a word in a class name speaks for an article.
    """
    facts = np.array([line_facts(block.text) for block in blocks], dtype=np.float64).reshape(len(blocks), len(LineFacts._fields))
    columns: dict[str, Column] = {name: facts[:, number] for number, name in enumerate(LineFacts._fields)}
    words = columns["words"]
    columns |= _markup_columns(blocks)
    lineages = _Lineages(name_weights)
    columns |= _place_columns(blocks, lineages)
    link_share, ends = columns["link_share"], columns["ends_sentence"]
    for name, keys in _groups(blocks, lineages).items():
        columns |= group_columns(name, keys, words, link_share, ends)
    prose = words * (words >= _PROSE_WORDS) * (link_share < _PROSE_LINK_SHARE) * ends
    columns |= density_columns(prose, words, link_share, (2, 5, 12))
    columns |= _position_columns(words, prose)
    columns |= repeat_columns([block.text for block in blocks])
    columns |= hint_columns([block.text for block in blocks], hints)
    columns |= _extraction_columns(np.array(extracted, dtype=bool), words)
    columns |= {name: np.log1p(columns[name]) for name in ("words", "characters")}
    columns |= neighbour_columns(columns, ("words", "link_share", "ends_sentence", "extracted", "tag", "names_total", "capitalised", "date"), (-1, 1))
    columns |= neighbour_columns(columns, ("words", "link_share", "ends_sentence", "tag"), (-2, 2))
    return tuple(columns), np.column_stack(list(columns.values())).astype(np.float32)


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


def _place_columns(blocks: Sequence[PageBlock], lineages: _Lineages) -> dict[str, Column]:
    places = [block.place for block in blocks]
    own = [lineages[place] for place in places]
    above = [lineages[place.parent] for place in places]
    further = [lineages[place.parent.parent if place.parent else None] for place in places]
    columns: dict[str, Sequence[float]] = {
        "tag": [_TAG_NUMBER.get(place.tag, len(TAGS)) for place in places],
        "parent_tag": [_TAG_NUMBER.get(place.parent.tag, len(TAGS)) if place.parent else -1 for place in places],
        "depth": [lineage.depth for lineage in own],
        "hidden": [lineage.hidden for lineage in own],
        "names_own": [lineage.own for lineage in own],
        "names_parent": [lineage.own for lineage in above],
        "names_grandparent": [lineage.own for lineage in further],
        "names_total": [lineage.total for lineage in own],
        "names_least": [lineage.least for lineage in own],
        "names_most": [lineage.most for lineage in own],
        "names_against": [lineage.against for lineage in own],
    }
    columns |= {f"in_{tag}": [tag in lineage.around for lineage in above] for tag in _AROUND}
    return {name: np.array(values, dtype=np.float64) for name, values in columns.items()}


def _groups(blocks: Sequence[PageBlock], lineages: _Lineages) -> dict[str, list[tuple[object, ...]]]:
    """The keys by which blocks belong together: those that look alike, and those in the same or in like surroundings."""
    around = [(place, above := place.parent, above.parent if above else None) for place in (block.place for block in blocks)]
    return {
        "alike": [(place.tag, place.names, above and (above.tag, above.names)) for place, above, _ in around],
        "path": [(lineages[place].path,) for place, _, _ in around],
        "parent": [(lineages[above].look,) for _, above, _ in around],
        "grandparent": [(lineages[further].look,) for _, _, further in around],
        "great_grandparent": [(lineages[further.parent if further else None].look,) for _, _, further in around],
        "element": [(place,) for place, _, _ in around],
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


def _extraction_columns(extracted: npt.NDArray[np.bool_], words: Column) -> dict[str, Column]:
    columns = {"extracted": extracted.astype(np.float64), **distance_columns("extracted", extracted & (words >= 4))}
    return {**columns, "extracted_words": np.full(len(words), math.log1p(words[extracted].sum()) if len(words) else NOWHERE)}
