"""How many articles there are of each length and of each time: the bars of a chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

WORD_EDGES: Final = (0, 50, 100, 150, 200, 300, 400, 500, 600, 800, 1_000, 1_500, 2_000, 3_000, 5_000)
MAX_BARS: Final = 40
TAIL_SHARE: Final = 0.02  # of the articles, at either end, that the scale need not reach: one page of 1970 must not make all others one bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How many articles are between two bounds, and what to call them."""

    label: str
    count: int


def word_bars(counts: Mapping[int, int]) -> tuple[Bar, ...]:
    """Returns a bar for each range of lengths, in words, up to the longest article; none without articles.

    >>> [(bar.label, bar.count) for bar in word_bars({3: 1, 49: 1, 50: 2})]
    [('0 to 49', 2), ('50 to 99', 2)]
    """
    ranges = [*pairwise(WORD_EDGES), (WORD_EDGES[-1], None)]
    bars = [
        Bar(
            label=f"{low:,} to {high - 1:,}" if high else f"{low:,} or more",
            count=sum(count for words, count in counts.items() if low <= words and (high is None or words < high)),
        )
        for low, high in ranges
        if low <= max(counts, default=-1)
    ]
    return tuple(bars)


def day_bars(counts: Mapping[date, int]) -> tuple[Bar, ...]:
    """Returns a bar for each day, month or year, whichever makes no more than 40, and one for what is before or after those; none without dates."""
    if not counts:
        return ()
    first, last = _middle(counts)
    unit = _unit(first, last)
    named = list(_units(first, last, unit))[-MAX_BARS:]
    found: Counter[str] = Counter()
    for day, count in counts.items():
        name = str(day)[:unit]
        found[name if named[0] <= name <= named[-1] else "earlier" if name < named[0] else "later"] += count
    ends = (["earlier"] if found["earlier"] else [], ["later"] if found["later"] else [])
    return tuple(Bar(label=name, count=found[name]) for name in (*ends[0], *named, *ends[1]))


def _middle(counts: Mapping[date, int]) -> tuple[date, date]:
    """The first and the last day but for the tails."""
    tail = sum(counts.values()) * TAIL_SHARE
    return _beyond(counts, sorted(counts), tail), _beyond(counts, sorted(counts, reverse=True), tail)


def _beyond(counts: Mapping[date, int], days: list[date], tail: float) -> date:
    passed = 0
    for day in days:
        passed += counts[day]
        if passed > tail:
            return day
    return days[-1]


def _unit(first: date, last: date) -> int:
    """How many characters of an ISO date name a day, a month or a year, whichever is short enough."""
    if (last - first).days < MAX_BARS:
        return 10
    return 7 if (last.year - first.year) * 12 + last.month - first.month < MAX_BARS else 4


def _units(first: date, last: date, length: int) -> Iterator[str]:
    """The days, months or years from first to last, as the first `length` characters of their ISO dates."""
    if length == 4:
        yield from (f"{year:04d}" for year in range(first.year, last.year + 1))
    elif length == 7:
        months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        yield from (f"{month // 12:04d}-{month % 12 + 1:02d}" for month in months)
    else:
        yield from (str(first + timedelta(days)) for days in range((last - first).days + 1))
