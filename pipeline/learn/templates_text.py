"""When two blocks say the same: their words without case, typography and dates, and a hash of these."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, groupby
from typing import Final

from pipeline.learn.calendar_words import is_calendar_word
from pipeline.stages.guards import is_sentence
from pipeline.stages.words import word_count

PLACEHOLDER: Final = "#"
MIN_STAMPED_WORDS: Final = 2  # beside a number: "2:1", "14.05 Uhr", "Day 3" are what live blogs and lists repeat, and no template

_INVISIBLE: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff\u200e\u200f"))  # soft hyphen, zero-width space, marks of direction
_WRITTEN_DAY: Final = re.compile(r"\d{4}\s?[年년]\s?(?:\d{1,2}\s?[月월]\s?)?(?:\d{1,2}\s?[日일])?|\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]")
_NUMERIC_DAY: Final = re.compile(r"(?<!\d)\d{1,4}([-./])\s?\d{1,2}\1\s?(?:\d{4}|\d{2})?(?!\d)")
_TIME_OR_YEAR: Final = re.compile(r"(?<!\d)(?:\d{1,2}[:h]\d{2}(?::\d{2})?|(?:19|20)\d\d)(?!\d)")
_DIGIT: Final = re.compile(r"\d")
_WORD: Final = re.compile(r"[^\W\d_]+")
_TOKEN: Final = re.compile(r"#|\d+|[^\W\d_]+")
_DATE_LINKS: Final = frozenset({"of", "de", "del", "st", "nd", "rd", "th", "er"})  # stand between a date's parts


@lru_cache(maxsize=4096)
def normalised(text: str) -> str:
    """Returns a block's words in lower case, with every date as one placeholder; every other number, too, where the block is no sentence.

    A sentence's own numbers are its news: "the index fell by 2 percent" says another thing each day.

    >>> normalised("Edition of Tuesday, 4 March 2031"), normalised("EDITION  of 5.3.2031")
    ('edition #', 'edition #')
    """
    folded = _folded(text)
    if not _DIGIT.search(folded):  # most blocks: no date, no number
        return " ".join(_WORD.findall(folded))
    for pattern in (_WRITTEN_DAY, _NUMERIC_DAY, _TIME_OR_YEAR):
        folded = pattern.sub(f" {PLACEHOLDER} ", folded)
    tokens = _without_dates(_TOKEN.findall(folded))
    if not is_sentence(text):
        tokens = (PLACEHOLDER if token.isdigit() else token for token in tokens)
    return " ".join(chain.from_iterable([PLACEHOLDER] if word == PLACEHOLDER else run for word, run in groupby(tokens)))


def _folded(text: str) -> str:
    """The text in small letters, without typography and without what would pass for a placeholder."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_INVISIBLE)
    return text.casefold().replace(PLACEHOLDER, " ")


def is_telling(words: str) -> bool:
    """Returns whether normalised words say enough to be known again: some letters, and a few words beside a number."""
    letters = words.replace(PLACEHOLDER, " ")
    return word_count(letters) >= (MIN_STAMPED_WORDS if PLACEHOLDER in words else 1)


def block_hash(words: str) -> int:
    """Returns the 64-bit hash of normalised words, as a signed integer."""
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), signed=True)


def _without_dates(tokens: Sequence[str]) -> Iterator[str]:
    """The tokens, with one placeholder for each run of a date's parts."""
    for of_date, run in groupby(tokens, key=_may_be_of_date):
        parts = list(run)
        if of_date and (PLACEHOLDER in parts or (any(map(is_calendar_word, parts)) and any(map(str.isdigit, parts)))):
            yield PLACEHOLDER
        else:
            yield from parts


@lru_cache(maxsize=8_192)
def _may_be_of_date(token: str) -> bool:
    return token == PLACEHOLDER or token.isdigit() or token in _DATE_LINKS or is_calendar_word(token)
