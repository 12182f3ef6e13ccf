"""Where in the text a block stands: rules for bylines look at the head only, rules for contact lines at the tail."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Final

from pipeline.records import Block

ALL_ZONES: Final = frozenset({"head", "any", "tail"})
HEAD_BLOCKS: Final = 6
HEAD_SHARE: Final = 0.15
TAIL_BLOCKS: Final = 6
TAIL_SHARE: Final = 0.6
# By whether a block stands in the head, and in the tail.
_ZONES: Final = {
    (False, False): frozenset({"any"}),
    (True, False): frozenset({"any", "head"}),
    (False, True): frozenset({"any", "tail"}),
    (True, True): ALL_ZONES,
}


def zones_of(blocks: Sequence[Block], removed: Container[int]) -> list[frozenset[str]]:
    """Returns each block's zones, measured on the blocks that are still there: every one is in `any`, some in `head` or `tail` or both.

    The head is the first blocks and the first part of the characters, the tail the last ones.
    """
    left = [position for position in range(len(blocks)) if position not in removed]
    total = sum(len(blocks[position].text) for position in left) or 1
    zones = [_ZONES[False, False]] * len(blocks)
    before = 0
    for rank, position in enumerate(left):
        in_head = rank < HEAD_BLOCKS or before < HEAD_SHARE * total
        before += len(blocks[position].text)
        in_tail = rank >= len(left) - TAIL_BLOCKS or before > TAIL_SHARE * total
        zones[position] = _ZONES[in_head, in_tail]
    return zones
