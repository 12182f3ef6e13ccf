"""Caps on a page's markup, before and after it is parsed: what is beyond them takes parsers and extractors minutes, not milliseconds.

No page of 1,500 real ones comes near them (the largest has 15,795 elements). Beyond a cap a page gets the cheaper extraction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import orjson
from lxml.etree import XPath
from lxml.html import HtmlElement

from pipeline.records import Flag, Reason, Reject
from pipeline.settings import Limits

_LONG_ATTRIBUTES: Final = XPath("//*[@*[string-length() > $most]]")  # in C: to look at each from Python costs half as much as to parse the page
_LONG_JSON_LD: Final = XPath("//script[contains(translate(@type, 'LDJSON', 'ldjson'), 'ld+json')][string-length() > $most]")


class CheckedTree(NamedTuple):
    """A tree's elements in document order, and flags that say what of it was beyond a cap and is not there any more."""

    elements: list[HtmlElement]
    flags: frozenset[Flag]


def checked_markup(markup: str, limits: Limits) -> str:
    """Returns the markup. Raises Reject(TOO_MANY_TAGS), and Reject(NO_CONTENT) where it is JSON, as interfaces answer that were asked for a page."""
    if markup.lstrip().startswith(("{", "[")) and _is_json(markup):
        raise Reject(Reason.NO_CONTENT, "it is JSON, and no HTML")
    tags = markup.count("<")
    if tags > limits.tags:
        raise Reject(Reason.TOO_MANY_TAGS, f"{tags} tags, more than {limits.tags}")
    return markup


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except ValueError:
        return False
    return True


def check_tree(tree: HtmlElement, limits: Limits) -> CheckedTree:
    """Returns the tree's elements; an attribute beyond the cap is emptied, or in a <meta> cut, and a block of JSON-LD beyond its own emptied.

    Raises Reject(TOO_MANY_ELEMENTS), and Reject(TOO_WIDE) where one element has too many children.
    """
    elements = list(tree.iter())
    if len(elements) > limits.elements:
        raise Reject(Reason.TOO_MANY_ELEMENTS, f"{len(elements)} elements, more than {limits.elements}")
    widest = max(map(len, elements))
    if widest > limits.children:
        raise Reject(Reason.TOO_WIDE, f"an element with {widest} children, more than {limits.children}")
    return CheckedTree(elements, frozenset({*_shorten_attributes(tree, limits), *_empty_json_ld(tree, limits)}))


def _shorten_attributes(tree: HtmlElement, limits: Limits) -> Iterator[Flag]:
    """Nobody misses the address of a picture that is the picture itself; what a <meta> says is a field of the row."""
    with_long_ones: Any = _LONG_ATTRIBUTES(tree, most=limits.attribute_characters)  # an XPath may give anything; this one gives elements
    for element in with_long_ones:
        if element.tag == "meta":
            yield Flag.META_CUT
        for name, value in element.items():
            if len(value) > limits.attribute_characters:
                element.set(name, value[: limits.attribute_characters] if element.tag == "meta" else "")


def _empty_json_ld(tree: HtmlElement, limits: Limits) -> Iterator[Flag]:
    long_ones: Any = _LONG_JSON_LD(tree, most=limits.json_ld_characters)
    for script in long_ones:
        script.text = None
        yield Flag.JSON_LD_UNREAD
