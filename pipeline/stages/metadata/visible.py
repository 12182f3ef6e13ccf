"""What a reader sees of the metadata: standfirst, breadcrumbs, paywalls. Titles: see `headings`; authors: see `bylines`; dates: see `shown_dates`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from lxml.html import HtmlElement

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.outline import Mark, Outline, text_of
from pipeline.stages.metadata.proposals import propose
from pipeline.stages.metadata.text_fields import MIN_SUMMARY_CHARACTERS

_HOME_LABEL: Final = re.compile(
    r"^(?:home ?(?:page)?|start(?:seite)?|accueil|inicio|início|strona główna|главная|ホーム|首页|»|>|/|›|)$", re.IGNORECASE
)

_INTRODUCTION: Final = re.compile(r"(?:^|[\s_-])(?:lead|lede|lid|intro|ingress|einleitung|head-sub)(?:$|\s)", re.IGNORECASE)
MIN_INTRODUCTION_WORDS: Final = 8  # below are bylines and dates
MAX_SUMMARY_CHARACTERS: Final = 600
PROSE_WORDS: Final = 20
PARAGRAPHS_BELOW: Final = 30
_PARTS: Final = ("p", "div", "li", "h2", "h3")


def standfirst_candidates(outline: Outline) -> Iterator[Candidate]:
    """Yields the paragraph between headline and body where its class says so: one, for what is proposed is taken out of the text."""
    for text in islice(chain(_named(outline), _introductions(outline)), 1):
        yield from propose(MetaField.STANDFIRST, "class:standfirst", text)


def _named(outline: Outline) -> Iterator[str]:
    """What is called a standfirst, nearest to the headline first."""
    for placed in outline.near(Mark.STANDFIRST)[:3]:
        text = text_of(placed.element)
        follows = outline.headline is not None and placed.order > outline.headline.order
        if follows and MIN_SUMMARY_CHARACTERS <= len(text) < MAX_SUMMARY_CHARACTERS and placed.element.tag not in {"body", "html", "article", "main"}:
            yield text


def _introductions(outline: Outline) -> Iterator[str]:
    """The first text below the headline where its class ends in a word such as "lead": further down, teasers of other stories have that as well."""
    if outline.headline is None:
        return
    for element in islice(_paragraphs_below(outline.headline.element), PARAGRAPHS_BELOW):
        text = text_of(element)
        words = len(text.split())
        if words >= MIN_INTRODUCTION_WORDS and len(text) < MAX_SUMMARY_CHARACTERS and _INTRODUCTION.search(element.get("class") or ""):
            yield text
        if words >= PROSE_WORDS and element.tag == "p":
            return


def _paragraphs_below(headline: HtmlElement) -> Iterator[HtmlElement]:
    """The paragraphs that follow, with `div` where it is one, and subheadings."""
    for around in (headline, *headline.iterancestors()):
        for sibling in around.itersiblings():
            for element in sibling.iter("p", "h2", "div"):
                if element.tag != "div" or all(part is element for part in element.iter(*_PARTS)):
                    yield element


def breadcrumb_candidates(outline: Outline) -> Iterator[Candidate]:
    """Yields the labels of the first breadcrumb trail but for the way home."""
    for placed in outline.marked[Mark.BREADCRUMB][:1]:
        for link in placed.element.iter("a"):
            label = text_of(link)
            if not _HOME_LABEL.match(label):
                yield from propose(MetaField.SECTION, "breadcrumb", label)
