"""When a page was fetched, from the many ways in which scrapers write it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS: Final = re.compile(r"\d{8,19}")
# A number's unit shows in its length: any instant between 1973 and 2286 has this many digits.
_MICROSECONDS_A_UNIT: Final = {9: 1_000_000.0, 10: 1_000_000.0, 13: 1_000.0, 16: 1.0, 19: 0.001}
_CALENDAR_FORMATS: Final = {8: "%Y%m%d", 14: "%Y%m%d%H%M%S"}


def parse_time(value: object) -> datetime | None:
    """Returns the instant in UTC; a time without an offset is taken as UTC. None for what can't be read as a time, as for no time at all.

    Reads ISO 8601, HTTP dates, the 14 digits of CDX files, seconds, milliseconds, microseconds and nanoseconds since 1970.

    >>> parse_time("20240501103000") == parse_time("2024-05-01T12:30:00+02:00") == parse_time(1714559400)
    True
    """
    try:
        if isinstance(value, datetime):
            return _in_utc(value)
        if isinstance(value, date):
            return datetime.combine(value, time(), UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _from_digits(str(int(value)))
        return _from_string(value.strip()) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None


def _from_string(value: str) -> datetime:
    number = value.split(".", maxsplit=1)[0]
    if _DIGITS.fullmatch(number):
        return _from_digits(number)
    if "," in value[:10]:  # "Wed, 01 May 2024 10:30:00 GMT"
        return _in_utc(parsedate_to_datetime(value))
    return _in_utc(datetime.fromisoformat(value.removesuffix(" UTC")))


def _from_digits(digits: str) -> datetime:
    calendar = _CALENDAR_FORMATS.get(len(digits))
    if calendar:
        return datetime.strptime(digits, calendar).replace(tzinfo=UTC)
    unit = _MICROSECONDS_A_UNIT.get(len(digits))
    if unit is None:
        raise ValueError(digits)
    return EPOCH + timedelta(microseconds=int(digits) * unit)


def _in_utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
