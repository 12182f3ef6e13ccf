"""Which elements of a page no reader reads, or reads a second time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from lxml.html import HtmlElement

from pipeline.stages.words import word_count

PROSE_WORDS: Final = 20  # of a paragraph
MIN_ARTICLE_WORDS: Final = 50

# fmt: off
_SILENT: Final = frozenset({
    "script", "style", "template", "svg", "head", "select", "option", "input", "textarea", "map", "embed", "datalist", "math",
})
# fmt: on
# What a browser shows where it cannot do better: notices and pixels for the most part.
_INSTEAD: Final = frozenset({"noscript", "object", "canvas", "video", "audio", "iframe"})
_SOMETIMES: Final = frozenset({"button", "aside", "blockquote", "figure", "span"})
_QUOTING: Final = frozenset({"aside", "blockquote", "figure"})
_PULL_QUOTE: Final = re.compile(r"\bpull-?quote\b", re.IGNORECASE)


def is_silent(element: HtmlElement) -> bool:
    """Returns whether no reader is to read the element's text, or none is to read it twice."""
    tag = element.tag
    return tag in _SILENT or tag in _INSTEAD or (tag in _SOMETIMES and _repeats_or_hides(element))


def is_hidden(element: HtmlElement) -> bool:
    """Returns whether the markup hides it until a script shows it: a sign, and no proof, for some sites stream their article into such a place."""
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and "display:none" in style.replace(" ", "").lower())


def heard_after_all(silent: Iterable[HtmlElement], shown: Sequence[str]) -> frozenset[HtmlElement]:
    """Returns those of the silent elements that hold the article after all: more prose than all that the page shows, whose blocks are given."""
    prose = {element: words for element in silent if element.tag not in _SILENT and (words := shown_words(element)) >= PROSE_WORDS}
    words = sum(prose.values())
    if words < MIN_ARTICLE_WORDS or words <= sum(count for count in map(word_count, shown) if count >= PROSE_WORDS):
        return frozenset()
    return frozenset(prose)


def shown_words(element: HtmlElement) -> int:
    """Returns how many words an element holds, scripts and styles left out."""
    return word_count(element.text_content()) - sum(word_count(code.text or "") for code in element.iter("script", "style"))


def _repeats_or_hides(element: HtmlElement) -> bool:
    tag = element.tag
    if tag == "button":
        return element.find(".//p") is None  # one with paragraphs was never closed, and holds half the page
    if tag in _QUOTING:  # a pull quote: the article has the words already
        return (tag == "aside" and element.get("aria-hidden") == "true") or _PULL_QUOTE.search(element.get("class", "")) is not None
    return is_hidden(element)
