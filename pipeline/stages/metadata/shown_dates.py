"""The dates that a reader sees: of time elements, of elements marked as dates, of short lines near the headline, and of datelines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from lxml.html import HtmlElement

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.change_words import change_word, says_changed
from pipeline.stages.metadata.date_lines import MAX_OTHER_WORDS, dateline_date, is_date_line
from pipeline.stages.metadata.date_parsing import parse_date
from pipeline.stages.metadata.outline import Mark, Outline, Placed, text_of
from pipeline.stages.metadata.proposals import propose

MAX_DATES: Final = 8
MAX_DATE_LINE_CHARACTERS: Final = 100  # a longer text with a date in it is prose or a caption
MAX_ORDER_ABOVE: Final = 30  # what stands more elements above the headline is the site's own, such as today's date

_PUBLISHED: Final = re.compile(
    r"publi|pubdate|created|posted|entry-date|issued|veröffentlicht|erschienen|pubblicat|gepubliceerd|опубликован", re.IGNORECASE
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d|\d\d?[./]\d\d?[./]\d\d|[٠-٩۰-۹०-९๐-๙]{4}|25[3-9]\d|令和|平成")


def shown_dates(outline: Outline) -> Iterator[Candidate]:
    """Yields the dates that stand on the page; dates of a change go to `date_modified`."""
    for placed in _own(outline, Mark.TIME):
        element = placed.element
        label = f"{element.get('class', '')} {element.get('itemprop', '')} {_label_before(element)}"
        text = text_of(element)
        published = bool(_PUBLISHED.search(label)) or element.get("pubdate") is not None
        yield from _dated("time:published" if published else "time", element.get("datetime") or text, label, text)
        yield from _dated("time:text", text, label, text)
    for placed in _own(outline, Mark.DATE):
        element = placed.element
        text = text_of(element)
        label = f"{element.get('class', '')} {element.get('id', '')} {_label_before(element)}"
        if element.tag not in {"time", "body", "html"} and len(text) <= MAX_DATE_LINE_CHARACTERS and _YEAR.search(text):
            published = bool(_PUBLISHED.search(label))
            yield from _dated("class:published" if published else "class:date", text, label, text)
    yield from line_dates(outline.around_headline)
    yield from lower_dates(outline.below_prose)


def _own(outline: Outline, mark: Mark) -> list[Placed]:
    """The nearest elements of a kind, without those in someone else's words or far above the headline."""
    top = outline.headline.order - MAX_ORDER_ABOVE if outline.headline is not None else 0
    return [
        placed
        for placed in outline.near(mark)
        if placed.order >= top and next(placed.element.iterancestors("blockquote", "figcaption"), None) is None
    ][:MAX_DATES]


def _dated(source: str, value: str, label: str, text: str) -> Iterator[Candidate]:
    """A date of publication, or of a change where its own words say so, or the label does and speaks of nothing else."""
    published, changed = _PUBLISHED.search(text), change_word(text)
    if published is not None and changed is not None and value == text:
        cut = max(published.start(), changed)  # one line gives both dates
        first, second = (MetaField.DATE_PUBLISHED, MetaField.DATE_MODIFIED) if changed == cut else (MetaField.DATE_MODIFIED, MetaField.DATE_PUBLISHED)
        yield from propose(first, source, text[:cut])
        yield from propose(second, source, text[cut:])
        return
    is_change = says_changed(text[:40]) if _PUBLISHED.search(label) else says_changed(f"{label} {text[:40]}")
    yield from propose(MetaField.DATE_MODIFIED if is_change and not _PUBLISHED.search(text[:40]) else MetaField.DATE_PUBLISHED, source, value)


def line_dates(pieces: Iterable[str], max_words: int = MAX_OTHER_WORDS) -> Iterator[Candidate]:
    """Yields the dates of lines near a headline, with the line before as their label, and of paragraphs that open with one."""
    label = ""
    for piece in pieces:
        if len(piece) <= MAX_DATE_LINE_CHARACTERS and _YEAR.search(piece) and is_date_line(piece, max_words):
            parsed = parse_date(piece)
            if parsed is not None and parsed.precision not in {"month", "year"}:
                yield from _dated("text:near-headline", piece, label, piece)
        elif dateline := dateline_date(piece):
            yield from propose(MetaField.DATE_PUBLISHED, "text:dateline", dateline)
        label = piece[-40:]


def lower_dates(pieces: Iterable[str], max_words: int = MAX_OTHER_WORDS) -> Iterator[Candidate]:
    """Returns the dates of lines below the first prose, which may be those of what the article tells of: the page's address knows better."""
    return (replace(found, source="text:below-prose") for found in line_dates(pieces, max_words))


def _label_before(element: HtmlElement) -> str:
    """The few words in front of an element, such as "Updated:"."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        return f"{text_of(previous)[-40:]} {(previous.tail or '')[-40:]}"
    return (parent.text or "")[-40:] if parent is not None else ""
