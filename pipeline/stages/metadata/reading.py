"""The reading half: every value that a page's tree proposes for a metadata field, raw and with its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from pipeline.records import Candidate, Flag, Image, MetaField
from pipeline.stages.metadata.bylines import byline_candidates
from pipeline.stages.metadata.date_parsing import parse_date
from pipeline.stages.metadata.figures import figure_images, resolved_images
from pipeline.stages.metadata.headings import heading_candidates
from pipeline.stages.metadata.json_ld import PageIdentity, linked_candidates, linked_images, read_linked_data
from pipeline.stages.metadata.meta_tags import card_image, head_candidates
from pipeline.stages.metadata.microdata import microdata_candidates
from pipeline.stages.metadata.other_dates import address_dates, guessed_dates, labelled_dates, short_lines, title_dates
from pipeline.stages.metadata.outline import Outline, outline_of, text_of
from pipeline.stages.metadata.paywall import paywall_candidates
from pipeline.stages.metadata.shown_dates import shown_dates
from pipeline.stages.metadata.visible import (
    breadcrumb_candidates,
    standfirst_candidates,
)

MAX_CANDIDATES: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMetadata:
    """What a page proposes, before anything is chosen."""

    candidates: tuple[Candidate, ...]
    images: tuple[Image, ...]
    flags: frozenset[Flag] = frozenset()


def read_candidates(tree: HtmlElement, url: str | None) -> PageMetadata:
    """Returns every candidate and picture of a page; the tree is left as it is."""
    head = list(head_candidates(tree))
    titles = tuple(candidate.value for candidate in head if candidate.field is MetaField.TITLE)
    outline = outline_of(tree, titles)
    linked = read_linked_data(_scripts(tree), _identity(url, head, outline))
    candidates = [*linked_candidates(linked), *head, *microdata_candidates(outline), *_visible(outline)]
    candidates.extend(_dates_elsewhere(tree, url, candidates))
    card = card_image(tree)
    pictures = [*([card] if card is not None else []), *linked_images(linked), *figure_images(outline)]
    return PageMetadata(
        candidates=tuple(dict.fromkeys(candidates))[:MAX_CANDIDATES],
        images=resolved_images(pictures, url),
        flags=frozenset() if linked.whole else frozenset({Flag.JSON_LD_UNREAD}),
    )


def _visible(outline: Outline) -> Iterator[Candidate]:
    yield from heading_candidates(outline)
    yield from byline_candidates(outline)
    yield from shown_dates(outline)
    yield from standfirst_candidates(outline)
    yield from breadcrumb_candidates(outline)
    yield from paywall_candidates(outline)


def _scripts(tree: HtmlElement) -> Iterator[str]:
    for script in tree.iter("script"):
        if "ld+json" in script.get("type", "").lower() and script.text and not script.text.isspace():
            yield script.text


def _identity(url: str | None, head: list[Candidate], outline: Outline) -> PageIdentity:
    urls = [candidate.value for candidate in head if candidate.field is MetaField.CANONICAL_URL]
    titles = [candidate.value for candidate in head if candidate.field is MetaField.TITLE]
    if outline.headline is not None:
        titles.append(text_of(outline.headline.element))
    return PageIdentity(urls=tuple(filter(None, [url, *urls])), titles=tuple(titles))


def _dates_elsewhere(tree: HtmlElement, url: str | None, candidates: list[Candidate]) -> Iterator[Candidate]:
    """The day in the title or in the page's address, or else in its canonical one; where no date was found at all, what the rest of the page says."""

    def values(field: MetaField) -> list[str]:
        return [candidate.value for candidate in candidates if candidate.field is field]

    found = [*title_dates(values(MetaField.TITLE)), *address_dates(filter(None, [url, *values(MetaField.CANONICAL_URL)]))]
    yield from found
    stated = values(MetaField.DATE_PUBLISHED)
    if not found and not any(map(parse_date, stated)):
        labelled = list(labelled_dates(short_lines(tree)))
        yield from labelled or guessed_dates(tree, url, values(MetaField.DATE_MODIFIED), stated)
