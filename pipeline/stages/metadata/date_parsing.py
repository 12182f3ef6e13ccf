"""A date as a page spells it, read strictly: a calendar day, and an instant only where the offset stands beside the time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final

from pipeline.stages.metadata.calendars import in_western_figures
from pipeline.stages.metadata.month_names import month_number

MAX_CHARACTERS: Final = 200  # of a string that holds a date
EARLIEST_DAY: Final = date(1990, 1, 1)  # no web page is older; what claims to be is a zero or a placeholder


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDate:
    """A day in the writer's own calendar, with the instant where the offset is known."""

    day: date
    instant: datetime | None
    precision: str  # year, month, day, minute or second
    has_time: bool  # a time was given, with or without an offset
    has_assumed_zone: bool = False  # no offset stood beside the time: the instant is that of the zone to assume


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    day: date
    precision: str
    start: int
    end: int


_Y: Final = r"(?P<year>(?:19|20)\d\d)"
_D: Final = r"(?P<day>\d{1,2})"
# A letter with the marks that Hindi and Thai write above and below it, which are no letters to `re`.
_LETTER: Final = r"[^\W\d_][\u0900-\u0903\u093a-\u094f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]*"
_NAME: Final = rf"(?P<month>(?:{_LETTER}){{3,14}}|मई)"
_WHOLE_DAYS: Final = (
    # 2016-03-15, 2016/3/15, and the years, months and days of Chinese, Japanese and Korean
    re.compile(
        rf"(?<!\d)(?<!\d[/.-]){_Y}\s?[-/.\u2010-\u2012\u5e74\ub144]\s?(?P<month>\d{{1,2}})\s?[-/.\u2010-\u2012\u6708\uc6d4]\s?{_D}(?!\d)[\u65e5\uc77c]?"
    ),
    # 20160315, with or without a time behind it
    re.compile(rf"(?<!\d){_Y}(?P<month>\d\d)(?P<day>\d\d)(?=T|\s|$|\d{{4,6}}(?:\D|$))"),
    # 15. März 2016, 15th of March, 2016, 15 de marzo de 2016
    re.compile(
        rf"(?<!\d){_D}(?:st|nd|rd|th|er|[.ºª°])?[\s\-/]*(?:de\s|of\s|d['’])?\s*{_NAME}[.,]?[\s\-/]*(?:de\s|del\s|of\s|')?\s*{_Y}(?!\d)", re.IGNORECASE
    ),
    # March 15th, 2016
    re.compile(rf"{_NAME}[.]?[\s\-/]+{_D}(?:st|nd|rd|th)?(?:\s*,\s*|[\s\-/]+){_Y}(?!\d)", re.IGNORECASE),
    # Tue Mar 15 23:30:00 CET 2016, as Java writes it
    re.compile(rf"{_NAME}\s+{_D}(?P<clock>\s+\d\d:\d\d(?::\d\d)?\s+[A-Z]{{3,5}}\s+){_Y}(?!\d)", re.IGNORECASE),
    # 2016 March 15
    re.compile(rf"(?<!\d){_Y}[.,]?[\s\-]+{_NAME}[.,]?[\s\-]+{_D}(?!\d)", re.IGNORECASE),
)
_NUMERIC: Final = re.compile(r"(?<![\d.])(\d{1,2})\s?([-./])\s?(\d{1,2})\s?\2\s?((?:19|20)\d\d)(?!\d)")
_SHORT_YEAR: Final = re.compile(r"(?<![\d.])(\d{1,2})([./])(\d{1,2})\2(\d\d)(?![\d./_])")
_MONTH: Final = re.compile(rf"{_NAME}[.,]?\s+(?:de\s)?{_Y}(?!\d)", re.IGNORECASE)
_YEAR_MONTH: Final = re.compile(rf"^\s*{_Y}-(?P<month>\d\d)\s*$")
_YEAR: Final = re.compile(rf"^\s*{_Y}\s*$")
_EPOCH: Final = re.compile(r"^\s*(\d{10})(\d{3})?\s*$")
_TIME: Final = re.compile(
    r"(?<![\d:.])(?P<hour>\d{1,2})(?:[:h\u6642\u65f6\uc2dc]\s?(?P<minute>\d\d)|(?P<dotted>\.\d\d)(?=\s*(?:uhr|hrs|h\b|[ap]\.?m|[A-Z]{3,4}\b)))?"
    r"(?::(?P<second>\d\d)(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?\s?m\b\.?)?\s*(?P<offset>z\b|(?:utc|gmt)?\s?[+\-\u2212]\d{1,2}(?::?\d\d)?|\(?[a-z]{3,4}\b)?",
    re.IGNORECASE,
)
_COMPACT_TIME: Final = re.compile(r"^T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
_OFFSET: Final = re.compile(r"([+\-\u2212])(\d{1,2}):?(\d\d)?$")
# Only abbreviations that mean one offset: CST is in Chicago and in China, IST in India, Ireland and Israel.
_ZONES: Final = (
    {"z": 0.0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "est": -5, "edt": -4}
    | {
        "cdt": -5,
        "mst": -7,
        "mdt": -6,
        "pst": -8,
        "pdt": -7,
        "jst": 9,
        "kst": 9,
        "aest": 10,
        "aedt": 11,
        "acst": 9.5,
        "awst": 8,
        "nzst": 12,
        "nzdt": 13,
    }
    | {"sast": 2, "hkt": 8, "sgt": 8, "wib": 7, "brt": -3}
)


def parse_date(text: str, *, month_first: bool = False, zone: tzinfo | None = None) -> ParsedDate | None:
    """Returns the first date in a short string, or None where there is none that a page can carry.

    `month_first` settles 3/4/2016, as American pages write it. A time without offset is one in `zone`, and without that gives its day alone.

    >>> parse_date("Posted March 15, 2016 at 11:30 pm EST").instant
    datetime.datetime(2016, 3, 15, 23, 30, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=68400)))
    """
    text = in_western_figures(text[:MAX_CHARACTERS])
    if found := _EPOCH.match(text):
        return _from_epoch(int(found[1]))
    for day in _days(text, month_first=month_first):
        if day.day >= EARLIEST_DAY:
            return _with_time(day, text, zone)
    return None


def _from_epoch(seconds: int) -> ParsedDate:
    instant = datetime.fromtimestamp(seconds, UTC)
    return ParsedDate(day=instant.date(), instant=instant, precision="second", has_time=True)


def _days(text: str, *, month_first: bool) -> Iterator[_Day]:
    """The days in a text: whole ones in the order of their certainty, then months, then a year alone."""
    for pattern in _WHOLE_DAYS:
        yield from _matches(pattern, _named_parts, text, "day")
    for pattern in (_NUMERIC, _SHORT_YEAR):
        yield from _matches(pattern, _month_first_order if month_first else _day_first_order, text, "day")
    if _names_impossible_day(text):
        return
    for pattern in (_MONTH, _YEAR_MONTH):
        yield from _matches(pattern, _named_parts, text, "month")
    yield from _matches(_YEAR, _named_parts, text, "year")


def _names_impossible_day(text: str) -> bool:
    """Whether a text names a day that no calendar has: of the 30th of February not even the month is true."""
    parts = (_named_parts(found) for pattern in _WHOLE_DAYS for found in pattern.finditer(text))
    return any(day is not None and day > 28 and month is not None for _, month, day in parts)


_Parts = tuple[int | None, int | None, int | None]


def _matches(pattern: re.Pattern[str], order: Callable[[re.Match[str]], _Parts], text: str, precision: str) -> Iterator[_Day]:
    for found in pattern.finditer(text):
        year, month, day = order(found)
        if year is None or month is None or day is None:
            continue
        try:
            whole = date(year, month, day)
        except ValueError:
            continue  # the 31st of February: some other number
        end = found.start("clock") if "clock" in pattern.groupindex else found.end()
        yield _Day(day=whole, precision=precision, start=found.start(), end=end)


def _named_parts(found: re.Match[str]) -> _Parts:
    """Year, month and day by the pattern's groups; what it has no group for is the first."""
    parts = found.groupdict()
    name = parts.get("month", "1")
    return int(parts["year"]), int(name) if name.isdecimal() else month_number(name), int(parts.get("day", "1"))


def _day_first_order(found: re.Match[str]) -> _Parts:
    first, second, year = int(found[1]), int(found[3]), _whole_year(found[4])
    return (year, first, second) if second > 12 >= first else (year, second, first)


def _month_first_order(found: re.Match[str]) -> _Parts:
    first, second, year = int(found[1]), int(found[3]), _whole_year(found[4])
    # Points are European also on American pages.
    return (year, second, first) if first > 12 >= second or found[2] == "." else (year, first, second)


def _whole_year(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _with_time(found: _Day, text: str, zone: tzinfo | None) -> ParsedDate:
    """The day with the time that stands right behind it, or before it."""
    day_only = ParsedDate(day=found.day, instant=None, precision=found.precision, has_time=False)
    if found.precision != "day":
        return day_only
    after, before = text[found.end : found.end + 60], text[max(0, found.start - 40) : found.start]
    time = _COMPACT_TIME.match(after) if re.match(r"T?\d{4}", after) else None
    if time is not None:
        return _at(found.day, (int(time[1]), int(time[2]), time[3]), time[4], zone) or day_only
    for piece in (after, before):
        for clock in _TIME.finditer(piece):
            if (clock["minute"] or clock["dotted"] or clock["half"]) and (parsed := _at_clock(found.day, clock, zone)):
                return parsed
    return day_only


def _at_clock(day: date, clock: re.Match[str], zone: tzinfo | None) -> ParsedDate | None:
    hour, minute = int(clock["hour"]), int(clock["minute"] or (clock["dotted"] or ".0")[1:])
    half = (clock["half"] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return _at(day, (hour, minute, clock["second"]), clock["offset"], zone)


def _at(day: date, clock: tuple[int, int, str | None], offset: str | None, assumed: tzinfo | None) -> ParsedDate | None:
    """The day with that hour, minute and second; the instant only where the offset is one that we know, or a zone is to be assumed."""
    hour, minute, second = clock
    if hour > 23 or minute > 59 or int(second or 0) > 59:
        return None
    stated = _zone(offset or "")
    zone = stated or assumed
    if zone is None:
        return ParsedDate(day=day, instant=None, precision="day", has_time=True)
    instant = datetime(day.year, day.month, day.day, hour, minute, int(second or 0), tzinfo=zone)
    return ParsedDate(day=day, instant=instant, precision="second" if second else "minute", has_time=True, has_assumed_zone=stated is None)


def _zone(offset: str) -> timezone | None:
    if found := _OFFSET.search(offset):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        if minutes > 14 * 60:
            return None
        return timezone(timedelta(minutes=-minutes if found[1] != "+" else minutes))
    hours = _ZONES.get(offset.strip("( ").lower())
    return None if hours is None else timezone(timedelta(hours=hours))
