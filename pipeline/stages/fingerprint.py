"""Hashes of an article: one for the same words, one for nearly the same words, one for the whole published content."""

from __future__ import annotations

import hashlib
import re
from dataclasses import fields
from functools import lru_cache
from typing import Final

import numpy as np
import orjson

from pipeline.records import Article

_WORD: Final = re.compile(r"\w+")
_SHINGLE_WORDS: Final = 3
_FACTORS: Final = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
# What says where a row came from, not what it says.
_PROVENANCE: Final = frozenset({"origin", "source_sha256", "fetched_at", "charset", "url"})


def content_hash(text: str) -> str:
    """Returns the hex SHA-256 of the text's words in lower case, whatever stands between them.

    >>> content_hash("One, two.") == content_hash("one two")
    True
    """
    return hashlib.sha256(" ".join(_words(text)).encode()).hexdigest()


def simhash(text: str) -> int:
    """Returns the 64-bit SimHash of the text's word triples, as a signed integer: near texts differ in few bits.

    Source: Charikar, "Similarity estimation techniques from rounding algorithms" (2002).
    """
    hashes = np.fromiter(map(word_hash, _words(text)), dtype="<u8")
    shingles = max(1, len(hashes) - _SHINGLE_WORDS + 1)
    padded = np.concatenate([hashes, np.zeros(max(0, _SHINGLE_WORDS - len(hashes)), dtype="<u8")])
    # An odd factor a place: the same words in another order are another shingle. The shift brings the well-mixed high bits down to the low ones.
    mixed = sum(padded[place : place + shingles] * factor for place, factor in enumerate(_FACTORS))
    bits = np.unpackbits((mixed ^ (mixed >> np.uint64(32))).view(np.uint8).reshape(shingles, -1), axis=1, bitorder="little")
    return int.from_bytes(np.packbits(bits.sum(axis=0) > shingles / 2, bitorder="little").tobytes(), "little", signed=True)


@lru_cache(maxsize=1)  # for one hash after the other
def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


@lru_cache(maxsize=16_384)
def word_hash(word: str) -> int:
    """Returns 64 bits of the word's BLAKE2b hash."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


def article_digest(article: Article) -> str:
    """Returns the hex SHA-256 of all that readers see of an article: the same digest means that nothing changed."""
    seen = {field.name: getattr(article, field.name) for field in fields(article) if field.name not in _PROVENANCE}
    return hashlib.sha256(orjson.dumps(seen, option=orjson.OPT_SORT_KEYS)).hexdigest()
