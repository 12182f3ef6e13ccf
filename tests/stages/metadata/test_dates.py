from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.date_parsing import parse_date
from pipeline.stages.metadata.dates import choose_dates

VIENNA = ZoneInfo("Europe/Vienna")
FETCHED = datetime(2024, 6, 1, 12, tzinfo=UTC)


def at(year, month, day, hour, minute, second=0, offset=0.0):
    return datetime(year, month, day, hour, minute, second, tzinfo=timezone(timedelta(hours=offset)))


@pytest.mark.parametrize(
    ("text", "instant", "precision"),
    [
        ("2016-03-15T23:30:00-05:00", at(2016, 3, 15, 23, 30, offset=-5), "second"),
        ("2016-03-15T23:30:00Z", at(2016, 3, 15, 23, 30), "second"),
        ("2016-03-15T23:30:00.123+0100", at(2016, 3, 15, 23, 30, offset=1), "second"),
        ("2016-03-15T23:30+01", at(2016, 3, 15, 23, 30, offset=1), "minute"),
        ("20160315T233000Z", at(2016, 3, 15, 23, 30), "second"),
        ("Tue, 15 Mar 2016 23:30:10 +0530", at(2016, 3, 15, 23, 30, 10, 5.5), "second"),
        ("Tue Mar 15 2016 23:30:00 GMT+0100 (CET)", at(2016, 3, 15, 23, 30, offset=1), "second"),
        ("Tue Mar 15 23:30:00 CET 2016", at(2016, 3, 15, 23, 30, offset=1), "second"),
        ("March 15, 2016 at 11:30 p.m. EST", at(2016, 3, 15, 23, 30, offset=-5), "minute"),
        ("11:30 PM EDT, Tue March 15, 2016", at(2016, 3, 15, 23, 30, offset=-4), "minute"),
        ("12:05 am UTC, 15 March 2016", at(2016, 3, 15, 0, 5), "minute"),
        ("1458084600", at(2016, 3, 15, 23, 30), "second"),
        ("1458084600000", at(2016, 3, 15, 23, 30), "second"),
    ],
)
def test_an_instant_where_time_and_offset_are_known(text, instant, precision):
    parsed = parse_date(text)
    assert parsed is not None
    assert (parsed.instant, parsed.precision, parsed.day) == (instant, precision, instant.date())
    assert parsed.instant.utcoffset() == instant.utcoffset()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2016-03-15", date(2016, 3, 15)),
        ("2016-03-15 23:30:00", date(2016, 3, 15)),
        ("2016/3/15", date(2016, 3, 15)),
        ("20160315", date(2016, 3, 15)),
        ("15.03.2016, 23:30 Uhr", date(2016, 3, 15)),
        ("15.3.16", date(2016, 3, 15)),
        ("Stand: 15. März 2016 | 10.30 Uhr", date(2016, 3, 15)),
        ("March 15th, 2016", date(2016, 3, 15)),
        ("15 de marzo de 2016", date(2016, 3, 15)),
        ("le 1er mars 2016 à 14h30", date(2016, 3, 1)),
        ("15 marzo 2016", date(2016, 3, 15)),
        ("15 марта 2016", date(2016, 3, 15)),
        ("15 marca 2016", date(2016, 3, 15)),
        ("15. března 2016", date(2016, 3, 15)),
        ("15 Mart 2016", date(2016, 3, 15)),
        ("2016年3月15日 10:30", date(2016, 3, 15)),
        ("2016년 3월 15일", date(2016, 3, 15)),
        ("March 15, 2016 10:05 PM ET", date(2016, 3, 15)),
        ("10 PM CST, March 15, 2016", date(2016, 3, 15)),
        ("3/25/2016", date(2016, 3, 25)),
        ("25/3/2016", date(2016, 3, 25)),
        ("4/3/2016", date(2016, 3, 4)),
        ("Día 09/05/2011 - 07.31h", date(2011, 5, 9)),
        ("١٥ مارس ٢٠١٦", date(2016, 3, 15)),
        ("۱۵ مارس ۲۰۱۶", date(2016, 3, 15)),
        ("15 آذار 2016", date(2016, 3, 15)),
        ("15 मार्च 2016", date(2016, 3, 15)),
        ("१५ मार्च २०१६", date(2016, 3, 15)),
        ("15 मई 2016", date(2016, 5, 15)),
        ("२०१६-०३-१५", date(2016, 3, 15)),
        ("15 มีนาคม 2559", date(2016, 3, 15)),
        ("๑๕ มีนาคม ๒๕๕๙", date(2016, 3, 15)),
        ("15 มีนาคม 2016", date(2016, 3, 15)),
        ("平成28年3月15日", date(2016, 3, 15)),
        ("令和元年5月15日", date(2019, 5, 15)),
    ],
)
def test_a_day_alone_where_the_offset_is_unknown(text, day):
    parsed = parse_date(text)
    assert parsed is not None
    assert (parsed.day, parsed.instant, parsed.precision) == (day, None, "day")


