"""A page's body as blocks: a model weighs every block of the page, and asks trafilatura where it is not sure. The only module that knows trafilatura."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Final, NamedTuple

from lxml.etree import strip_tags
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document

from pipeline.records import Block, Candidate, MetaField
from pipeline.stages.body.hints import Hints
from pipeline.stages.body.readings import read_page
from pipeline.stages.body.walk import PageBlock, Place, page_blocks
from pipeline.stages.body.weighing import Weight

MODEL: Final = "model"
WITH_TRAFILATURA: Final = "model+trafilatura"
MAX_INLINE: Final = 5_000  # elements within lines: the time that trafilatura takes grows with the square of them
SURE_CHARACTERS: Final = 25  # shorter texts stand by chance inside longer ones: they must be a line of their own

# "discarding data" and the like: every page without a body becomes a row with a reason, so its log line says nothing new.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_HEADINGS: Final = frozenset(f"h{level}" for level in range(1, 7))
_INLINE: Final = ("span", "b", "strong", "i", "em", "u", "font", "small", "sub", "sup", "code", "mark")
_BLOCK_TAGS: Final = {"li": "li", "dd": "li", "dt": "li", "pre": "pre", "figcaption": "caption", "caption": "caption"}


class Extraction(NamedTuple):
    """A page's candidates for its body, in reading order, each with its score; and what found them."""

    extractor: str
    blocks: tuple[Block, ...]


def extract_blocks(tree: HtmlElement, candidates: Iterable[Candidate]) -> Extraction:
    """Returns the blocks that the model takes for the body, or the extractor where it was asked; none where neither finds any.

    The tree is left as it is.
    """
    blocks = page_blocks(tree)
    if not blocks:
        return Extraction(MODEL, ())
    weights, asked = read_page(blocks, hints_of(candidates), lambda: extracted_blocks(tree, blocks))
    return Extraction(WITH_TRAFILATURA if asked else MODEL, tuple(_block(blocks[place], weight) for place, weight in weights.items()))


def _block(block: PageBlock, weight: Weight) -> Block:
    tag = _tag(block.place)
    return Block(tag=tag, text=block.text, link_share=block.link_share, links=block.links, score=weight.score, doubts=weight.doubts)


def extracted_blocks(tree: HtmlElement, blocks: Sequence[PageBlock]) -> tuple[bool, ...]:
    """Returns which blocks stand in the body that trafilatura finds, by their text."""
    # The slow comparison with readability and jusText finds nothing that the model does not: measured, the scores are the same without.
    found = bare_extraction(_with_few_elements(tree), include_comments=False, fast=True)
    if not isinstance(found, Document) or found.body is None:
        return (False,) * len(blocks)
    lines = {_dense("".join(map(str, element.itertext()))) for element in found.body.iter("*")}
    whole = _dense("".join(map(str, found.body.itertext())))
    dense = [_dense(block.text) for block in blocks]
    return tuple(text in lines or (len(text) >= SURE_CHARACTERS and text in whole) for text in dense)


def _with_few_elements(tree: HtmlElement) -> HtmlElement:
    """The tree, or where thousands of elements stand within its lines, a copy with their text alone."""
    if sum(1 for _ in tree.iter(*_INLINE)) <= MAX_INLINE:
        return tree
    bare = deepcopy(tree)
    strip_tags(bare, *_INLINE)
    for element in bare.iter():  # stripping leaves a string in its pieces, and their number is what takes the time
        element.text, element.tail = element.text, element.tail
    return bare


def hints_of(candidates: Iterable[Candidate]) -> Hints:
    """Returns what the page's metadata say that its body may repeat."""
    found: dict[MetaField, list[str]] = {field: [] for field in MetaField}
    for candidate in candidates:
        found[candidate.field].append(candidate.value)
    return Hints(
        titles=tuple(found[MetaField.TITLE]),
        summaries=(*found[MetaField.STANDFIRST], *found[MetaField.DESCRIPTION]),
        authors=tuple(found[MetaField.AUTHOR]),
    )


def _dense(text: str) -> str:
    return "".join(text.split())


def _tag(place: Place) -> str:
    """The tag of a block: that of its own element, or of the list item, quotation or heading right around it."""
    if place.tag == "tr":
        return "row"
    for tag in [around.tag for around in place.around()][:3]:
        if tag in _HEADINGS:
            return tag
        if tag in _BLOCK_TAGS:
            return _BLOCK_TAGS[tag]
        if tag == "blockquote":
            return "quote"
    return "p"
