"""A text's shingles, and a sketch of them that is small enough to keep for every article: MinHash, in bands for looking it up and in bytes for comparing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from pipeline.stages.fingerprint import word_hash
from pipeline.stages.words import UNSPACED_CHARACTERS_A_WORD, is_unspaced

Hashes = NDArray[np.uint64]

SHINGLE_WORDS: Final = 5
SHINGLE_CHARACTERS: Final = (SHINGLE_WORDS - 1) * UNSPACED_CHARACTERS_A_WORD + 1  # as many touch five words, on average
PERMUTATIONS: Final = 128
BANDS: Final = 21  # of six rows: of pairs with a Jaccard similarity of 0.8, 99.8 % agree in a band; with 0.5, 28 %; with 0.3, 1.5 %
ROWS: Final = 6
# Names all that a stored sketch depends on: sketches of two schemes can't be compared. Hence the library's own version of its algorithm.
SCHEME: Final = f"words-{SHINGLE_WORDS}:characters-{SHINGLE_CHARACTERS}:r-minhash-{RMinHash.ALGORITHM_VERSION}:{PERMUTATIONS}:{BANDS}x{ROWS}:1"

_SEED: Final = 1
_WORD: Final = re.compile(r"\w+")
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)  # odd: multiplying by it loses nothing
_HALF: Final = np.uint64(32)


class Sketch(NamedTuple):
    """What is kept of a text's shingles. A text without words has none, and empty bands and signature."""

    shingles: int  # distinct ones
    bands: bytes  # BANDS little-endian 32-bit integers; two texts with one in common are worth comparing
    signature: bytes  # PERMUTATIONS bytes; the share of equal ones estimates the Jaccard similarity


EMPTY: Final = Sketch(0, b"", b"")


def sketch(text: str) -> Sketch:
    """Returns the text's sketch, the same on every machine and in every process."""
    shingles = shingle_hashes(text)
    if not len(shingles):
        return EMPTY
    offsets = np.array([0, len(shingles)], dtype=np.uint64)
    rows = RMinHash.digest_matrix_from_flat_token_hashes(shingles, offsets, PERMUTATIONS, _SEED).to_rows()
    digest = np.array(rows[0], dtype=np.uint64)
    bands = _mixed(_rolled(digest[: BANDS * ROWS].reshape(BANDS, ROWS).T, np.arange(BANDS, dtype=np.uint64)))
    return Sketch(len(shingles), (bands >> _HALF).astype("<u4").tobytes(), (_mixed(digest) >> np.uint64(56)).astype(np.uint8).tobytes())


def shingle_hashes(text: str) -> Hashes:
    """Returns the distinct 64-bit hashes of the text's shingles, in order: of each five words in a row, or of nine characters where the first of them
    is of a script without spaces. A text shorter than a shingle is one shingle; a text without words has none.

    What `content_hash` holds for the same text has the same shingles.
    """
    words = _WORD.findall(text.lower())
    if not words:
        return np.empty(0, dtype=np.uint64)
    if not is_unspaced(text):
        return np.unique(_windows(_hashes(words), SHINGLE_WORDS))
    tokens, is_character = _characters(words)
    hashes = _hashes(tokens)
    in_words, in_characters = _windows(hashes, SHINGLE_WORDS), _windows(hashes, SHINGLE_CHARACTERS)
    return np.unique(
        np.concatenate([in_words[~is_character[: len(in_words)]], in_characters[is_character[: len(in_characters)]]]),
    )


def jaccard(first: Hashes, second: Hashes) -> float:
    """Returns the share of the shingles of either text that both have, 0 to 1; 0 where neither has any."""
    common = len(np.intersect1d(first, second, assume_unique=True))
    either = len(first) + len(second) - common
    return common / either if either else 0.0


def _characters(words: Sequence[str]) -> tuple[list[str], NDArray[np.bool_]]:
    """The words, those in scripts without spaces as single characters; and which of the tokens are such."""
    tokens: list[str] = []
    is_character: list[bool] = []
    for word in words:
        parts = list(word) if is_unspaced(word) else [word]
        tokens.extend(parts)
        is_character.extend([is_unspaced(word)] * len(parts))
    return tokens, np.array(is_character)


def _windows(hashes: Hashes, size: int) -> Hashes:
    """One hash for each run of `size` tokens; one for all of them where there are fewer."""
    padded = np.pad(hashes, (0, max(0, size - len(hashes))))
    count = len(padded) - size + 1
    return _mixed(_rolled([padded[place : place + count] for place in range(size)], np.zeros(count, dtype=np.uint64)))


def _rolled(columns: Sequence[Hashes] | Hashes, start: Hashes) -> Hashes:
    """One number a row, in which each column and its place counts."""
    rolled = start
    for column in columns:
        rolled = rolled * _FACTOR + column
    return rolled


def _mixed(numbers: Hashes) -> Hashes:
    """The numbers with every bit depending on every other: a product alone mixes upwards only."""
    folded: Hashes = (numbers ^ (numbers >> _HALF)) * _FACTOR
    return folded ^ (folded >> _HALF)


def _hashes(tokens: Sequence[str]) -> Hashes:
    return np.fromiter(map(word_hash, tokens), dtype=np.uint64, count=len(tokens))