@pytest.mark.parametrize(("text", "day"), [("3/4/2016", date(2016, 3, 4)), ("25/3/2016", date(2016, 3, 25)), ("3.4.2016", date(2016, 4, 3))])
def test_month_first_dates(text, day):
    parsed = parse_date(text, month_first=True)
    assert parsed is not None
    assert parsed.day == day


@pytest.mark.parametrize(("text", "precision"), [("March 2016", "month"), ("2016-03", "month"), ("2016", "year")])
def test_months_and_years_say_so(text, precision):
    parsed = parse_date(text)
    assert parsed is not None
    assert parsed.precision == precision


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0000-00-00",
        "1970-01-01T00:00:00Z",
        "31.02.2016",
        "5 min read",
        "2019-W03",
        "99/99/2016",
        "1989-12-31",
        "version 3.4.5",
        "30 February 2024",
        "2024-02-30",
        "۱۵ اسفند ۱۴۰۲",
    ],
)
def test_what_is_no_date(text):
    assert parse_date(text) is None


@given(st.text() | st.from_regex(r"\d{1,4}[-/. ]\w{1,9}[-/. ]\d{1,4}([T ]\d{1,2}:\d\d(:\d\d)?.{0,6})?"))
def test_no_string_raises_and_no_instant_lacks_an_offset(text):
    parsed = parse_date(text)
    if parsed is not None and parsed.instant is not None:
        assert parsed.instant.utcoffset() is not None
        assert parsed.instant.date() == parsed.day


@pytest.mark.parametrize(
    ("text", "instant", "is_assumed"),
    [
        ("2024-03-15 09:00:10", at(2024, 3, 15, 9, 0, 10, 1), True),
        ("2024-07-15 09:00", at(2024, 7, 15, 9, 0, 0, 2), True),  # summer time
        ("15.03.2024, 09.00 Uhr", at(2024, 3, 15, 9, 0, 0, 1), True),
        ("2024-03-15T09:00:00-05:00", at(2024, 3, 15, 9, 0, 0, -5), False),
    ],
)
def test_a_time_without_offset_is_one_in_the_zone_to_assume(text, instant, is_assumed):
    parsed = parse_date(text, zone=VIENNA)
    assert parsed is not None
    assert (parsed.instant, parsed.has_assumed_zone) == (instant, is_assumed)


def chosen(*pairs, url=None, language=None, fetched_at=FETCHED, time_zone=None):
    candidates = [Candidate(field=field, source=source, value=value) for field, source, value in pairs]
    return choose_dates(candidates, url=url, fetched_at=fetched_at, language=language, time_zone=time_zone)


PUBLISHED, MODIFIED = MetaField.DATE_PUBLISHED, MetaField.DATE_MODIFIED


def test_declared_dates_come_before_visible_ones_and_these_before_the_address():
    dates = chosen((PUBLISHED, "url", "2024-03-01"), (PUBLISHED, "time", "2024-03-02"), (PUBLISHED, "json-ld:datePublished", "2024-03-03"))
    assert (dates.published_day, dates.published_source, dates.raw) == (date(2024, 3, 3), "json-ld:datePublished", "2024-03-03")


