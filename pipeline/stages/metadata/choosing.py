"""The choosing half: of all candidates one value for each metadata column, with the source that won."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final

from pipeline.records import Candidate, Flag, Image
from pipeline.stages.metadata.authors import choose_authors, choose_byline
from pipeline.stages.metadata.dates import Dates, choose_dates
from pipeline.stages.metadata.images import choose_images
from pipeline.stages.metadata.language import choose_language
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
    names = site_names(candidates, address)
    title = choose_title(candidates, names, address)
    spoken = choose_language(candidates, language)
    dates = choose_dates(candidates, url=address, fetched_at=fetched_at, language=spoken.value, time_zone=time_zone)
    site_name, section = choose_site_name(candidates), choose_section(candidates, title.value, names)
    standfirst, description = choose_standfirst(candidates, title.value, text), choose_description(candidates)
    authors, keywords = choose_authors(candidates, names, site_name.value), choose_keywords(candidates)
    article_type, free = choose_article_type(candidates), choose_free_access(candidates)
    pictures = choose_images(images, address)
    return Metadata(
        url=url,
        canonical_url=canonical.value,
        host=host_of(address),
        site=site_of(address),
        site_name=site_name.value,
        title=title.value,
        standfirst=standfirst.value,
        description=description.value,
        authors=authors.value,
        byline_raw=choose_byline(candidates),
        date_published=dates.published,
        date_published_day=dates.published_day,
        date_published_precision=dates.precision,
        date_published_raw=dates.raw,
        date_modified=dates.modified,
        language=spoken.value,
        language_confidence=language_confidence if language is not None else None,
        section=section.value,
        keywords=keywords.value,
        article_type=article_type.value,
        images=pictures,
        is_accessible_for_free=free.value,
        field_sources={
            "canonical_url": canonical.source,
            "site_name": site_name.source,
            "title": title.source,
            "standfirst": standfirst.source,
            "description": description.source,
            "authors": authors.source,
            "date_published": dates.published_source,
            "date_modified": dates.modified_source,
            "language": spoken.source,
            "section": section.source,
            "keywords": keywords.source,
            "article_type": article_type.source,
            "is_accessible_for_free": free.source,
            "images": "page" if pictures else None,
        },
        flags=_flags(dates, refused=refused),
    )


def _flags(dates: Dates, *, refused: bool) -> frozenset[Flag]:
    raised = ((Flag.CANONICAL_REFUSED, refused), (Flag.DATE_WITHOUT_OFFSET, dates.lacks_offset), (Flag.SITE_TIME_ZONE, dates.has_site_zone))
    return frozenset(flag for flag, is_raised in raised if is_raised)
