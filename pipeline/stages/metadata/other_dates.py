"""Dates that stand neither in structured data nor beside the headline: in the address, in the title, in a labelled line, or guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from itertools import islice
from typing import Final

from htmldate import find_date
from lxml.html import HtmlElement

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.change_words import says_changed
from pipeline.stages.metadata.date_lines import is_date_line
from pipeline.stages.metadata.date_parsing import parse_date
from pipeline.stages.metadata.outline import MAX_ELEMENTS
from pipeline.stages.metadata.proposals import propose

MAX_LINES: Final = 20_000  # searched for a label

_COMMENTS: Final = re.compile(r"\bcomments?(?:$|[\s_-](?!meta|count|link))", re.IGNORECASE)
_MAY_BE_FOREIGN: Final = ("section", "div", "ul", "ol", "li", "aside", "nav", "time")

_URL_DATE: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:([/\-_])(\d\d?)\2(\d\d(?!\d)|\d(?=/|$))|(\d\d)(\d\d)(?!\d))")
_URL_DATE_DAY_FIRST: Final = re.compile(r"(?<!\d)(1[3-9]|2\d|3[01])([-_.])(\d\d?)\2((?:19|20)\d\d)(?!\d)")  # 05-03-2024 may be of May or of March
_SEPARATOR: Final = re.compile(r"\s[|–—-]\s|\|")
_MAX_WORDS_IN_TITLE_DATE: Final = 1
_LABELLED: Final = re.compile(
    r"^\W*(?:(?:first |originally )?(?:published|posted|publication|publish(?:ing)?|post|release[d]?)(?: (?:on|date|time|at))?|date|"
    r"(?:erst)?veröffentlicht(?: am)?|erschienen(?: am)?|datum|publié(?: le)?|date de publication|publicado(?: el| em)?|fecha(?: de publicación)?|"
    r"pubblicato(?: il)?|data(?: de publicação)?|gepubliceerd(?: op)?|geplaatst(?: op)?|publicerad|publisert|udgivet|julkaistu|opublikowano|"
    r"опубликовано|дата публикации|发布时间|公開日|掲載日)(?:\s?[:：|]\s?|\s)",
    re.IGNORECASE,
)
_MAX_LABELLED_CHARACTERS: Final = 80


def address_dates(addresses: Iterable[str]) -> Iterator[Candidate]:
    """Yields the whole day in the first of a page's addresses that has one."""
    for address in addresses:
        if day := _day_in(address):
            yield from propose(MetaField.DATE_PUBLISHED, "url", day)
            return


def title_dates(titles: Iterable[str]) -> Iterator[Candidate]:
    """Yields the dates that stand in a title between separators, as in "Ferry returns | The Ledger | 05.03.2024"."""
    for title in titles:
        for part in _SEPARATOR.split(title)[1:]:
            if is_date_line(part, _MAX_WORDS_IN_TITLE_DATE) and (parsed := parse_date(part)) and parsed.precision == "day":
                yield from propose(MetaField.DATE_PUBLISHED, "title", part)


def labelled_dates(lines: Iterable[str]) -> Iterator[Candidate]:
    """Yields the first short line anywhere on the page that says "published" and when, the label perhaps in the line before."""
    label = ""
    for line in islice(lines, MAX_LINES):
        if len(line) > _MAX_LABELLED_CHARACTERS:
            continue
        whole = line if _LABELLED.match(line) else f"{label} {line}"
        if _LABELLED.match(whole) and is_date_line(whole) and not says_changed(whole) and parse_date(line):
            yield from propose(MetaField.DATE_PUBLISHED, "text:labelled", whole)
            return
        label = line


def short_lines(tree: HtmlElement) -> Iterator[str]:
    """Yields the page's shorter strings, in order, white space folded."""
    for element in islice(tree.iter("*"), MAX_ELEMENTS):
        for piece in (None if element.tag in {"script", "style"} else element.text, element.tail):
            if piece and len(piece) <= 3 * _MAX_LABELLED_CHARACTERS and (line := " ".join(piece.split())):
                yield line


def guessed_dates(tree: HtmlElement, url: str | None, changed: Iterable[str], refused: Iterable[str]) -> Iterator[Candidate]:
    """Yields what htmldate makes of the page, unless it is a day that the page gives as that of a change (`changed`: the page's strings).

    What was refused before does not come back this way: `refused` strings, JSON-LD that is not about this article, other people's words. Without
    htmldate's search through all text: half of what that found was wrong, and the guess costs more than all the rest of this module as it is.
    """
    days = {parsed.day.isoformat() for value in changed if (parsed := parse_date(value))}
    day = find_date(_without_refused(tree, frozenset(refused)), original_date=True, extensive_search=False, url=url)
    if day not in days:
        yield from propose(MetaField.DATE_PUBLISHED, "htmldate", day)


def _without_refused(tree: HtmlElement, refused: frozenset[str]) -> HtmlElement:
    """A copy of the page without what must not give its date."""
    copied = deepcopy(tree)
    for element in list(islice(copied.iter("script", "meta", *_MAY_BE_FOREIGN), MAX_ELEMENTS)):
        stated = {element.get("content"), element.get("datetime"), element.text}
        comments = _COMMENTS.search(f"{element.get('class', '')} {element.get('id', '')}")
        is_linked_data = "ld+json" in (element.get("type") or "").lower()
        if is_linked_data or comments or not refused.isdisjoint(stated):
            element.drop_tree()
    return copied


def _day_in(address: str) -> str | None:
    if found := _URL_DATE.search(address):
        day = f"{found[1]}-{int(found[3] or found[5]):02}-{int(found[4] or found[6]):02}"
    elif found := _URL_DATE_DAY_FIRST.search(address):
        day = f"{found[4]}-{int(found[3]):02}-{found[1]}"
    else:
        return None
    return day if parse_date(day) is not None else None
