"""The strings near a page's headline in the order in which a reader meets them, and the lines that they make up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

ELEMENTS_BEFORE_HEADLINE: Final = 25
ELEMENTS_AFTER_HEADLINE: Final = 60
ELEMENTS_BELOW: Final = 240  # of an article that signs at its end, some
MAX_STRING_CHARACTERS: Final = 600
MAX_ANCESTORS: Final = 100
MIN_PROSE_CHARACTERS: Final = 60  # of a sentence: a standfirst or the article's first

SILENT_TAGS: Final = frozenset({"script", "style", "noscript", "svg", "template"})
_INLINE_TAGS: Final = frozenset({"a", "abbr", "b", "bdi", "cite", "em", "font", "i", "label", "small", "span", "strong", "sub", "sup", "time", "u"})
_SENTENCE_ENDS: Final = tuple('.!?…。！？”"»')
_QUOTING_TAGS: Final = frozenset({"figcaption", "blockquote"})  # names and dates in them are those of a picture, or of someone else's post
_ASIDE_TAGS: Final = frozenset({"nav", "aside"})


def elements_around(elements: list[HtmlElement], headline: int) -> list[list[HtmlElement]]:
    """Returns the elements shortly after the headline, whose place is given, and those shortly before."""
    start = max(0, headline - ELEMENTS_BEFORE_HEADLINE)
    parts = elements[headline : headline + ELEMENTS_AFTER_HEADLINE], elements[start:headline]
    return [[element for element in part if not _is_quoted(element)] for part in parts]


def elements_below(elements: list[HtmlElement], headline: int) -> list[HtmlElement]:
    """Returns the elements behind those around the headline."""
    start = headline + ELEMENTS_AFTER_HEADLINE
    return elements[start : start + ELEMENTS_BELOW]


def end_of_head(strings: Sequence[str]) -> int:
    """Returns how many strings stand up to the first that is prose, that one too: the article begins there, or its standfirst."""
    return next(
        (count for count, text in enumerate(strings, start=1) if len(text) >= MIN_PROSE_CHARACTERS and text.endswith(_SENTENCE_ENDS)), len(strings)
    )


def strings_of(elements: list[HtmlElement]) -> Iterator[tuple[str, HtmlElement]]:
    """Yields the strings of a run of elements as a browser would show them, in order, each with the element that it stands in."""
    waiting: list[HtmlElement] = []  # for the tail that stands behind them
    for element in [*elements, None]:
        parent = element.getparent() if element is not None else None
        while waiting and waiting[-1] is not parent:
            closed = waiting.pop()
            if folded := _folded(closed.tail):
                yield folded, closed.getparent()
        if element is not None:
            waiting.append(element)
            if element.tag not in SILENT_TAGS and (folded := _folded(element.text)):
                yield folded, element


def lines_of(elements: list[HtmlElement], headline_and_above: frozenset[HtmlElement]) -> Iterator[str]:
    """Yields the same strings, joined where they stand in one block, without those of navigation and asides.

    Class names say too little here: bylines stand in many a box that is called a card or a widget.
    """
    block, line = None, ""
    for text, element in strings_of([element for element in elements if not _is_aside(element, headline_and_above)]):
        own = next((outer for outer in (element, *islice(element.iterancestors(), MAX_ANCESTORS)) if outer.tag not in _INLINE_TAGS), element)
        if own is not block and line:
            yield line
        block, line = own, f"{line} {text}" if own is block else text
    if line:
        yield line


def _is_quoted(element: HtmlElement) -> bool:
    return element.tag in _QUOTING_TAGS or next(element.iterancestors(*_QUOTING_TAGS), None) is not None


def _is_aside(element: HtmlElement, headline_and_above: frozenset[HtmlElement]) -> bool:
    around = next(element.iterancestors(*_ASIDE_TAGS), None)
    return element.tag in _ASIDE_TAGS or (around is not None and around not in headline_and_above)


def _folded(text: str | None) -> str:
    return " ".join((text or "")[:MAX_STRING_CHARACTERS].split())
