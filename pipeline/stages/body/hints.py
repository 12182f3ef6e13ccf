"""What a page's metadata say that the body is about, or that the body repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.stages.body.columns import FAR, NOWHERE, Column
from pipeline.stages.body.lines import words_in

_LOOKED_AT: Final = 100  # words of a block
_COMPARED: Final = 80  # characters of a summary, and of the block that may repeat it
_LABEL_WORDS: Final = 4
_SAME: Final = 0.8
_BYLINE_WORDS: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """The page's titles, standfirsts and descriptions, and authors, as its metadata propose them."""

    titles: tuple[str, ...] = ()
    summaries: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


def hint_columns(words_of_blocks: Sequence[Sequence[str]], hints: Hints) -> dict[str, Column]:
    """Returns how much of a block the title holds and the reverse, how far below the title it stands, and what it repeats of the rest."""
    title_words = [frozenset(_words(title)) for title in dict.fromkeys(hints.titles)][:4]
    summaries = tuple([" ".join(_words(summary))[:_COMPARED] for summary in dict.fromkeys(hints.summaries)][:4])
    authors = [" ".join(_words(author)) for author in dict.fromkeys(hints.authors) if len(author) > 4][:6]
    of_any_title = frozenset().union(*title_words)
    rows = np.zeros((len(words_of_blocks), 4))
    for place, block in enumerate(words_of_blocks):
        spoken = " ".join(block[:_LOOKED_AT]).casefold()
        words = spoken.split()
        distinct = frozenset(words)
        if not distinct.isdisjoint(of_any_title):
            common = [(len(distinct & title), len(title)) for title in title_words if not distinct.isdisjoint(title)]
            rows[place, :2] = max(((shared / len(distinct), shared / length) for shared, length in common), key=sum)
        rows[place, 2] = len(words) > _LABEL_WORDS and spoken[:_COMPARED] in summaries
        rows[place, 3] = len(words) < _BYLINE_WORDS and any(author in spoken and f" {author} " in f" {spoken} " for author in authors)
    below = np.full(len(words_of_blocks), NOWHERE)
    headings = np.flatnonzero((rows[:, 0] >= _SAME) & (rows[:, 1] >= _SAME))
    if len(headings):
        below = np.clip(np.arange(len(words_of_blocks)) - headings[0], -FAR, FAR)
    return {"in_title": rows[:, 0], "of_title": rows[:, 1], "below_title": below, "is_summary": rows[:, 2], "names_author": rows[:, 3]}


def _words(text: str) -> list[str]:
    return words_in(text.casefold())
