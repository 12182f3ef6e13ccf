"""How long a text is, in words, in any script."""

from __future__ import annotations

import re
from typing import Final

# Han, kana, Thai, Lao, Khmer and Burmese write no spaces between words.
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_WORD: Final = re.compile(r"\w+(?:['’.-]\w+)*")
UNSPACED_CHARACTERS_A_WORD: Final = 2


def word_count(text: str) -> int:
    """Returns the number of words; in scripts without spaces, two characters count as one word.

    >>> word_count("It's a well-kept park."), word_count("東京都は七日発表")
    (4, 4)
    """
    if text.isascii():
        return len(_WORD.findall(text))
    spaced, unspaced = _UNSPACED.subn(" ", text)
    return len(_WORD.findall(spaced)) + unspaced // UNSPACED_CHARACTERS_A_WORD


def squeeze(text: str) -> str:
    """Returns the text with every run of white space as one blank.

    >>> squeeze(" two\\u00a0 words\\n")
    'two words'
    """
    return " ".join(text.split())
