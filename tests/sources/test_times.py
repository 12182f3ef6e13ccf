from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.times import parse_time

NOON = datetime(2024, 5, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2024-05-01T12:00:00Z",
        "2024-05-01T12:00:00",
        "2024-05-01 12:00:00",
        "2024-05-01 12:00:00 UTC",
        " 2024-05-01T14:00:00+02:00 ",
        "2024-05-01T12:00:00.000000Z",
        "20240501120000",
        20240501120000,
        "1714564800",
        "1714564800.0",
        1714564800,
        1714564800.0,
        1714564800000,
        1714564800000000,
        1714564800000000000,
        "Wed, 01 May 2024 12:00:00 GMT",
        "Wed, 01 May 2024 14:00:00 +0200",
        datetime(2024, 5, 1, 12),  # noqa: DTZ001 - a time without offset is what is tried
        datetime(2024, 5, 1, 14, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_one_instant_in_many_spellings(value: object):
    assert parse_time(value) == NOON
    assert parse_time(value).utcoffset() == timedelta(0)


@pytest.mark.parametrize("value", ["2024-05-01", "20240501", date(2024, 5, 1)])
def test_a_day_is_its_first_moment_in_utc(value: object):
    assert parse_time(value) == datetime(2024, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, "", "yesterday", "20241301000000", "12", True, [], 5, float("nan"), float("inf"), "x, y", "９" * 14])
def test_what_is_no_time_is_none(value: object):
    assert parse_time(value) is None


@given(st.one_of(st.text(), st.integers(), st.floats(), st.datetimes(), st.from_regex(r"[0-9]{8,20}(\.[0-9]+)?", fullmatch=True)))
def test_nothing_raises_and_every_time_has_an_offset(value: object):
    time = parse_time(value)

    assert time is None or time.utcoffset() == timedelta(0)
