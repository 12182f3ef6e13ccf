"""What a reader sees of the metadata: headings, bylines, dates, standfirst and breadcrumbs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice, pairwise
from typing import Final

from lxml.html import HtmlElement

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.change_words import says_changed
from pipeline.stages.metadata.date_parsing import parse_date
from pipeline.stages.metadata.names import is_reviewers
from pipeline.stages.metadata.outline import Mark, Outline, Placed, text_of, text_pieces
from pipeline.stages.metadata.proposals import propose

MAX_HEADINGS: Final = 8
MAX_BYLINES: Final = 8
MAX_ELEMENTS_BETWEEN_AUTHORS: Final = 40  # what stands further off signs another story
MIN_PAYWALL_WORDS: Final = 5
MAX_PAYWALL_CHARACTERS: Final = 300
MAX_DATES: Final = 8
MAX_DATE_LINE_CHARACTERS: Final = 80  # a longer text with a date in it is prose or a caption
MAX_BYLINE_CHARACTERS: Final = 200

_PUBLISHED: Final = re.compile(
    r"publi|pubdate|created|posted|entry-date|issued|veröffentlicht|erschienen|pubblicat|gepubliceerd|опубликован", re.IGNORECASE
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d|\d\d?[./]\d\d?[./]\d\d|[٠-٩]{4}")
_SIGNED: Final = re.compile(
    r"^(?:(?:(?:written|story|words|reported|posted|published|article|text|interview|report|essay) )?by|(?:(?:text|ein \w+|eine \w+|geschrieben|verfasst):? )?von|"
    r"(?:(?:écrit|publié|rédigé) )?par|(?:escrito )?por|(?:scritto |a cura )?di|av|af|door|autor(?:en|in|a|e)?:|auteur:|author:|автор:|文[・:：/]|記者|作者[:：]|记者)"
    r"(?:\s*:\s*|\s+|(?<=[・:：/記者记]))(?P<name>\S+(?:\s.{1,100})?)$",
    re.IGNORECASE,
)
_LONE_SIGNATURE: Final = re.compile(r"^(?:(?:written|reported|posted|story|words|text) )?(?:by|von|par|por|door|av|af|di):?$", re.IGNORECASE)
_JOINT: Final = re.compile(r"[^\W_][^\W\d_a-zà-ÿ]|[^\W_][\"“„«]|[.!?:][^\W_]")
_HOME_LABEL: Final = re.compile(
    r"^(?:home ?(?:page)?|start(?:seite)?|accueil|inicio|início|strona główna|главная|ホーム|首页|»|>|/|›|)$", re.IGNORECASE
)


def heading_candidates(outline: Outline) -> Iterator[Candidate]:
    """Yields headings: the one that the page stands around as `h1` (or `headline`, found by its class), its parts as `h1:part`, others as `h1:other`, ..."""
    main = outline.headline.element if outline.headline is not None else None
    headings = [*outline.marked[Mark.H1], *outline.marked[Mark.HEADLINE]]
    headings.sort(key=lambda placed: placed.element is not main)
    seen: set[HtmlElement] = set()
    for placed in headings:
        element = placed.element
        if element in seen or len(seen) >= MAX_HEADINGS:
            continue
        seen.add(element)
        source = "h1" if element.tag == "h1" else "headline"
        if element is main or not outline.is_foreign(element):
            yield from propose(MetaField.TITLE, source if element is main else f"{source}:other", heading_text(element))
    if main is not None:
        yield from _parts(main)


def heading_text(element: HtmlElement) -> str:
    """Returns a heading's text, with a blank where one of its pieces ends in a letter and the next begins with a capital or a quotation mark."""
    text = ""
    for piece in text_pieces(element):
        text += " " + piece if _JOINT.match(f"{text[-1:]}{piece[:1]}") else piece
    return " ".join(text.split())


def _parts(heading: HtmlElement) -> Iterator[Candidate]:
    """The texts that elements and line breaks part a heading into: kicker, headline, standfirst."""
    pieces = [" ".join(piece.split()) for piece in text_pieces(heading)]
    if 1 < len(pieces) <= 12:
        for index, piece in enumerate(pieces):
            yield from propose(MetaField.TITLE, "h1:part", piece)
            yield from propose(MetaField.TITLE, "h1:part", " ".join(pieces[index:]) if index else None)
            yield from propose(MetaField.TITLE, "h1:part", " ".join(pieces[: index + 1]) if index + 1 < len(pieces) else None)


def byline_candidates(outline: Outline) -> Iterator[Candidate]:
    """Yields names from elements marked as author or byline, and from lines near the headline that begin like "By"."""
    seen: set[str] = set()
    for mark, field, source in ((Mark.AUTHOR, MetaField.AUTHOR, "class:author"), (Mark.BYLINE, MetaField.BYLINE, "class:byline")):
        nearest = outline.near(mark)[:MAX_BYLINES]
        for placed in (other for other in nearest if abs(other.order - nearest[0].order) <= MAX_ELEMENTS_BETWEEN_AUTHORS):
            for candidate in _signatures(placed, field, source):
                if candidate.value not in seen:
                    seen.add(candidate.value)
                    yield candidate
    yield from chain.from_iterable(propose(MetaField.BYLINE, "text:byline", line) for line in islice(_signed_lines(outline.around_headline), 1))


