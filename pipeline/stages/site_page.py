"""A page of a site that has a rule file of its own: the file's selectors say where the article and its metadata stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bs4 import BeautifulSoup
from bs4.element import Tag

from pipeline.records import Candidate, MetaField
from pipeline.rules import SiteRules
from pipeline.stages.words import squeeze

# Where markup keeps a value that its text only paraphrases: <time datetime>, <meta content>.
_VALUE_ATTRIBUTES: Final = ("datetime", "content")
_ATTRIBUTES: Final = {MetaField.CANONICAL_URL: ("href",), MetaField.IMAGE: ("data-src", "src", "href"), MetaField.LANGUAGE: ("lang",)}
_ITEMS: Final = {MetaField.KEYWORD: "a, li:not(:has(a))", MetaField.IMAGE: "img"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePage:
    """What a site's selectors make of a page."""

    markup: str  # the page, or the element that holds the article, without what the file removes
    candidates: tuple[Candidate, ...]  # the fields that the file names; they win over every other source


def site_page(text: str, site: SiteRules) -> SitePage:
    """Returns the page as its site's file wants it read; where the body's selector finds nothing, the whole page."""
    soup = BeautifulSoup(text, "lxml")
    candidates = tuple(
        Candidate(field=field, source=f"site:{site.domain}", value=value)
        for field, selector in site.fields
        for element in soup.select(selector)
        for value in _values(element, field)
    )
    for selector in site.remove:
        for element in soup.select(selector):
            element.decompose()
    body = soup.select_one(site.body) if site.body else None
    return SitePage(markup=str(body or soup), candidates=candidates)


def _values(element: Tag, field: MetaField) -> list[str]:
    """What an element gives a field: for most its one value, for lists each of its items, for a paywall that it is there."""
    if field is MetaField.PAYWALL:
        return ["true"]
    items = [_value(item, field) for item in element.select(_ITEMS[field])] if field in _ITEMS else []
    return list(filter(None, items if len(items) > 1 else [_value(element, field)]))


def _value(element: Tag, field: MetaField) -> str:
    stated = next((str(element[name]) for name in (*_ATTRIBUTES.get(field, ()), *_VALUE_ATTRIBUTES) if element.get(name)), None)
    return squeeze(stated or element.get_text(" "))
