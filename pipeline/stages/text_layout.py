"""How a plain text is laid out: its lines, with those that a program has wrapped joined again, and the stanzas that blank lines part."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from pipeline.stages.words import squeeze

# Widths at which programs wrap lines: mail and wire services use 60 to 80 columns.
_WIDTHS: Final = range(50, 100)
_MIN_WRAPS: Final = 2
_WRAPPED_SHARE: Final = 0.6  # of the line breaks, those behind full lines; the others part headings, signatures, entries of lists
_FULL: Final = 0.75  # of the width
_BLANK_LINES: Final = re.compile(r"\n\s*\n")
_SENTENCE_END: Final = (".", "!", "?", "…", '."', "。", "！", "？", ".”", ".“", ".»")

Stanza = tuple[str, ...]


def stanzas_of(text: str) -> tuple[Stanza, ...]:
    """Returns the runs of lines between blank ones, white space collapsed. Where the text was wrapped at some width, its paragraphs are lines again."""
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    stanzas = [[squeezed for line in chunk.split("\n") if (squeezed := squeeze(line))] for chunk in _BLANK_LINES.split(normal)]
    width = _width_of(stanzas)
    return tuple(tuple(lines) if width is None else _unwrapped(lines, width) for lines in stanzas if lines)


def _width_of(stanzas: Sequence[Sequence[str]]) -> int | None:
    """The width at which the text was wrapped: most of its line breaks stand behind full lines, and inside a sentence."""
    breaks = [pair for lines in stanzas for pair in pairwise(lines) if len(pair[0]) < _WIDTHS.stop]
    width = max((len(line) for line, _ in breaks), default=0)
    full = [line for line, following in breaks if len(line) >= _FULL * width and _is_wrapped(line, following, width)]
    inside = sum(not line.endswith(_SENTENCE_END) for line in full)
    wrapped = width in _WIDTHS and len(full) >= _MIN_WRAPS and len(full) >= _WRAPPED_SHARE * len(breaks) and inside > len(full) / 2
    return width if wrapped else None


def _is_wrapped(line: str, following: str, width: int) -> bool:
    """Whether the next line's first word had no room any more."""
    return len(line) <= width < len(line) + 1 + len(following.split(" ", maxsplit=1)[0])


def _unwrapped(lines: Sequence[str], width: int) -> Stanza:
    paragraphs = [lines[0]]
    for line, following in pairwise(lines):
        if _is_wrapped(line, following, width):
            paragraphs[-1] += f" {following}"
        else:
            paragraphs.append(following)
    return tuple(paragraphs)