def test_a_modified_date_never_becomes_the_published_one():
    dates = chosen((MODIFIED, "json-ld:dateModified", "2024-03-03T10:00:00Z"))
    assert dates.published_day is None
    assert dates.modified == datetime(2024, 3, 3, 10, tzinfo=UTC)


def test_an_unclear_date_that_is_that_of_the_change_gives_way():
    dates = chosen(
        (PUBLISHED, "meta:date", "2024-05-05"),
        (PUBLISHED, "json-ld:WebPage.datePublished", "2024-03-03"),
        (MODIFIED, "og:updated_time", "2024-05-05T08:00:00Z"),
    )
    assert dates.published_day == date(2024, 3, 3)


@pytest.mark.parametrize("value", ["2024-06-04", "2031-01-01T00:00:00Z", "1985-05-05"])
def test_future_and_ancient_dates_are_refused(value):
    assert chosen((PUBLISHED, "json-ld:datePublished", value)).published_day is None


@pytest.mark.parametrize(
    ("line", "raw"), [("Published 5 March 2024 |", "Published 5 March 2024"), ("| 5 March 2024 – ", "5 March 2024"), ("5.3.2024", "5.3.2024")]
)
def test_the_raw_string_is_kept_without_separators_at_its_ends(line, raw):
    assert chosen((PUBLISHED, "text:near-headline", line)).raw == raw


@pytest.mark.parametrize(("other", "day"), [("url", date(2024, 3, 5)), ("meta:date", date(2021, 3, 4)), ("class:date", date(2024, 3, 5))])
def test_a_date_below_the_first_prose_gives_way_to_the_address_and_what_is_marked(other, day):
    assert chosen((PUBLISHED, "text:below-prose", "4 March 2021"), (PUBLISHED, other, "2024-03-05")).published_day == day


def test_tomorrow_is_no_future():
    assert chosen((PUBLISHED, "json-ld:datePublished", "2024-06-02")).published_day == date(2024, 6, 2)


def test_the_day_is_the_publishers_own():
    dates = chosen((PUBLISHED, "json-ld:datePublished", "2024-03-15T23:30:00-05:00"))
    assert dates.published == datetime(2024, 3, 16, 4, 30, tzinfo=UTC)
    assert dates.published_day == date(2024, 3, 15)


@pytest.mark.parametrize("shown", [("time:published", "2024-03-14T20:30:00-08:00"), ("class:published", "14 March 2024")])
def test_an_instant_in_utc_takes_the_day_that_the_page_shows(shown):
    dates = chosen((PUBLISHED, "json-ld:datePublished", "2024-03-15T04:30:00Z"), (PUBLISHED, *shown))
    assert (dates.published, dates.published_day) == (datetime(2024, 3, 15, 4, 30, tzinfo=UTC), date(2024, 3, 14))


def test_a_day_is_made_an_instant_by_another_source_of_the_same_day():
    dates = chosen((PUBLISHED, "json-ld:datePublished", "2024-03-15"), (PUBLISHED, "article:published_time", "2024-03-15T09:00+01:00"))
    assert (dates.published, dates.precision, dates.published_source) == (at(2024, 3, 15, 9, 0, offset=1), "minute", "article:published_time")


def test_a_time_without_offset_gives_a_day_and_says_so():
    dates = chosen((PUBLISHED, "json-ld:datePublished", "2024-03-15T09:00:00"))
    assert (dates.published, dates.published_day, dates.precision, dates.lacks_offset) == (None, date(2024, 3, 15), "day", True)


def test_the_zone_of_the_site_makes_an_instant_and_says_so():
    dates = chosen((PUBLISHED, "json-ld:datePublished", "2024-03-15T09:00:00"), time_zone=VIENNA)
    assert (dates.published, dates.published_day, dates.precision) == (datetime(2024, 3, 15, 8, tzinfo=UTC), date(2024, 3, 15), "second")
    assert (dates.has_site_zone, dates.lacks_offset) == (True, False)


