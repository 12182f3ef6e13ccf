"""Which bars the charts have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report.histograms import MAX_BARS, WORD_EDGES, day_bars, word_bars

MAY_1 = date(2031, 5, 1)


def each_day(first: date, days: int, count: int = 1) -> dict[date, int]:
    return {first + timedelta(day): count for day in range(days)}


@pytest.mark.parametrize(
    ("counts", "bars"),
    [
        pytest.param({}, [], id="no articles"),
        pytest.param({0: 1}, [("0 to 49", 1)], id="an empty one"),
        pytest.param({49: 2, 50: 3, 99: 1}, [("0 to 49", 2), ("50 to 99", 4)], id="bounds belong to the higher range"),
        pytest.param({120: 1}, [("0 to 49", 0), ("50 to 99", 0), ("100 to 149", 1)], id="shorter ranges are shown, and longer ones are not"),
    ],
)
def test_lengths(counts: Mapping[int, int], bars: list[tuple[str, int]]):
    assert [(bar.label, bar.count) for bar in word_bars(counts)] == bars


def test_the_longest_articles_share_a_bar():
    assert [(bar.label, bar.count) for bar in word_bars({4_999: 1, 5_000: 2, 90_000: 3})][-2:] == [("3,000 to 4,999", 1), ("5,000 or more", 5)]


@pytest.mark.parametrize(
    ("counts", "labels"),
    [
        pytest.param({}, [], id="no dates"),
        pytest.param({MAY_1: 4}, ["2031-05-01"], id="one day"),
        pytest.param({MAY_1: 1, date(2031, 5, 4): 1}, ["2031-05-01", "2031-05-02", "2031-05-03", "2031-05-04"], id="days, empty ones too"),
        pytest.param({date(2030, 11, 3): 1, date(2031, 2, 9): 1}, ["2030-11", "2030-12", "2031-01", "2031-02"], id="months"),
        pytest.param({date(2027, 1, 1): 1, date(2031, 2, 9): 1}, ["2027", "2028", "2029", "2030", "2031"], id="years"),
        pytest.param(
            {date(1970, 1, 1): 1, **each_day(MAY_1, 3, 50), date(2099, 1, 1): 1},
            ["earlier", "2031-05-01", "2031-05-02", "2031-05-03", "later"],
            id="a few wild dates do not set the scale",
        ),
    ],
)
def test_days(counts: Mapping[date, int], labels: list[str]):
    assert [bar.label for bar in day_bars(counts)] == labels


@given(st.dictionaries(st.integers(0, 200_000), st.integers(1, 1_000), max_size=50))
def test_each_article_is_in_one_bar_of_its_length(counts: dict[int, int]):
    bars = word_bars(counts)
    assert sum(bar.count for bar in bars) == sum(counts.values())
    assert len(bars) <= len(WORD_EDGES)


@given(st.dictionaries(st.dates(), st.integers(1, 1_000), max_size=50))
def test_each_article_is_in_one_bar_of_its_day(counts: dict[date, int]):
    bars = day_bars(counts)
    assert sum(bar.count for bar in bars) == sum(counts.values())
    assert len(bars) <= MAX_BARS + 2
    assert len({bar.label for bar in bars}) == len(bars)