def date_candidates(outline: Outline) -> Iterator[Candidate]:
    """Yields dates of time elements, of elements marked as dates, and of short texts near the headline."""
    for placed in outline.near(Mark.TIME)[:MAX_DATES]:
        element = placed.element
        label = f"{element.get('class', '')} {element.get('itemprop', '')} {_label_before(element)}"
        text = text_of(element)
        published = bool(_PUBLISHED.search(label)) or element.get("pubdate") is not None
        yield from _dated("time:published" if published else "time", element.get("datetime") or text, label, text)
        yield from _dated("time:text", text, label, text)
    for placed in outline.near(Mark.DATE)[:MAX_DATES]:
        element = placed.element
        text = text_of(element)
        label = f"{element.get('class', '')} {element.get('id', '')} {_label_before(element)}"
        if element.tag not in {"time", "body", "html"} and len(text) <= MAX_DATE_LINE_CHARACTERS and _YEAR.search(text):
            published = bool(_PUBLISHED.search(label))
            yield from _dated("class:published" if published else "class:date", text, label, text)
    yield from _dates_near_headline(outline.around_headline)


def standfirst_candidates(outline: Outline) -> Iterator[Candidate]:
    """Yields the paragraph between headline and body where its class says so."""
    for placed in outline.near(Mark.STANDFIRST)[:3]:
        text = text_of(placed.element)
        follows = outline.headline is not None and placed.order > outline.headline.order
        if follows and 40 <= len(text) < 600 and placed.element.tag not in {"body", "html", "article", "main"}:
            yield from propose(MetaField.STANDFIRST, "class:standfirst", text)


def paywall_candidates(outline: Outline) -> Iterator[Candidate]:
    """Yields the text that stands where the article goes on for subscribers; markup that only a script would fill says nothing."""
    for placed in outline.marked[Mark.PAYWALL]:
        text = text_of(placed.element)
        if len(text.split()) >= MIN_PAYWALL_WORDS and placed.element.tag not in {"body", "html"}:
            yield from propose(MetaField.PAYWALL, "class:paywall", text[:MAX_PAYWALL_CHARACTERS])
            return


def breadcrumb_candidates(outline: Outline) -> Iterator[Candidate]:
    """Yields the labels of the first breadcrumb trail but for the way home."""
    for placed in outline.marked[Mark.BREADCRUMB][:1]:
        for link in placed.element.iter("a"):
            label = text_of(link)
            if not _HOME_LABEL.match(label):
                yield from propose(MetaField.SECTION, "breadcrumb", label)


def _signatures(placed: Placed, field: MetaField, source: str) -> Iterator[Candidate]:
    """The links in a byline, which are one name each; without links its whole text."""
    element = placed.element
    text = text_of(element)
    if not text or len(text) > MAX_BYLINE_CHARACTERS or element.tag in {"img", "body", "html", "form", "input"} or is_reviewers(text):
        return
    if field is MetaField.BYLINE:
        yield from propose(field, source, text)
    links = [link for link in element.iter("a") if link is not element and text_of(link)]
    if element.get("rel", "") == "author":
        source = "rel:author"
    for name in [text_of(link) for link in links] or ([text] if field is MetaField.AUTHOR else []):
        yield from propose(MetaField.AUTHOR, f"{source}:link" if links else source, name)


def _signed_lines(pieces: tuple[str, ...]) -> Iterator[str]:
    """Lines that begin as a byline does, also where the name follows in an element of its own."""
    for piece, following in pairwise((*pieces, "")):
        if _LONE_SIGNATURE.match(piece) and 3 <= len(following) <= MAX_BYLINE_CHARACTERS:
            yield f"{piece} {following}"
        elif (signed := _SIGNED.match(piece)) and signed["name"][0].upper() == signed["name"][0] and not piece.endswith((",", ".", ":")):
            yield piece


def _dated(source: str, value: str, label: str, text: str) -> Iterator[Candidate]:
    """A date of publication, or of a change where its own words say so, or the label does and speaks of nothing else."""
    is_change = says_changed(text[:40]) if _PUBLISHED.search(label) else says_changed(f"{label} {text[:40]}")
    yield from propose(MetaField.DATE_MODIFIED if is_change and not _PUBLISHED.search(text[:40]) else MetaField.DATE_PUBLISHED, source, value)


def _dates_near_headline(pieces: tuple[str, ...]) -> Iterator[Candidate]:
    label = ""
    for piece in pieces:
        if len(piece) <= MAX_DATE_LINE_CHARACTERS and _YEAR.search(piece):
            parsed = parse_date(piece)
            if (parsed is not None and parsed.precision == "day") or (parsed is not None and parsed.instant is not None):
                yield from _dated("text:near-headline", piece, label, piece)
        label = piece[-40:]


def _label_before(element: HtmlElement) -> str:
    """The few words in front of an element, such as "Updated:"."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        return f"{text_of(previous)[-40:]} {(previous.tail or '')[-40:]}"
    return (parent.text or "")[-40:] if parent is not None else ""
