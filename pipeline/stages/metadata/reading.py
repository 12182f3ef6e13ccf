"""The reading half: every value that a page's tree proposes for a metadata field, raw and with its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from htmldate import find_date
from lxml.html import HtmlElement

from pipeline.records import Candidate, Flag, Image, MetaField
from pipeline.stages.metadata.date_parsing import parse_date
from pipeline.stages.metadata.figures import figure_images, resolved_images
from pipeline.stages.metadata.json_ld import PageIdentity, linked_candidates, linked_images, read_linked_data
from pipeline.stages.metadata.meta_tags import card_image, head_candidates
from pipeline.stages.metadata.microdata import microdata_candidates
from pipeline.stages.metadata.outline import Outline, outline_of, text_of
from pipeline.stages.metadata.proposals import propose
from pipeline.stages.metadata.visible import (
    breadcrumb_candidates,
    byline_candidates,
    date_candidates,
    heading_candidates,
    paywall_candidates,
    standfirst_candidates,
)

MAX_CANDIDATES: Final = 400
_URL_DATE: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:([/\-_])(\d\d?)\2(\d\d(?!\d)|\d(?=/|$))|(\d\d)(\d\d)(?!\d))")


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
    candidates = [*linked_candidates(linked), *head, *microdata_candidates(outline), *_visible(outline), *_url_date(url, head)]
    if not any(candidate.field is MetaField.DATE_PUBLISHED and parse_date(candidate.value) for candidate in candidates):
        candidates.extend(_guessed_date(tree, url, candidates))
    card = card_image(tree)
    pictures = [*([card] if card is not None else []), *linked_images(linked), *figure_images(outline)]
    return PageMetadata(candidates=tuple(dict.fromkeys(candidates))[:MAX_CANDIDATES], images=resolved_images(pictures, url))


def _visible(outline: Outline) -> Iterator[Candidate]:
    yield from heading_candidates(outline)
    yield from byline_candidates(outline)
    yield from date_candidates(outline)
    yield from standfirst_candidates(outline)
    yield from breadcrumb_candidates(outline)
    yield from paywall_candidates(outline)


def _scripts(tree: HtmlElement) -> Iterator[str]:
    for script in tree.iter("script"):
        if "ld+json" in script.get("type", "").lower() and script.text:
            yield script.text


def _identity(url: str | None, head: list[Candidate], outline: Outline) -> PageIdentity:
    urls = [candidate.value for candidate in head if candidate.field is MetaField.CANONICAL_URL]
    titles = [candidate.value for candidate in head if candidate.field is MetaField.TITLE]
    if outline.headline is not None:
        titles.append(text_of(outline.headline.element))
    return PageIdentity(urls=tuple(filter(None, [url, *urls])), titles=tuple(titles))


def _url_date(url: str | None, head: list[Candidate]) -> Iterator[Candidate]:
    """The day in the page's address, or else in its canonical one."""
    for address in filter(None, [url, *(candidate.value for candidate in head if candidate.field is MetaField.CANONICAL_URL)]):
        if found := _URL_DATE.search(address):
            day = f"{found[1]}-{int(found[3] or found[5]):02}-{int(found[4] or found[6]):02}"
            if parse_date(day) is not None:
                yield from propose(MetaField.DATE_PUBLISHED, "url", day)
                return


def _guessed_date(tree: HtmlElement, url: str | None, candidates: list[Candidate]) -> Iterator[Candidate]:
    """What htmldate makes of the page, unless it is a day that the page gives as that of a change.

    Without its search through all text: half of what that found was wrong, and the guess costs more than all the rest of this module as it is.
    """
    changed = {
        parsed.day.isoformat() for candidate in candidates if candidate.field is MetaField.DATE_MODIFIED and (parsed := parse_date(candidate.value))
    }
    day = find_date(tree, original_date=True, extensive_search=False, url=url)
    if day not in changed:
        yield from propose(MetaField.DATE_PUBLISHED, "htmldate", day)
