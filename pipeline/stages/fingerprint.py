"""Hashes of an article: one for the same words, one for nearly the same words, one for the whole published content."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import fields
from typing import Final

import orjson

from pipeline.records import Article

_WORD: Final = re.compile(r"\w+")
_SHINGLE_WORDS: Final = 3
_BYTES: Final = 8
# One table a bit, the highest first: counting a bit over all digests is then one pass in C.
_BIT_OF_BYTE: Final = tuple(bytes(value >> bit & 1 for value in range(256)) for bit in range(7, -1, -1))
# What says where a row came from, not what it says.
_PROVENANCE: Final = frozenset({"origin", "source_sha256", "fetched_at", "charset", "url"})


def content_hash(text: str) -> str:
    """Returns the hex SHA-256 of the text's words in lower case, whatever stands between them.

    >>> content_hash("One, two.") == content_hash("one two")
    True
    """
    return hashlib.sha256(" ".join(_WORD.findall(text.lower())).encode()).hexdigest()


def simhash(text: str) -> int:
    """Returns the 64-bit SimHash of the text's word triples, as a signed integer: near texts differ in few bits.

    Source: Charikar, "Similarity estimation techniques from rounding algorithms" (2002).
    """
    words = _WORD.findall(text.lower())
    shingles = (" ".join(words[i : i + _SHINGLE_WORDS]) for i in range(max(1, len(words) - _SHINGLE_WORDS + 1)))
    digests = b"".join(hashlib.blake2b(shingle.encode(), digest_size=_BYTES).digest() for shingle in shingles)
    majority = len(digests) // _BYTES / 2
    bits = (digests[byte::_BYTES].translate(bit).count(1) > majority for byte in range(_BYTES) for bit in _BIT_OF_BYTE)
    return int.from_bytes(_packed(bits), signed=True)


def _packed(bits: Iterable[bool]) -> bytes:
    number = 0
    for bit in bits:
        number = number << 1 | bit
    return number.to_bytes(_BYTES)


def article_digest(article: Article) -> str:
    """Returns the hex SHA-256 of all that readers see of an article: the same digest means that nothing changed."""
    seen = {field.name: getattr(article, field.name) for field in fields(article) if field.name not in _PROVENANCE}
    return hashlib.sha256(orjson.dumps(seen, option=orjson.OPT_SORT_KEYS)).hexdigest()