def test_the_zone_of_the_site_tells_the_day_of_an_instant_in_utc():
    dates = chosen((PUBLISHED, "json-ld:datePublished", "2024-03-14T23:30:00Z"), (PUBLISHED, "time", "14 March 2024"), time_zone=VIENNA)
    assert (dates.published, dates.published_day) == (datetime(2024, 3, 14, 23, 30, tzinfo=UTC), date(2024, 3, 15))
    assert not dates.has_site_zone


def test_the_zone_of_the_site_leaves_stated_offsets_alone():
    dates = chosen((PUBLISHED, "json-ld:datePublished", "2024-03-14T23:30:00-05:00"), time_zone=VIENNA)
    assert (dates.published_day, dates.has_site_zone) == (date(2024, 3, 14), False)


def test_a_stated_offset_comes_before_the_zone_of_the_site():
    dates = chosen((PUBLISHED, "json-ld:datePublished", "2024-03-15T09:00:00"), (PUBLISHED, "time", "2024-03-15T09:00:00+02:00"), time_zone=VIENNA)
    assert (dates.published, dates.has_site_zone) == (datetime(2024, 3, 15, 7, tzinfo=UTC), False)


def test_what_the_sites_file_points_at_wins_over_all_others_together():
    agreeing = [(PUBLISHED, "article:published_time", "2024-03-03T08:00:00Z"), (PUBLISHED, "time", "3 March 2024")]
    assert chosen((PUBLISHED, "site:ledger.example", "2 February 2024"), *agreeing).published_day == date(2024, 2, 2)


@pytest.mark.parametrize("weak", ["meta:date", "dc.date", "dcterms.date"])
def test_a_shown_date_comes_before_tags_that_do_not_say_what_date_they_mean(weak):
    assert chosen((PUBLISHED, weak, "2024-05-05"), (PUBLISHED, "time", "2024-03-03")).published_day == date(2024, 3, 3)


def test_two_kinds_of_source_that_agree_win_over_one_that_stands_alone():
    alone = (PUBLISHED, "json-ld:datePublished", "2024-02-02T08:00:00Z")
    agreeing = [(PUBLISHED, "article:published_time", "2024-03-03T08:00:00Z"), (PUBLISHED, "time", "3 March 2024")]
    assert chosen(alone, *agreeing).published_day == date(2024, 3, 3)
    assert chosen(alone, (PUBLISHED, "url", "2024-02-02"), *agreeing).published_day == date(2024, 2, 2)


def test_two_sources_that_agree_on_the_day_of_the_change_do_not():
    dates = chosen(
        (PUBLISHED, "json-ld:datePublished", "2024-02-02"),
        (PUBLISHED, "meta:date", "2024-03-03"),
        (PUBLISHED, "time", "3 March 2024"),
        (MODIFIED, "json-ld:dateModified", "2024-03-03T08:00:00Z"),
    )
    assert dates.published_day == date(2024, 2, 2)


def test_a_source_that_gives_the_dates_of_many_stories_gives_none():
    others = [(PUBLISHED, "microdata:datepublished", f"2024-05-0{day}") for day in (9, 8, 7)]
    assert chosen(*others, (PUBLISHED, "time", "2024-03-03")).published_day == date(2024, 3, 3)


@pytest.mark.parametrize(
    ("url", "language", "locale", "day"),
    [
        ("https://ledger.example.com/a", "en", None, date(2024, 3, 4)),
        ("https://ledger.co.uk/a", "en", None, date(2024, 4, 3)),
        ("https://ledger.com/a", "en", "en_GB", date(2024, 4, 3)),
        ("https://kurier.com/a", "de", None, date(2024, 4, 3)),
        (None, "fr", "en-US", date(2024, 3, 4)),
    ],
)
def test_numeric_dates_are_read_as_the_place_writes_them(url, language, locale, day):
    locales = [(MetaField.LANGUAGE, "og:locale", locale)] if locale else []
    assert chosen((PUBLISHED, "class:published", "3/4/2024"), *locales, url=url, language=language).published_day == day
