"""What a reader sees of the metadata: standfirst, breadcrumbs, paywalls. Titles: see `headings`; authors: see `bylines`; dates: see `shown_dates`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.outline import Mark, Outline, text_of
from pipeline.stages.metadata.proposals import propose

_HOME_LABEL: Final = re.compile(
    r"^(?:home ?(?:page)?|start(?:seite)?|accueil|inicio|início|strona główna|главная|ホーム|首页|»|>|/|›|)$", re.IGNORECASE
)


def standfirst_candidates(outline: Outline) -> Iterator[Candidate]:
    """Yields the paragraph between headline and body where its class says so."""
    for placed in outline.near(Mark.STANDFIRST)[:3]:
        text = text_of(placed.element)
        follows = outline.headline is not None and placed.order > outline.headline.order
        if follows and 40 <= len(text) < 600 and placed.element.tag not in {"body", "html", "article", "main"}:
            yield from propose(MetaField.STANDFIRST, "class:standfirst", text)


def breadcrumb_candidates(outline: Outline) -> Iterator[Candidate]:
    """Yields the labels of the first breadcrumb trail but for the way home."""
    for placed in outline.marked[Mark.BREADCRUMB][:1]:
        for link in placed.element.iter("a"):
            label = text_of(link)
            if not _HOME_LABEL.match(label):
                yield from propose(MetaField.SECTION, "breadcrumb", label)
