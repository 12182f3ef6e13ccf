"""How far two texts say the same, by their words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"\w+")
_ACCENT: Final = re.compile(r"[\u0300-\u036f]")


@lru_cache(maxsize=256)
def words(text: str) -> tuple[str, ...]:
    """Returns the text's words without case and accents; in scripts without spaces every run of letters is one word."""
    folded = text.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKC", _ACCENT.sub("", unicodedata.normalize("NFD", folded)))
    return tuple(_WORD.findall(folded))


@lru_cache(maxsize=256)
def squashed(text: str) -> str:
    """Returns letters and digits alone, without case, accents and spaces.

    >>> squashed("The Rivér-Ledger ")
    'theriverledger'
    """
    return "".join(words(text))


def overlap(one: str, other: str) -> float:
    """Returns which share of the shorter text's distinct words is in the other, 0 to 1; of its character pairs where spaces part no words."""
    first, second = _features(one), _features(other)
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller else 0.0


@lru_cache(maxsize=256)
def _features(text: str) -> frozenset[str]:
    found = words(text)
    if any(char >= "\u3040" for char in text):  # Kana, Han, Hangul: a headline may be one unbroken run
        joined = "".join(found)
        return frozenset(joined[index : index + 2] for index in range(len(joined) - 1)) or frozenset(found)
    return frozenset(found)
