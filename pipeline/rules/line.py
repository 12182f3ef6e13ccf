"""A block as the rules see it: one line, in which typography makes no difference."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

MAX_CHARS: Final = 2000  # a longer block is prose; the bound also keeps the slowest pattern harmless

_INVISIBLE: Final = ("\u00ad", "\u200b", "\u2060", "\ufeff")  # soft hyphen, zero-width space, word joiner, byte order mark
_QUOTES: Final = tuple((curly, straight) for curlies, straight in (("‘’‚‛", "'"), ("“”„‟", '"')) for curly in curlies)
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")  # Thai to Han: no spaces between words


@dataclass(frozen=True, slots=True)
class Line:
    """One block's text, ready to be matched."""

    shown: str  # NFC, white space collapsed, quotes as the page had them
    plain: str  # the same, character for character, with straight quotes: what patterns see
    words: int


def as_line(text: str) -> Line:
    """The block's text as one line. In scripts without spaces two characters count as one word."""
    if text.isascii():
        shown = " ".join(text.split())
        return Line(shown, shown, shown.count(" ") + 1)
    for mark in _INVISIBLE:
        text = text.replace(mark, "")
    shown = " ".join(unicodedata.normalize("NFC", text).split())
    plain = shown
    for curly, straight in _QUOTES:
        plain = plain.replace(curly, straight)
    return Line(shown, plain, shown.count(" ") + 1 + len(_UNSPACED.findall(shown)) // 2)
