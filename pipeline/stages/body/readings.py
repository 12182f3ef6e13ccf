"""How a page is read: once block by block, once more with the first scores around each block, and with an extractor's view where doubt is left."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from pipeline.stages.body.columns import Chosen, Column, Features, Groups
from pipeline.stages.body.hints import Hints
from pipeline.stages.body.model import KEEP_SCORE, SURE_SCORE, BodyModel, Doubts, Scores, page_model, second_opinion_model, second_reading_model
from pipeline.stages.body.page_features import page_features
from pipeline.stages.body.second_features import with_extraction, with_scores
from pipeline.stages.body.walk import PageBlock, Place
from pipeline.stages.body.weighing import Weight, weigh

HOPELESS_SCORE: Final = 0.02  # menus and footers, most of a page: no second reading has ever made text of them
# One labelled page in ten is less sure than this. Asking about more changes no figure by more than the noise.
MAX_UNSURENESS: Final = 0.2
MIN_BODY_WORDS: Final = 50  # fewer are no article that the models have seen
MIN_ENTRIES: Final = 4  # lines that are a time of day make a live blog of a page
MIN_TABLE_HEADING_SCORE: Final = 0.4
MIN_TABLE_SCORE: Final = 0.2  # of its words on average; what scores less is the page's frame
_CLOCK: Final = re.compile(r"\d{1,2}(?:[:.h]\d{2}(?: ?[ap]\.?m\.?)?(?: uhr)?| ?(?:[ap]\.?m\.?|uhr|h))(?!\w)", re.IGNORECASE)
_LINKED: Final = 0.5
_HEADINGS: Final = frozenset(f"h{level}" for level in range(2, 7))
_TABLES: Final = frozenset({"table", "dl"})


class Readings(NamedTuple):
    """The weights of the blocks that may be the article's, by place, and whether the extractor was asked for its view."""

    weights: dict[int, Weight]
    asked: bool


def read_page(blocks: Sequence[PageBlock], hints: Hints, ask: Callable[[], Sequence[bool]]) -> Readings:
    """Returns what the models make of a page's blocks. `ask` says which of them an extractor takes for the body; it is called only on doubt."""
    page = page_features(blocks, hints, page_model().name_weights)
    first = page_model().scores(page.features)
    model, features = second_reading_model(), with_scores(page, first)
    hopeful = first >= HOPELESS_SCORE
    scores = first.copy()
    scores[hopeful] = model.scores(features.rows(hopeful))
    asked = unsureness(features, scores) > MAX_UNSURENESS
    offered = np.zeros(len(blocks), dtype=bool)
    if asked:
        offered = np.array(ask(), dtype=bool)
        model, features = second_opinion_model(), with_extraction(features, offered)
        scores = with_some_text(model.scores(features), offered, np.expm1(features.column("words")))
    scores = with_tables(blocks, with_headings(blocks, scores))
    offered |= _amid(scores)
    return Readings(weigh(scores, offered, lambda places: _doubts(page.features, first, model, features, places)), asked)


def unsureness(features: Features, scores: Scores) -> float:
    """Returns how many of a page's words are likely to be judged wrongly, as a share of those that are likely to be the article's.

    It is 1 where no block is likely to be.
    """
    words = np.expm1(features.column("words")) + 1
    return float((words * np.minimum(scores, 1 - scores)).sum() / (words * scores).sum())


def with_some_text(scores: Scores, extracted: Chosen, words: Column) -> Scores:
    """Returns the scores, or, where next to nothing would be kept of a page on which the extractor finds text, those by which its body is kept."""
    kept = words[scores >= KEEP_SCORE].sum()
    if kept < MIN_BODY_WORDS and words[extracted].sum() > 2 * kept:
        return np.where(extracted, np.maximum(scores, KEEP_SCORE), scores)
    return scores


def with_headings(blocks: Sequence[PageBlock], scores: Scores) -> Scores:
    """Returns the scores, with headings kept that stand right above text in one box with it; in a live blog the entries' times as well, and its list of events.

    The models have seen too few live blogs to know. Of such headings on held-out pages, seven in ten were the article's.
    """
    clocks = [_CLOCK.fullmatch(block.text) is not None for block in blocks]
    is_live = sum(clocks) >= MIN_ENTRIES
    held = np.array([is_live and _is_event(block) for block in blocks], dtype=bool)
    for place in reversed(range(len(blocks) - 1)):
        is_heading = blocks[place].place.tag in _HEADINGS and blocks[place].link_share < _LINKED
        is_label = is_heading or (is_live and clocks[place])
        text_below = scores[place + 1] >= SURE_SCORE or held[place + 1]
        held[place] |= is_label and text_below and _in_one_box(blocks[place].place, blocks[place + 1].place)
    return np.where(held, np.maximum(scores, KEEP_SCORE), scores)


def _is_event(block: PageBlock) -> bool:
    """Whether a block leads to an entry of the same page, and begins with its time."""
    return bool(block.links) and all(link.startswith("#") for link in block.links) and _CLOCK.match(block.text) is not None


def with_tables(blocks: Sequence[PageBlock], scores: Scores) -> Scores:
    """Returns the scores, with small tables and lists of terms kept whole that stand right below a likely heading, in one box with it.

    The models weigh row by row, and have little to go by in rows of two words. Of the words so kept on labelled pages, half were the article's.
    """
    kept = scores.copy()
    for place, (heading, first) in enumerate(pairwise(blocks)):
        table = _table_around(first.place) if heading.place.tag in _HEADINGS and scores[place] >= MIN_TABLE_HEADING_SCORE else None
        if table is None or not _in_one_box(heading.place, table):
            continue
        end = _end_of(table, blocks, place + 1)
        words = np.array([len(row.text.split()) for row in blocks[place + 1 : end]])
        links = np.array([row.link_share for row in blocks[place + 1 : end]])
        if words @ scores[place + 1 : end] >= MIN_TABLE_SCORE * words.sum() and words @ links < _LINKED * words.sum():
            kept[place:end] = np.maximum(scores[place:end], KEEP_SCORE)
    return kept


def _table_around(place: Place) -> Place | None:
    """The table or list of terms that a row or a term stands in."""
    return next((around for around in place.around() if around.tag in _TABLES), None)


def _end_of(table: Place, blocks: Sequence[PageBlock], start: int) -> int:
    """The place behind the last of the blocks that follow each other in a table."""
    return next((place for place in range(start, len(blocks)) if _table_around(blocks[place].place) is not table), len(blocks))


def _in_one_box(label: Place, text: Place) -> bool:
    """Whether a text, or the element that holds it, stands beside the label, or the text beside the element that holds the label."""
    around, box = label.parent, text.parent
    return around is not None and box is not None and (box in (around, around.parent) or box.parent is around)


def _amid(scores: Scores) -> Chosen:
    """The blocks from the first to the last that is kept: what is taken out of the midst of an article must be told."""
    kept = np.flatnonzero(scores >= KEEP_SCORE)
    places = np.arange(len(scores))
    return (places > kept[0]) & (places < kept[-1]) if len(kept) else np.zeros(len(scores), dtype=bool)


def _doubts(own: Features, first: Scores, model: BodyModel, features: Features, places: Groups) -> list[Doubts]:
    """What speaks against blocks: what the first reading found, which knows only the block's own facts; where that found nothing, the second's."""
    by_itself = first[places] < KEEP_SCORE
    of_first = iter(page_model().doubts(own.values[places[by_itself]]))
    of_second = iter(model.doubts(features.values[places[~by_itself]]))
    return [next(of_first if doubted else of_second) for doubted in by_itself]
