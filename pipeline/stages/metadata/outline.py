"""One walk over a page: which elements may hold its headline, byline, dates and the like, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Final

import re2
from lxml.etree import iterwalk
from lxml.html import HtmlElement

from pipeline.stages.metadata.agreement import overlap
from pipeline.stages.metadata.page_lines import MAX_ANCESTORS, SILENT_TAGS, elements_around, elements_below, end_of_head, lines_of, strings_of

MAX_ELEMENTS: Final = 60_000
MAX_MARKED: Final = 200  # of one kind
MAX_HEADINGS: Final = 20
MAX_NAME_CHARACTERS: Final = 300  # of a class or id; what follows says nothing, and is not worth a place in the cache
MAX_TEXT_CHARACTERS: Final = 600
MAX_TEXT_PIECES: Final = 100


class Mark(StrEnum):
    """What an element's tag or class says that it holds."""

    H1 = "h1"
    HEADLINE = "headline"
    TIME = "time"
    DATE = "date"
    AUTHOR = "author"
    BYLINE = "byline"
    STANDFIRST = "standfirst"
    BREADCRUMB = "breadcrumb"
    PAYWALL = "paywall"
    FIGURE = "figure"
    ITEM = "item"  # microdata
    PROFILE = "profile"  # a link to an author's page


