"""The choosing half: of all candidates one value for each metadata column, with the source that won."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Final

from pipeline.records import Candidate, Flag, Image
from pipeline.stages.metadata.authors import choose_authors, choose_byline
from pipeline.stages.metadata.choice import Choice
from pipeline.stages.metadata.dates import Dates, choose_dates
from pipeline.stages.metadata.images import choose_images
from pipeline.stages.metadata.language import DETECTED, choose_language
from pipeline.stages.metadata.site import choose_site_name, host_of, site_names, site_of
from pipeline.stages.metadata.text_fields import (
    choose_article_type,
    choose_description,
    choose_free_access,
    choose_keywords,
    choose_section,
    choose_standfirst,
)
from pipeline.stages.metadata.title import choose_title
from pipeline.stages.metadata.urls import choose_canonical

# The keys of `field_sources`. The store's schema has the same list, in the same order; a test holds the two equal.
SOURCED_FIELDS: Final = (
    *("canonical_url", "site_name", "title", "standfirst", "description", "authors", "date_published", "date_modified"),
    *("language", "section", "keywords", "article_type", "is_accessible_for_free", "images"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The metadata columns of an article; see the schema of `articles` for what each means."""

    url: str | None
    canonical_url: str | None
    host: str | None
    site: str | None
    site_name: str | None
    title: str | None
    standfirst: str | None
    description: str | None
    authors: tuple[str, ...]
    byline_raw: str | None
    date_published: datetime | None
    date_published_day: date | None
    date_published_precision: str | None
    date_published_raw: str | None
    date_modified: datetime | None
    language: str | None
    language_confidence: float | None
    section: str | None
    keywords: tuple[str, ...]
    article_type: str | None
    images: tuple[Image, ...]
    is_accessible_for_free: bool | None
    field_sources: dict[str, str | None]
    flags: frozenset[Flag]


def choose_metadata(  # noqa: PLR0913 - what is known of a page, each by its name
    candidates: Sequence[Candidate],
    images: Sequence[Image],
    *,
    url: str | None,
    fetched_at: datetime | None,
    text: str,
    language: str | None,
    language_confidence: float | None,
    time_zone: tzinfo | None = None,
) -> Metadata:
    """Returns the metadata that the candidates agree on best; `language` is the one detected on the text, if any, `time_zone` the site's own, if known."""
    canonical, refused = choose_canonical(candidates, url)
    address = canonical.value
    spoken = choose_language(candidates, language)
    dates = choose_dates(candidates, url=address, fetched_at=fetched_at, language=spoken.value, time_zone=time_zone)
    choices: dict[str, Choice[Any]] = {
        **_named(candidates, address, text),
        "canonical_url": canonical,
        "date_published": Choice(dates.published, dates.published_source),
        "date_modified": Choice(dates.modified, dates.modified_source),
        "language": spoken,
        "images": choose_images(images, address, candidates),
    }
    return Metadata(
        **{name: choices[name].value for name in SOURCED_FIELDS},
        field_sources={name: choices[name].source for name in SOURCED_FIELDS},
        url=url,
        host=host_of(address),
        site=site_of(address),
        byline_raw=choose_byline(candidates),
        date_published_day=dates.published_day,
        date_published_precision=dates.precision,
        date_published_raw=dates.raw,
        language_confidence=language_confidence if spoken.source == DETECTED else None,
        flags=_flags(dates, refused=refused),
    )


def _named(candidates: Sequence[Candidate], address: str | None, text: str) -> dict[str, Choice[Any]]:
    """The choices that neither dates nor pictures have a part in, by the names of their columns."""
    names = site_names(candidates, address)
    title, site_name = choose_title(candidates, names, address), choose_site_name(candidates)
    return {
        "title": title,
        "site_name": site_name,
        "standfirst": choose_standfirst(candidates, title.value, text),
        "description": choose_description(candidates),
        "authors": choose_authors(candidates, names, site_name.value),
        "section": choose_section(candidates, title.value, names),
        "keywords": choose_keywords(candidates),
        "article_type": choose_article_type(candidates),
        "is_accessible_for_free": choose_free_access(candidates),
    }


def _flags(dates: Dates, *, refused: bool) -> frozenset[Flag]:
    raised = ((Flag.CANONICAL_REFUSED, refused), (Flag.DATE_WITHOUT_OFFSET, dates.lacks_offset), (Flag.SITE_TIME_ZONE, dates.has_site_zone))
    return frozenset(flag for flag, is_raised in raised if is_raised)
