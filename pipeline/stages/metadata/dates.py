"""When the article was published and last changed: the instant where the offset is known, and the publisher's calendar day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.choice import candidates_for, rank
from pipeline.stages.metadata.date_parsing import ParsedDate, parse_date
from pipeline.stages.metadata.site import host_of

FUTURE_TOLERANCE: Final = timedelta(days=2)  # clocks, and calendars ahead of ours

_PUBLISHED: Final = (
    *(
        "site:",
        "json-ld:datePublished",
        "meta:article:published_time",
        "article:published_time",
        "microdata:datepublished",
        "parsely-pub-date",
        "sailthru.date",
    ),
    *(
        "og:*",
        "article:*",
        "dc.date.issued",
        "dcterms.issued",
        "cxense*",
        "citation_*",
        "meta:date",
        "meta:*",
        "dc*",
        "time:published",
        "class:published",
    ),
    *("time", "time:text", "class:date", "text:near-headline", "json-ld:WebPage.datePublished", "json-ld:*", "microdata:*", "url", "htmldate"),
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
_UNCLEAR: Final = ("meta:*", "dc*", "time", "time:text", "class:date", "text:near-headline", "htmldate")
_VISIBLE: Final = ("time", "class:", "text:")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    candidate: Candidate
    parsed: ParsedDate


def choose_dates(candidates: Sequence[Candidate], *, url: str | None, fetched_at: datetime | None, language: str | None) -> Dates:
    """Returns the article's dates; what lies in the future of the fetch (or of now) by two days or more is refused, like what is older than the web."""
    latest = (fetched_at or datetime.now(UTC)) + FUTURE_TOLERANCE
    month_first = reads_month_first(candidates, url, language)
    published = _read(candidates_for(candidates, MetaField.DATE_PUBLISHED, _PUBLISHED), latest, month_first=month_first)
    modified = _read(candidates_for(candidates, MetaField.DATE_MODIFIED, _MODIFIED), latest, month_first=month_first)
    changed = next((read for read in modified if read.parsed.instant is not None), None)
    best = _in_publishers_day(_most_precise(_not_changes(published, modified)), published)
    return Dates(
        published=best.parsed.instant if best else None,
        published_day=best.parsed.day if best else None,
        precision=best.parsed.precision if best else None,
        raw=best.candidate.value if best else None,
        published_source=best.candidate.source if best else None,
        modified=changed.parsed.instant if changed else None,
        modified_source=changed.candidate.source if changed else None,
        lacks_offset=best is not None and best.parsed.has_time and best.parsed.instant is None,
    )


def reads_month_first(candidates: Sequence[Candidate], url: str | None, language: str | None) -> bool:
    """Returns whether 3/4/2016 means the 4th of March here: American pages, as far as locale, language and domain tell."""
    locales = [candidate.value.replace("_", "-").lower() for candidate in candidates if candidate.field is MetaField.LANGUAGE]
    regional = next((locale for locale in locales if locale.startswith("en-")), None)
    if regional is not None:
        return regional in {"en-us", "en-ph"}
    speaks_english = (language or "").startswith("en") or "en" in locales
    return speaks_english and (host_of(url) or ".com").endswith(_MONTH_FIRST_DOMAINS)


def _read(candidates: Sequence[Candidate], latest: datetime, *, month_first: bool) -> list[_Read]:
    read = []
    for candidate in candidates:
        parsed = parse_date(candidate.value, month_first=month_first)
        if parsed is not None and parsed.day <= latest.date() and (parsed.instant is None or parsed.instant <= latest):
            read.append(_Read(candidate=candidate, parsed=parsed))
    return read


def _not_changes(published: list[_Read], modified: list[_Read]) -> list[_Read]:
    """Without the dates of no clear meaning that a page also gives as that of its last change, if others are declared as published."""
    changed = {read.parsed.day for read in modified}
    meant = [read for read in published if rank(read.candidate.source, _UNCLEAR) == len(_UNCLEAR)]
    return [read for read in published if read in meant or read.parsed.day not in changed] if meant else published


def _most_precise(read: Sequence[_Read]) -> _Read | None:
    """The best source's date, or another's that gives the same day with an instant, or a whole day within the month or year that it gives."""
    if not read:
        return None
    best = next((found for found in read if found.parsed.precision not in {"month", "year"}), read[0])
    if best.parsed.instant is None:
        return next((found for found in read if found.parsed.instant is not None and found.parsed.day == best.parsed.day), best)
    return best


def _in_publishers_day(best: _Read | None, published: Sequence[_Read]) -> _Read | None:
    """The date with the day that the page shows, where the best source gives its instant in UTC: midnight there is none of the publisher's."""
    instant = best.parsed.instant if best is not None else None
    if best is None or instant is None or instant.utcoffset() != timedelta(0):
        return best
    local = next((read for read in published if read.parsed.instant == instant and read.parsed.day != best.parsed.day), None)
    shown = [
        read for read in published if read.candidate.source.startswith(_VISIBLE) and read.parsed.instant is None and read.parsed.precision == "day"
    ]
    if local is None and best.parsed.day not in {read.parsed.day for read in shown}:
        local = next((read for read in shown[:1] if abs(read.parsed.day - best.parsed.day) == timedelta(days=1)), None)
    return best if local is None else _Read(candidate=best.candidate, parsed=replace(best.parsed, day=local.parsed.day))
