"""What the lines of a plain text say of the article: headline, byline, section, all near the place where the headline stands again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.agreement import squashed, words
from pipeline.stages.metadata.bylines import is_known_name, names_beside_dates, signed_by_persons, signed_lines
from pipeline.stages.metadata.plain_text_dates import text_dates
from pipeline.stages.metadata.proposals import propose

MAX_LINES_TO_HEADLINE: Final = 200  # menus of a scraped page stand above it
MIN_HEADLINE_WORDS: Final = 3
MIN_HEADLINE_SHARE: Final = 0.4  # of the title's characters: what else stands there is the site's name
MIN_LIKENESS: Final = 0.3  # of a headline and a title that words it otherwise
LINES_ABOVE: Final = 4
LINES_BELOW: Final = 25
LINES_TO_NAME: Final = 2  # that stands alone below the headline
MAX_LINE_CHARACTERS: Final = 200

_BREADCRUMB: Final = re.compile(r"\s*(?:[>›»]|\s[/|]\s)\s*")
_HOME: Final = re.compile(r"^(?:home ?(?:page)?|start(?:seite)?|accueil|inicio|início|strona główna|главная|ホーム|首页)$", re.IGNORECASE)


def text_candidates(lines: Sequence[str], title: str | None, url: str | None) -> Iterator[Candidate]:
    """Yields what a text's lines and its address propose.

    `title` is the first line that can be one, and may have the site's name behind the headline.
    """
    place = _headline_place(lines, title) if title is not None else None
    yield from _line_candidates(lines, title, place)
    yield from text_dates(lines, place or 0, url)


def _line_candidates(lines: Sequence[str], title: str | None, place: int | None) -> Iterator[Candidate]:
    yield from propose(MetaField.TITLE, "title", title)
    if place is not None:
        yield from propose(MetaField.TITLE, "h1", lines[place])
        yield from _section(lines[max(0, place - LINES_ABOVE) : place])
    start = place or 0
    below = [line for line in lines[start + 1 : start + 1 + LINES_BELOW] if len(line) <= MAX_LINE_CHARACTERS]
    above = [line for line in lines[max(1, start - LINES_ABOVE) : start] if len(line) <= MAX_LINE_CHARACTERS]
    for signed in islice(signed_lines([*below, *above]), 1):
        yield from propose(MetaField.BYLINE, "text:byline", signed)
    for signed in islice(signed_by_persons(lines[start + 1 + LINES_BELOW :]), 1):
        yield from propose(MetaField.BYLINE, "text:signature", signed)
    names = [*names_beside_dates([*below, *above]), *filter(is_known_name, below[:LINES_TO_NAME])]
    for name in names[:1]:
        yield from propose(MetaField.AUTHOR, "text:dated", name)


def _headline_place(lines: Sequence[str], declared: str) -> int | None:
    """The place of the line that the title begins or ends with, the longest of them; else of the one that shares most words with it."""
    short = [(place, line) for place, line in enumerate(lines[1:MAX_LINES_TO_HEADLINE], start=1) if 1 < len(line) <= MAX_LINE_CHARACTERS]
    title = squashed(declared)
    repeats = [(len(key), -place) for place, line in short if _repeats(key := squashed(line), title, line)]
    if repeats:
        return -max(repeats)[1]
    alike = [(_likeness(line, declared), -place) for place, line in short if len(words(line)) >= MIN_HEADLINE_WORDS]
    likeness, place = max(alike, default=(0.0, 0))
    return -place if likeness >= MIN_LIKENESS else None


def _repeats(key: str, title: str, line: str) -> bool:
    long_enough = len(key) >= MIN_HEADLINE_SHARE * len(title) and len(words(line)) >= MIN_HEADLINE_WORDS
    return bool(key) and (key == title or (long_enough and (title.startswith(key) or title.endswith(key))))


def _likeness(line: str, title: str) -> float:
    """Which share of the words of both a line and the title have in common."""
    first, second = set(words(line)), set(words(title))
    return len(first & second) / len(first | second)


def _section(lines: Sequence[str]) -> Iterator[Candidate]:
    """The stations of a breadcrumb trail but for the way home."""
    for line in lines:
        stations = [part.strip() for part in _BREADCRUMB.split(line)]
        if len(stations) > 1 and _HOME.match(stations[0]):
            for station in stations[1:]:
                yield from propose(MetaField.SECTION, "breadcrumb", station)
