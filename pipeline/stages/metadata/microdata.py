"""What itemprop attributes say of the page's own article."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.outline import Mark, Outline, text_of
from pipeline.stages.metadata.proposals import propose

MAX_ELEMENTS_OF_ITEM: Final = 50  # searched for its name

_FIELDS: Final = {
    "headline": MetaField.TITLE,
    "description": MetaField.DESCRIPTION,
    "datepublished": MetaField.DATE_PUBLISHED,
    "datecreated": MetaField.DATE_PUBLISHED,
    "datemodified": MetaField.DATE_MODIFIED,
    "articlesection": MetaField.SECTION,
    "keywords": MetaField.KEYWORD,
    "inlanguage": MetaField.LANGUAGE,
    "author": MetaField.AUTHOR,
    "creator": MetaField.AUTHOR,
    "publisher": MetaField.SITE_NAME,
    "isaccessibleforfree": MetaField.ACCESSIBLE_FOR_FREE,
}
_ARTICLE_TYPES: Final = ("article", "posting", "newsarticle", "report", "recipe", "review", "webpage", "creativework")


def microdata_candidates(outline: Outline) -> Iterator[Candidate]:
    """Yields the properties of the first article item, or of none; those of other items belong to other stories, comments or persons."""
    own: HtmlElement | None = None
    for placed in outline.marked[Mark.ITEM]:
        element = placed.element
        names = element.get("itemprop", "").lower().split()
        item = _item_of(element)
        if item is not None and (not _is_article(item) or outline.is_foreign(element)):
            continue
        own = item if own is None else own
        if item is not None and own is not None and item is not own and not _holds(item, outline):
            continue
        for name in names:
            if name in _FIELDS:
                yield from propose(_FIELDS[name], f"microdata:{name}", _value(element))


def _item_of(element: HtmlElement) -> HtmlElement | None:
    """The item that a property belongs to."""
    return next((ancestor for ancestor in element.iterancestors() if ancestor.get("itemscope") is not None), None)


def _is_article(item: HtmlElement) -> bool:
    return str(item.get("itemtype", "")).strip().lower().endswith(_ARTICLE_TYPES)


def _holds(item: HtmlElement, outline: Outline) -> bool:
    """Whether the headline stands in that item."""
    return outline.headline is not None and item in outline.headline.element.iterancestors()


def _value(element: HtmlElement) -> str | None:
    """A property's value: an attribute made for it, the name of an item inside, else the text."""
    for attribute in ("content", "datetime"):
        if value := element.get(attribute):
            return str(value)
    for inner in islice(element.iter("*"), MAX_ELEMENTS_OF_ITEM):
        if inner is not element and inner.get("itemprop", "").lower() == "name":
            return inner.get("content") or text_of(inner)
    return text_of(element)
