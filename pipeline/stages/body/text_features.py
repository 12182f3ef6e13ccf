"""What the model weighs about each line of a scraped plain text, where no markup says anything."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from pipeline.stages.body.columns import Column, Features, density_columns, distance_columns, neighbour_columns, repeat_columns
from pipeline.stages.body.hints import Hints, hint_columns
from pipeline.stages.body.lines import LineFacts, line_facts, words_in

_PROSE_WORDS: Final = 15
_LONG_WORDS: Final = 40
_BESIDE: Final = ("words", "ends_sentence", "capitalised", "short_words", "date", "numeric", "commas_a_word", "asks", "in_title")


def text_features(lines: Sequence[str]) -> Features:
    """Returns what a text tells about its lines; the first line is taken for the page's title, as in a browser's tab."""
    words_of_lines = [words_in(line) for line in lines]
    facts = np.array([line_facts(*line) for line in zip(lines, words_of_lines, strict=True)], dtype=np.float64).reshape(-1, len(LineFacts._fields))
    columns: dict[str, Column] = {name: facts[:, number] for number, name in enumerate(LineFacts._fields)}
    words = columns["words"]
    no_links = np.zeros(len(lines))
    prose = words * (words >= _PROSE_WORDS) * columns["ends_sentence"]
    columns |= density_columns(prose, words, no_links, (1, 2, 4, 8, 16))
    columns |= distance_columns("prose", prose > 0)
    columns |= distance_columns("long", (words >= _LONG_WORDS) & (columns["ends_sentence"] > 0))
    columns |= _position_columns(words, prose)
    columns |= repeat_columns(lines)
    columns |= hint_columns(words_of_lines, Hints(titles=tuple(lines[:1])))
    columns |= _run_columns(words)
    columns |= {name: np.log1p(columns[name]) for name in ("words", "characters")}
    columns |= neighbour_columns(columns, _BESIDE, (-3, -2, -1, 1, 2, 3))
    return Features.of(columns)


def _position_columns(words: Column, prose: Column) -> dict[str, Column]:
    count = len(words)
    return {
        "position": np.arange(count) / max(1, count),
        "place": np.minimum(200.0, np.arange(count)),
        "place_from_end": np.minimum(200.0, np.arange(count)[::-1]),
        "words_before": (np.cumsum(words) - words) / max(1.0, words.sum()),
        "prose_before": (np.cumsum(prose) - prose) / max(1.0, prose.sum()),
        "page_blocks": np.full(count, math.log1p(count)),
        "page_words": np.full(count, math.log1p(words.sum())),
        "page_prose": np.full(count, math.log1p(prose.sum())),
    }


def _run_columns(words: Column) -> dict[str, Column]:
    """How long the run of short lines is that a line stands in, and how far into it: menus and lists of stories are long ones."""
    short = words < _PROSE_WORDS
    starts = np.flatnonzero(np.diff(short.astype(np.int8), prepend=-1))
    run = np.cumsum(np.isin(np.arange(len(words)), starts)) - 1
    lengths = np.bincount(run) if len(words) else np.zeros(0)
    total = np.bincount(run, words) if len(words) else np.zeros(0)
    return {
        "run_lines": np.minimum(60.0, lengths[run]),
        "run_mean_words": np.log1p(total[run] / np.maximum(1, lengths[run])),
        "run_place": np.minimum(60.0, np.arange(len(words)) - starts[run]) if len(words) else np.zeros(0),
    }
