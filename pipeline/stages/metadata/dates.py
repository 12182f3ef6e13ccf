"""When the article was published and last changed: the instant where the offset is known, and the publisher's calendar day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.choice import candidates_for, is_final, rank
from pipeline.stages.metadata.date_parsing import ParsedDate, parse_date
from pipeline.stages.metadata.site import host_of

FUTURE_TOLERANCE: Final = timedelta(days=2)  # clocks, and calendars ahead of ours
MAX_DAYS_OF_A_SOURCE: Final = 2  # one that gives more lists other stories

# What says that it is about publication, then what readers see, then dates of no clear meaning and guesses.
_PUBLISHED: Final = (
    *("site:", "json-ld:datePublished", "meta:article:published_time", "article:published_time", "microdata:datepublished"),
    *("parsely-pub-date", "sailthru.date", "og:*", "article:*", "dc.date.issued", "dcterms.issued", "cxense*", "citation_*", "meta:*"),
    *("json-ld:WebPage.datePublished", "time:published", "class:published", "time", "time:text", "class:date", "text:near-headline", "url"),
    *("text:below-prose", "meta:date", "dc*", "text:dateline", "title", "json-ld:*", "microdata:*", "text:labelled", "htmldate"),
)
_MODIFIED: Final = (
    "site:",
    "json-ld:dateModified",
    "article:modified_time",
    "og:updated_time",
    "microdata:datemodified",
    "meta:*",
    "json-ld:*",
    "time",
)
_UNCLEAR: Final = ("meta:*", "dc*", "time", "time:text", "class:date", "text:near-headline", "text:below-prose", "htmldate")
_SHOWN: Final = ("time", "class:", "text:near-headline", "text:below-prose")
_GUESSES: Final = ("htmldate", "text:")
_EDGES: Final = " |·•–—-,;:/"  # of a line that holds a date and something else
_MONTH_FIRST_DOMAINS: Final = (".com", ".us", ".org", ".net", ".edu", ".gov", ".ph")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates of an article, with the sources and the string that they were read from."""

    published: datetime | None = None
    published_day: date | None = None
    precision: str | None = None
    raw: str | None = None
    published_source: str | None = None
    modified: datetime | None = None
    modified_source: str | None = None
    lacks_offset: bool = False  # a time of publication was given, but no offset
    has_site_zone: bool = False  # it was given without offset, and read in the zone that the site's file names


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    candidate: Candidate
    parsed: ParsedDate


def choose_dates(
    candidates: Sequence[Candidate], *, url: str | None, fetched_at: datetime | None, language: str | None, time_zone: tzinfo | None = None
) -> Dates:
    """Returns the article's dates; what lies in the future of the fetch (or of now) by two days or more is refused, like what is older than the web.

    `time_zone` is that of the site, as its file says: times without offset are read in it, and it settles the publisher's day.
    """
    reading = _Reading(
        latest=(fetched_at or datetime.now(UTC)) + FUTURE_TOLERANCE, month_first=reads_month_first(candidates, url, language), zone=time_zone
    )
    published = _consistent(reading.of(candidates_for(candidates, MetaField.DATE_PUBLISHED, _PUBLISHED)))
    modified = reading.of(candidates_for(candidates, MetaField.DATE_MODIFIED, _MODIFIED))
    changed = next((read for read in modified if read.parsed.instant is not None), None)
    best = _most_precise(_agreed(_not_changes(published, modified)))
    best = _in_publishers_day(best, published, time_zone)
    return Dates(
        published=best.parsed.instant if best else None,
        published_day=best.parsed.day if best else None,
        precision=best.parsed.precision if best else None,
        raw=best.candidate.value.strip(_EDGES) if best else None,
        published_source=best.candidate.source if best else None,
        modified=changed.parsed.instant if changed else None,
        modified_source=changed.candidate.source if changed else None,
        lacks_offset=best is not None and best.parsed.has_time and best.parsed.instant is None,
        has_site_zone=best is not None and best.parsed.has_assumed_zone,
    )