_CLASS_MARKS: Final = (
    (Mark.HEADLINE, re.compile(r"headline|(?:entry|post|article|page|story|news|content|main|blog)[-_]*(?:heading|title)|^title$|\btitle\b", re.IGNORECASE)),
    (Mark.BYLINE, re.compile(r"by-?line|posted-by|written-by|contributors?\b|signature\b|credits?-author", re.IGNORECASE)),
    (Mark.AUTHOR, re.compile(r"auth?or(?!ity|iz|is)|\bauteur|redakteur|verfasser|\bwriter|reporter\b|journalist|\busername\b|\bfn\b|\bvcard\b", re.IGNORECASE)),
    (Mark.DATE, re.compile(r"date(?!-?picker)|publish|posted-on|\bposted\b|timestamp|time-?stamp|\btime\b|datum|fecha|\bdatetime|pubdate", re.IGNORECASE)),
    (Mark.STANDFIRST, re.compile(r"stand-?first|sub-?(?:title|headline|heading|head|hed|line)\b|(?:\b|_)de[ck]k?\b|\blede?\b|einleitung|article-(?:lead|intro|summary|excerpt|chapo)|__(?:lead|intro|dek|lede|summary|chapo)\b|\bchapo|vorspann|entradilla|\bbajada|sottotitolo|strapline", re.IGNORECASE)),
    (Mark.BREADCRUMB, re.compile(r"bread-?crumb", re.IGNORECASE)),
    (Mark.PAYWALL, re.compile(r"pay-?wall|reg-?wall|subscribers?-only|premium-(?:wall|teaser|offer)", re.IGNORECASE)),
)  # fmt: skip
# One of these stands in every name that the patterns match. Looking for them first, in one automaton, costs a twentieth of the patterns.
_STEMS: Final = re2.compile(
    r"(?i)headline|title|heading|by-?line|posted|written-by|contributor|signature|author|autor|auteur|redakteur|verfasser|writer|reporter|journalist|"
    r"\busername\b|\bfn\b|\bvcard\b|date|publish|time|datum|fecha|stand-?first|subhe|sub-?line|dec?k|einleitung|lede?\b|lead|intro|summary|excerpt|chapo|vorspann|entradilla|"
    r"bajada|sottotitolo|strapline|bread-?crumb|pay-?wall|reg-?wall|subscribers?-only|premium-"
)
_PROFILE_ADDRESS: Final = re.compile(
    r"[/?](?:authors?|autor(?:en|es|in|i|a|e)?|auteurs?|redakteur\w*|contributors?|writers?|journalists?|reporters?|columnists?)[/=_-]", re.IGNORECASE
)
_TAG_MARKS: Final = {"h1": Mark.H1, "time": Mark.TIME, "figure": Mark.FIGURE}
_FOREIGN_ZONE: Final = re.compile(
    r"related|recommend|promo|teaser|side-?bar|comment|\bnav|menu|widget|popular|trending|newsletter|\bcards?\b|carousel|"
    r"most-?read|read-?(?:more|next|also)|more-?(?:from|stories|news)|latest|outbrain|taboola|subscribe|similar|next-?(?:post|article)|prev(?:ious)?-",
    re.IGNORECASE,
)
_FOREIGN_TAGS: Final = frozenset({"nav", "aside"})
_ARTICLE_NAME: Final = re.compile(r"\b(?:h-?entry|post|article)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An element and its place in document order."""

    element: HtmlElement
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The marked elements of a page by kind, in document order, and the headline that the others stand around."""

    marked: dict[Mark, tuple[Placed, ...]]
    headline: Placed | None
    headline_and_above: frozenset[HtmlElement]  # the headline and all that it stands in
    around_headline: tuple[str, ...]  # the pieces of text shortly after it, the first prose the last, and then those shortly before
    below_prose: tuple[str, ...]  # those that follow the first prose, without those of comments, cards and the like
    lines_around_headline: tuple[str, ...]  # the same, as lines: pieces that no block parts are one
    lines_below: tuple[str, ...]  # the lines that follow: the article and its end

    def near(self, mark: Mark) -> list[Placed]:
        """Returns the elements of that kind that belong to the article, those nearest to the headline first."""
        own = [placed for placed in self.marked[mark] if not self.is_foreign(placed.element)]
        start = self.headline.order if self.headline is not None else 0
        # What stands before the headline counts as three times as far: dates and names follow it more often.
        return sorted(own, key=lambda placed: placed.order - start if placed.order >= start else 3 * (start - placed.order))

    def is_foreign(self, element: HtmlElement) -> bool:
        """Returns whether an element stands in navigation, a footer, a card of another story or the like, apart from the headline."""
        return _stands_apart(element, self.headline_and_above)


def outline_of(tree: HtmlElement, titles: tuple[str, ...]) -> Outline:
    """Returns the page's outline; the headline is the heading that agrees best with the titles that the head declares."""
    elements: list[HtmlElement] = []
    marked: dict[Mark, list[Placed]] = {mark: [] for mark in Mark}
    for order, element in enumerate(islice(tree.iter("*"), MAX_ELEMENTS)):
        elements.append(element)
        tag, of = element.tag, element.get
        marks = _marks(tag, of("class"), of("id"), of("rel"), of("itemprop"))
        if tag == "a" and _PROFILE_ADDRESS.search(of("href", "")):
            marks = (*marks, Mark.PROFILE)
        for mark in marks:
            if len(marked[mark]) < MAX_MARKED:
                marked[mark].append(Placed(element=element, order=order))
    headline = _headline(marked[Mark.H1], marked[Mark.HEADLINE], titles)
    above = frozenset([headline.element, *headline.element.iterancestors()] if headline is not None else ())
    around = elements_around(elements, headline.order) if headline is not None else [[], []]
    after, before = (list(strings_of(part)) for part in around)
    head = end_of_head([text for text, _ in after])
    below = elements_below(elements, headline.order) if headline is not None else []
    return Outline(
        marked={mark: tuple(placed) for mark, placed in marked.items()},
        headline=headline,
        headline_and_above=above,
        around_headline=tuple(text for text, _ in (*after[:head], *before)),
        below_prose=tuple(text for text, element in after[head:] if not _stands_apart(element, above)),
        lines_around_headline=tuple(line for part in around for line in lines_of(part, above)),
        lines_below=tuple(lines_of(below, above)),
    )


def text_of(element: HtmlElement) -> str:
    """Returns an element's text with its pieces parted by one blank, up to a length that no field exceeds."""
    return " ".join(" ".join(islice(text_pieces(element), MAX_TEXT_PIECES)).split())[:MAX_TEXT_CHARACTERS]


def text_pieces(element: HtmlElement) -> Iterator[str]:
    """Yields the strings below an element that a browser would show, in order."""
    walk = iterwalk(element, events=("start", "end"))
    for event, node in walk:
        if event == "start" and node.tag in SILENT_TAGS:
            walk.skip_subtree()
        elif event == "start" and node.text:
            yield node.text
        elif event == "end" and node is not element and node.tail:
            yield node.tail


@lru_cache(maxsize=4_096)
def _marks(tag: str, classes: str | None, ident: str | None, rel: str | None, item: str | None) -> tuple[Mark, ...]:
    """What tag and attributes say; a page repeats its class names a hundred times, hence the cache."""
    marks = (_TAG_MARKS[tag],) if tag in _TAG_MARKS else ()
    if item:
        marks = (*marks, Mark.ITEM)
    names = " ".join([name[:MAX_NAME_CHARACTERS] for name in (classes, ident, rel) if name])
    if not names or not _STEMS.search(names):
        return marks
    return (*marks, *(mark for mark, pattern in _CLASS_MARKS if pattern.search(names)))


@lru_cache(maxsize=8_192)
def _names_foreign_zone(classes: str, ident: str) -> bool:
    return _FOREIGN_ZONE.search(f"{classes} {ident}") is not None


def _is_article(element: HtmlElement) -> bool:
    return element.tag == "article" or _ARTICLE_NAME.search(element.get("class", "")) is not None


@lru_cache(maxsize=8_192)
def _names_footer(classes: str, ident: str) -> bool:
    return "footer" in f"{classes} {ident}".lower()


def _headline(first_headings: list[Placed], by_class: list[Placed], titles: tuple[str, ...]) -> Placed | None:
    """The h1 most like the declared titles; where none is, a lower heading that is like them by class and text; else the first h1."""
    declared = [title for title in dict.fromkeys(titles) if title][:3]
    headings = [
        placed for placed in by_class if placed.element.tag in {"h2", "h3", "h4", "div", "span", "p"} and placed.element.find(".//h1") is None
    ]
    return _most_like(first_headings, declared, 0.3) or _most_like(headings, declared, 0.55) or next(iter(first_headings), None)


def _most_like(headings: list[Placed], titles: list[str], minimum: float) -> Placed | None:
    """The first heading of those that share most words with a title, if these are a good part of both."""
    best, best_agreement = None, minimum
    for placed in headings[:MAX_HEADINGS]:
        text = text_of(placed.element)
        if text and len(text) < 400:
            # A section's label is part of many titles: a text much shorter than the title agrees less.
            agreement = max((overlap(text, title) * min(1.0, 2 * len(text) / len(title)) for title in titles), default=0.0)
            if agreement > best_agreement + 0.01:
                best, best_agreement = placed, agreement
    return best


def _stands_apart(element: HtmlElement, headline_and_above: frozenset[HtmlElement]) -> bool:
    """Whether one of the elements around it, below those around the headline too, belongs to something else."""
    in_footer = False
    for ancestor in islice(element.iterancestors(), MAX_ANCESTORS):
        if ancestor in headline_and_above:
            return in_footer and not _is_article(ancestor)  # which may have a footer of its own
        names = (ancestor.get("class", "")[:MAX_NAME_CHARACTERS], ancestor.get("id", "")[:MAX_NAME_CHARACTERS])
        if ancestor.tag in _FOREIGN_TAGS or _names_foreign_zone(*names):
            return True
        in_footer = in_footer or ancestor.tag == "footer" or _names_footer(*names)
    return in_footer
