"""How long a text is, in words, in any script."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# Han, kana, Thai, Lao, Khmer and Burmese write no spaces between words.
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
# Signs that stand on or between the letters of a word and are no letters to `\w`: accents, the vowels of Hebrew, Arabic and the scripts of India, joiners.
_SIGNS: Final = r"\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0962\u0963\u0980-\u0dff\u200c\u200d"
LETTERS: Final = rf"[\w{_SIGNS}]+"
_WORD: Final = re.compile(rf"{LETTERS}(?:['’.-]{LETTERS})*")
_ASCII_WORD: Final = re.compile(r"\w+(?:['.-]\w+)*", re.ASCII)  # the same in texts without any of these, and three times as fast
UNSPACED_CHARACTERS_A_WORD: Final = 2


@lru_cache(maxsize=4096)
def word_count(text: str) -> int:
    """Returns the number of words; in scripts without spaces, two characters count as one word.

    >>> word_count("It's a well-kept park."), word_count("東京都は七日発表")
    (4, 4)
    >>> word_count("सिनेमाघर में मरम्मत"), word_count("متأخرًا جدا")
    (3, 2)
    """
    if text.isascii():
        return len(_ASCII_WORD.findall(text))
    spaced, unspaced = _UNSPACED.subn(" ", text)
    return len(_WORD.findall(spaced)) + unspaced // UNSPACED_CHARACTERS_A_WORD


def is_unspaced(text: str) -> bool:
    """Returns whether a text holds characters of a script that writes no spaces between words."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def squeeze(text: str) -> str:
    """Returns the text with every run of white space as one blank.

    >>> squeeze(" two\\u00a0 words\\n")
    'two words'
    """
    return " ".join(text.split())
