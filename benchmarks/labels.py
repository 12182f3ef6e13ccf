"""Which blocks of a labelled page are its article: the gold text laid along the page's own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rapidfuzz.distance import Indel

Labels = tuple[int, ...]  # 1: the article's, 0: not, -1: the labels do not say

_WORD = re.compile(r"\w+")
_SHARE = 0.5  # of a block's words that must stand in the gold text, in its order


def labels_of(texts: Sequence[str], row: Mapping[str, Any]) -> Labels:
    """Returns each block's label, by the gold text where the row has one, else by its snippets."""
    return _by_text(texts, row["gold_text"]) if row["gold_text"] else _by_snippets(texts, row["with_segments"], row["without_segments"])


def _by_text(texts: Sequence[str], gold: str) -> Labels:
    numbers: dict[str, int] = {}

    def numbered(text: str) -> list[int]:
        return [numbers.setdefault(word, len(numbers)) for word in _WORD.findall(text.lower())]

    blocks = [numbered(text) for text in texts]
    page = [word for block in blocks for word in block]
    common = bytearray(len(page))
    for step in Indel.opcodes(page, numbered(gold)):
        if step.tag == "equal":
            common[step.src_start : step.src_end] = b"\1" * (step.src_end - step.src_start)
    labels, place = [], 0
    for block in blocks:
        labels.append(int(bool(block) and sum(common[place : place + len(block)]) >= _SHARE * len(block)))
        place += len(block)
    return tuple(labels)


def _by_snippets(texts: Sequence[str], inside: Sequence[str] | None, outside: Sequence[str] | None) -> Labels:
    return tuple(1 if _has(text, inside) else 0 if _has(text, outside) else -1 for text in texts)


def _has(text: str, snippets: Sequence[str] | None) -> bool:
    return any(snippet.strip() and " ".join(snippet.split()) in " ".join(text.split()) for snippet in snippets or ())
