"""A scraped plain text as blocks: the same records that an HTML page gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, takewhile
from typing import Final

import numpy as np

from pipeline.records import Block, Candidate, MetaField
from pipeline.stages.body.columns import Column
from pipeline.stages.body.model import KEEP_SCORE, SURE_SCORE, Scores, text_model
from pipeline.stages.body.text_features import text_features
from pipeline.stages.body.weighing import weigh
from pipeline.stages.text_layout import Stanza, stanzas_of
from pipeline.stages.words import word_count

EXTRACTOR: Final = "plain_text"
TITLE_BLOCKS: Final = 5  # breadcrumb, section, date and slug may stand above a headline
MAX_SENTENCE_WORDS: Final = 15  # of a headline that ends in a full stop
MAX_MENU_WORDS: Final = 2
MIN_MENU_LINES: Final = 3
MAX_TITLE_WORDS: Final = 30  # the longest headline of the labelled news pages has 27
SHORT_WORDS: Final = 15
# What a run of short lines must score on average to be kept whole: between kept lines, and there as a list or an interview.
MIN_AMID_SCORE: Final = 0.4
MIN_LIST_SCORE: Final = 0.2
_ENTRY: Final = re.compile(r"(?:[-*•–·▪‣◦]|\(?\d{1,2}[.)]|[^\W\d_]{1,2}:)\s")  # "- Salt", "2. Roast them", "Q: Why?"


def text_blocks(text: str) -> tuple[Block, ...]:
    """Returns the text's blocks in order, each with its score: lines, or in a poem the stanzas that are kept."""
    stanzas = stanzas_of(text)
    lines = [line for stanza in stanzas for line in stanza]
    model, features = text_model(), text_features(lines)
    scores = with_short_lines(lines, model.scores(features))
    weights = weigh(scores, np.ones(len(lines), dtype=bool), lambda places: model.doubts(features.values[places]))
    blocks = [Block(tag="line", text=lines[place], score=weight.score, doubts=weight.doubts) for place, weight in weights.items()]
    return tuple(_with_verse(blocks, stanzas))


def text_lines(text: str) -> tuple[str, ...]:
    """Returns the text's lines, those that a program has wrapped joined to paragraphs."""
    return tuple(line for stanza in stanzas_of(text) for line in stanza)


def with_short_lines(lines: Sequence[str], scores: Scores) -> Scores:
    """Returns the scores, with runs of short lines kept whole that are likely to be the article's: a list, an interview, a poem.

    The model weighs line by line, and has little to go by in a line of two words.
    """
    words = np.array([word_count(line) for line in lines], dtype=np.float64)
    kept = scores.copy()
    for first, end in _short_runs(words):
        run = slice(first, end)
        beside = min(scores[first - 1], scores[end]) if first > 0 and end < len(lines) else 0.0
        listed = beside >= KEEP_SCORE and 2 * sum(_ENTRY.match(line) is not None for line in lines[run]) >= end - first
        enough = MIN_LIST_SCORE if listed else MIN_AMID_SCORE if beside >= SURE_SCORE else KEEP_SCORE
        if words[run] @ scores[run] >= enough * words[run].sum():
            kept[run] = np.maximum(scores[run], KEEP_SCORE)
    return kept


def _short_runs(words: Column) -> list[tuple[int, int]]:
    """The first place, and that behind the last, of each run of lines too short for a paragraph."""
    short = np.concatenate([[False], words < SHORT_WORDS, [False]])
    edges = np.flatnonzero(short[1:] != short[:-1]).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _with_verse(blocks: Sequence[Block], stanzas: Sequence[Stanza]) -> Iterator[Block]:
    """The blocks; in a poem, each stanza that is kept as one of them, its verses as lines."""
    rest = iter(blocks)
    of_stanzas = [list(islice(rest, len(stanza))) for stanza in stanzas]
    is_verse = [len(lines) > 1 and all(map(_may_be_verse, lines)) for lines in of_stanzas]
    verses = sum(len(lines) for lines, verse in zip(of_stanzas, is_verse, strict=True) if verse)
    is_poem = sum(is_verse) > 1 and 2 * verses > sum(block.score >= KEEP_SCORE for block in blocks)
    for lines, verse in zip(of_stanzas, is_verse, strict=True):
        if is_poem and verse:
            yield Block(tag="line", text="\n".join([line.text for line in lines]), score=max(line.score for line in lines))
        else:
            yield from lines


def title_candidates(blocks: Sequence[Block], is_furniture: Callable[[str], bool]) -> tuple[Candidate, ...]:
    """Returns the first line that can be a headline: short, none of the text, no furniture (a menu, a breadcrumb, a date, a slug), and text behind it."""
    start = _menu_lines(blocks)
    for block in blocks[start : start + TITLE_BLOCKS]:
        ends_sentence = block.text.endswith(("。", ".")) and (block.score >= KEEP_SCORE or word_count(block.text) > MAX_SENTENCE_WORDS)
        if ends_sentence or block.text.endswith((";", ",")) or word_count(block.text) > MAX_TITLE_WORDS or block is blocks[-1]:
            return ()
        if not is_furniture(block.text):
            return (Candidate(field=MetaField.TITLE, source="first-line", value=block.text),)
    return ()


def _menu_lines(blocks: Sequence[Block]) -> int:
    """How many lines the text begins with that are a menu: several of a word or two. A page's title may be as short, but stands above its text again."""
    lines = [block.text for block in takewhile(lambda block: word_count(block.text) <= MAX_MENU_WORDS, blocks)]
    is_title = any(block.text == lines[0] for block in blocks[1:]) if lines else True
    return 0 if is_title or len(lines) < MIN_MENU_LINES else len(lines)


def _may_be_verse(line: Block) -> bool:
    return line.score >= KEEP_SCORE and word_count(line.text) < SHORT_WORDS and _ENTRY.match(line.text) is None
