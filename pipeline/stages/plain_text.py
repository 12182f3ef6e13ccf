"""A scraped plain text as blocks: the same records that an HTML page gives."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Final

import numpy as np

from pipeline.records import Block, Candidate, MetaField
from pipeline.stages.body.model import text_model
from pipeline.stages.body.text_features import text_features
from pipeline.stages.body.weighing import weigh
from pipeline.stages.words import squeeze, word_count

EXTRACTOR: Final = "plain_text"
TITLE_BLOCKS: Final = 5  # breadcrumb, section, date and slug may stand above a headline
MAX_TITLE_WORDS: Final = 30  # the longest headline of the labelled news pages has 27
# Lines that were wrapped by a program at a fixed width: mail and wire services use 60 to 80 columns.
_WRAPPED_COLUMNS: Final = range(50, 100)
_MIN_WRAPPED_LINES: Final = 3
_BLANK_LINES: Final = re.compile(r"\n\s*\n")
_SENTENCE_END: Final = (".", "!", "?", "…", '."', "。", "！", "？", ".”", ".“", ".»")


def text_blocks(text: str) -> tuple[Block, ...]:
    """Returns the text's blocks in order, each with its score."""
    lines = text_lines(text)
    model, features = text_model(), text_features(lines)
    weights = weigh(model.scores(features), np.ones(len(lines), dtype=bool), lambda places: model.doubts(features.values[places]))
    return tuple(Block(tag="line", text=lines[place], score=weight.score, doubts=weight.doubts) for place, weight in weights.items())


def text_lines(text: str) -> tuple[str, ...]:
    """Returns the text's blocks as strings: paragraphs where it has hard-wrapped ones, else lines."""
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return tuple(line for chunk in _BLANK_LINES.split(normal) for line in _lines(chunk))


def title_candidates(blocks: Sequence[Block], is_furniture: Callable[[str], bool]) -> tuple[Candidate, ...]:
    """Returns the first line that can be a headline: short, no sentence, no furniture (a breadcrumb, a date, a slug), and text behind it."""
    for block in blocks[:TITLE_BLOCKS]:
        if word_count(block.text) > MAX_TITLE_WORDS or block.text.endswith(("。", ".", ";", ",")) or block is blocks[-1]:
            return ()
        if not is_furniture(block.text):
            return (Candidate(field=MetaField.TITLE, source="first-line", value=block.text),)
    return ()


def _lines(chunk: str) -> Iterator[str]:
    lines = [squeezed for line in chunk.split("\n") if (squeezed := squeeze(line))]
    if _hard_wrapped(lines):
        yield " ".join(lines)
    else:
        yield from lines


def _hard_wrapped(lines: list[str]) -> bool:
    """Whether the lines are one paragraph: all but the last about equally long, and most break inside a sentence."""
    if len(lines) < _MIN_WRAPPED_LINES:
        return False
    full = [len(line) for line in lines[:-1]]
    inside = sum(not line.endswith(_SENTENCE_END) for line in lines[:-1])
    return int(median(full)) in _WRAPPED_COLUMNS and max(full) < _WRAPPED_COLUMNS.stop and min(full) > max(full) / 2 and inside > len(full) / 2
