"""What can be counted about a line of text by itself, in any language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from pipeline.stages.words import LETTERS, is_unspaced, word_count

_WORD: Final = re.compile(LETTERS)
_ASCII_WORD: Final = re.compile(r"\w+", re.ASCII)  # the same in such a text, in a third of the time
_SENTENCE_END: Final = re.compile(r"[.!?…:;。！？；：؟।۔။។።]\s?[\"'”’“»」』)\]]*$")
_DATE: Final = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d年|\d日")
_DIGIT: Final = re.compile(r"\d")  # without one there is no date, and the pattern for dates is slow
# Signs beyond ASCII; those within it are looked for first, which is faster than any pattern.
_ARROWS: Final = re.compile("[»›→▸►❯➜]")
_QUOTES: Final = re.compile("[“”„«»「」]")
_COMMAS: Final = re.compile("[،、，]")
_DATED: Final = 120  # characters at the beginning in which a date is looked for
_LOOKED_AT: Final = 12  # words whose case and digits are counted: a heading's are all among them


class LineFacts(NamedTuple):
    """The counts, as numbers that a model reads; shares from 0 to 1, yes and no as 1 and 0."""

    words: float
    characters: float
    characters_a_word: float
    ends_sentence: float
    asks: float
    ends_with_colon: float
    starts_lower: float
    starts_with_digit: float
    capitalised: float
    numeric: float
    short_words: float
    commas_a_word: float
    copyright: float
    at_sign: float
    arrow: float
    date: float
    quotes: float


def words_in(text: str) -> list[str]:
    """Returns the words of a text, as far as its script parts them."""
    return (_ASCII_WORD if text.isascii() else _WORD).findall(text)


def line_facts(text: str, words: Sequence[str]) -> LineFacts:
    """Returns the counts of one block's text, whose words are given."""
    ascii_only = text.isascii()
    count = word_count(text) if not ascii_only and is_unspaced(text) else len(words)  # where a script has no spaces, a sentence is more than one word
    commas = text.count(",") + (0 if ascii_only else len(_COMMAS.findall(text)))
    first = words[:_LOOKED_AT]
    initials = "".join([word[0] for word in first])
    looked_at = len(first) or 1
    return LineFacts(
        count,
        len(text),
        len(text) / (count or 1),
        _SENTENCE_END.search(text[-8:]) is not None,
        text.endswith(("?", "？", "؟")),
        text.endswith((":", "：")),
        text[:1].islower(),
        text[:1].isdigit(),
        sum(map(str.isupper, initials)) / looked_at,
        sum(map(str.isdigit, initials)) / looked_at,
        sum([len(word) <= 3 for word in first]) / looked_at,
        commas / (count or 1),
        "©" in text,
        "@" in text,
        "|" in text or (not ascii_only and _ARROWS.search(text) is not None),
        _DIGIT.search(text, 0, _DATED) is not None and _DATE.search(text[:_DATED]) is not None,
        '"' in text or (not ascii_only and _QUOTES.search(text) is not None),
    )
