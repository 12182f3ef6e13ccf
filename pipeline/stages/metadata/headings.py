"""The headings that a reader may take for the headline: whole, without the kicker that stands in them, and in parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml.html import HtmlElement

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.outline import Mark, Outline, text_of, text_pieces
from pipeline.stages.metadata.proposals import propose

MAX_HEADINGS: Final = 8

_JOINT: Final = re.compile(r"[^\W_][^\W\d_a-zà-ÿ]|[^\W_][\"“„«]|[.!?:][^\W_]")
_KICKER: Final = re.compile(
    r"kicker|eyebrow|over-?(?:line|title)|(?:top|roof|super|pre|ante)-?(?:line|title|headline)|dach-?zeile|spitz-?(?:marke|zeile)|sub-?(?:head|title|line)|"
    r"(?:^|[\s_-])(?:label|categor\w*|section|rubrik|ressort|occhiello|antetitulo|volanta|surtitre|date)(?:$|[\s_-])|h\d-?small|small-?h\d|fake-h\d",
    re.IGNORECASE,
)
_KICKER_TAGS: Final = frozenset({"small", "time"})
_SEPARATORS: Final = " :|/–—-•·"


def heading_candidates(outline: Outline) -> Iterator[Candidate]:
    """Yields headings: the one that the page stands around as `h1` (or `headline`, found by its class), others as `h1:other`, ...

    Of the former also what is left without a kicker, as `h1:bare`, and its parts, as `h1:part`.
    """
    main = outline.headline.element if outline.headline is not None else None
    headings = [*outline.marked[Mark.H1], *outline.marked[Mark.HEADLINE]]
    headings.sort(key=lambda placed: placed.element is not main)
    seen: set[HtmlElement] = set()
    for placed in headings:
        element = placed.element
        if element in seen or len(seen) >= MAX_HEADINGS:
            continue
        seen.add(element)
        source = "h1" if element.tag == "h1" else "headline"
        if element is main or not outline.is_foreign(element):
            yield from propose(MetaField.TITLE, source if element is main else f"{source}:other", heading_text(element))
    if main is not None:
        yield from propose(MetaField.TITLE, "h1:bare", _without_kicker(main))
        yield from _parts(main)


def heading_text(element: HtmlElement) -> str:
    """Returns a heading's text, with a blank where one of its pieces ends in a letter and the next begins with a capital or a quotation mark."""
    text = ""
    for piece in text_pieces(element):
        text += " " + piece if _JOINT.match(f"{text[-1:]}{piece[:1]}") else piece
    return " ".join(text.split())


def _parts(heading: HtmlElement) -> Iterator[Candidate]:
    """The texts that elements and line breaks part a heading into: kicker, headline, standfirst."""
    pieces = [" ".join(piece.split()) for piece in text_pieces(heading)]
    if 1 < len(pieces) <= 12:
        for index, piece in enumerate(pieces):
            yield from propose(MetaField.TITLE, "h1:part", piece)
            yield from propose(MetaField.TITLE, "h1:part", " ".join(pieces[index:]) if index else None)
            yield from propose(MetaField.TITLE, "h1:part", " ".join(pieces[: index + 1]) if index + 1 < len(pieces) else None)


def _without_kicker(heading: HtmlElement) -> str | None:
    """The heading's text behind an element that begins it and is marked as a kicker, a section or a date; None where there is none."""
    whole = heading_text(heading)
    for element in heading.iterdescendants():
        if isinstance(element.tag, str) and (element.tag in _KICKER_TAGS or _KICKER.search(element.get("class") or "")):
            kicker = text_of(element)
            rest = whole.removeprefix(kicker).lstrip(_SEPARATORS)
            if kicker and rest and rest != whole:
                return rest
    return None