def reads_month_first(candidates: Sequence[Candidate], url: str | None, language: str | None) -> bool:
    """Returns whether 3/4/2016 means the 4th of March here: American pages, as far as locale, language and domain tell."""
    locales = [candidate.value.replace("_", "-").lower() for candidate in candidates if candidate.field is MetaField.LANGUAGE]
    regional = next((locale for locale in locales if locale.startswith("en-")), None)
    if regional is not None:
        return regional in {"en-us", "en-ph"}
    speaks_english = (language or "").startswith("en") or "en" in locales
    return speaks_english and (host_of(url) or ".com").endswith(_MONTH_FIRST_DOMAINS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """How a page's strings are read as dates."""

    latest: datetime
    month_first: bool
    zone: tzinfo | None

    def of(self, candidates: Sequence[Candidate]) -> list[_Read]:
        """Those that are dates and not in the future, in their order; only the site file's, where there is one."""
        read = []
        for candidate in candidates:
            parsed = parse_date(candidate.value, month_first=self.month_first, zone=self.zone)
            if parsed is not None and parsed.day <= self.latest.date() and (parsed.instant is None or parsed.instant <= self.latest):
                read.append(_Read(candidate=candidate, parsed=parsed))
        return [found for found in read if is_final(found.candidate)][:1] or read


def _consistent(published: list[_Read]) -> list[_Read]:
    """Without declarations of many days under one name: they belong to a list of stories."""
    days: dict[str, set[date]] = {}
    for read in published:
        days.setdefault(read.candidate.source, set()).add(read.parsed.day)
    return [read for read in published if _is_shown(read) or len(days[read.candidate.source]) <= MAX_DAYS_OF_A_SOURCE]


def _is_shown(read: _Read) -> bool:
    return read.candidate.source.startswith(_SHOWN)


def _not_changes(published: list[_Read], modified: list[_Read]) -> list[_Read]:
    """Without the dates of no clear meaning that a page also gives as that of its last change, if others are declared as published."""
    changed = {read.parsed.day for read in modified}
    meant = [read for read in published if rank(read.candidate.source, _UNCLEAR) == len(_UNCLEAR)]
    return [read for read in published if read in meant or read.parsed.day not in changed] if meant else published


def _agreed(published: list[_Read]) -> list[_Read]:
    """The dates, or only those of a day that two kinds of source give, where the best source stands alone with another."""
    kinds: dict[date, set[str]] = {}
    for read in published:
        if read.parsed.precision not in {"month", "year"} and (kind := _kind(read.candidate.source)):
            kinds.setdefault(read.parsed.day, set()).add(kind)
    if not published or len(kinds.get(published[0].parsed.day, ())) > 1:
        return published
    agreed = next((day for day, sources in kinds.items() if len(sources) > 1), None)
    return published if agreed is None else [read for read in published if read.parsed.day == agreed]


def _kind(source: str) -> str | None:
    """What a source reads: the page's own kinds of declaration are told apart, all that is shown is one kind, a guess is none."""
    if source.startswith(_SHOWN):
        return "shown"
    if source.startswith(_GUESSES):
        return None
    return next((kind for kind in ("json-ld", "microdata", "url", "title") if source.startswith(kind)), "meta")


def _most_precise(read: Sequence[_Read]) -> _Read | None:
    """The best source's date, or another's that gives the same day with an instant, or a whole day within the month or year that it gives."""
    if not read:
        return None
    best = next((found for found in read if found.parsed.precision not in {"month", "year"}), read[0])
    if best.parsed.instant is None or best.parsed.has_assumed_zone:
        same_day = [found for found in read if found.parsed.instant is not None and found.parsed.day == best.parsed.day]
        return min(same_day, key=lambda found: found.parsed.has_assumed_zone, default=best)
    return best


def _in_publishers_day(best: _Read | None, published: Sequence[_Read], zone: tzinfo | None) -> _Read | None:
    """The date with the day that the site's zone or the page shows, where the best source gives its instant in UTC: midnight there is none of the publisher's."""
    instant = best.parsed.instant if best is not None else None
    if best is None or instant is None or instant.utcoffset() != timedelta(0):
        return best
    if zone is not None:
        return replace(best, parsed=replace(best.parsed, day=instant.astimezone(zone).date()))
    local = next((read for read in published if read.parsed.instant == instant and read.parsed.day != best.parsed.day), None)
    shown = [read for read in published if _is_shown(read) and read.parsed.instant is None and read.parsed.precision == "day"]
    if local is None and best.parsed.day not in {read.parsed.day for read in shown}:
        local = next((read for read in shown[:1] if abs(read.parsed.day - best.parsed.day) == timedelta(days=1)), None)
    return best if local is None else replace(best, parsed=replace(best.parsed, day=local.parsed.day))
