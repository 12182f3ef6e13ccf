"""What the model holds to be something else than the article, and how sure it must be of a block that a rule would take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.records import Action, Block, Kind, Layer, Removal
from pipeline.stages.body.model import KEEP_SCORE
from pipeline.stages.words import word_count

STORY_LINK_SHARE: Final = 0.8
MIN_STORY_WORDS: Final = 4
MAX_STORY_WORDS: Final = 30
# Labels that articles, too, use: as headings, as entries of a list or a table.
AMBIGUOUS: Final = frozenset({Kind.DATELINE_META, Kind.TAGS_BREADCRUMB})


def doubted_blocks(blocks: Sequence[Block]) -> dict[int, Removal]:
    """Returns verdicts, by position, on captions, and on the blocks that the model holds to be something else than the article."""
    return {
        position: Removal(
            position=position,
            action=Action.DROPPED,
            kind=_likely_kind(block),
            layer=Layer.STRUCTURE if block.tag == "caption" else Layer.MODEL,
            rule_id="structure:caption" if block.tag == "caption" else "model:not-article",
            reason="the caption of a picture" if block.tag == "caption" else _doubts_of(block),
            text=block.text,
        )
        for position, block in enumerate(blocks)
        if block.tag == "caption" or block.score < KEEP_SCORE
    }


def _doubts_of(block: Block) -> str:
    return f"the model gives it {block.score:.0%} to be the article's; what speaks most against it: {', '.join(block.doubts) or 'all together'}"


def _likely_kind(block: Block) -> Kind:
    if block.tag == "caption":
        return Kind.CAPTION
    headline = MIN_STORY_WORDS <= word_count(block.text) <= MAX_STORY_WORDS
    return Kind.RELATED_STORY if headline and block.link_share >= STORY_LINK_SHARE else Kind.NOT_ARTICLE
