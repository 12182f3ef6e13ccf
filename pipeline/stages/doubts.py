"""What the model holds to be something else than the article, and how sure it must be of a block that a rule would take."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Final

from pipeline.records import Action, Block, Kind, Layer, Removal
from pipeline.stages.body.model import KEEP_SCORE
from pipeline.stages.guards import is_sentence
from pipeline.stages.words import word_count

STORY_LINK_SHARE: Final = 0.8
MIN_STORY_WORDS: Final = 4
MAX_STORY_WORDS: Final = 30
SURE_SCORE: Final = 0.7  # of the blocks above it that rules for labels took on labelled pages, four in five were the article's
AMID_SCORE: Final = 0.2
EVEN_SCORE: Final = 0.4
LINKED: Final = 0.5
_HEADINGS: Final = frozenset(f"h{level}" for level in range(2, 7))
# Labels that articles, too, use: as headings, as entries of a list or a table.
AMBIGUOUS: Final = frozenset({Kind.DATELINE_META, Kind.TAGS_BREADCRUMB})


def doubted_blocks(blocks: Sequence[Block], taken: Container[int]) -> dict[int, Removal]:
    """Returns verdicts, by position, on captions, and on the blocks that the model holds to be something else than the article.

    `taken` are the positions that rules have taken already: these hold no other block.
    """
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
        if block.tag == "caption" or (block.score < KEEP_SCORE and not _belongs(blocks, position, taken))
    }


def _doubts_of(block: Block) -> str:
    return f"the model gives it {block.score:.0%} to be the article's; what speaks most against it: {', '.join(block.doubts) or 'all together'}"


def _belongs(blocks: Sequence[Block], position: int, taken: Container[int]) -> bool:
    """Whether a block that is doubted, but not much, is held by one that the model is sure of: articles have no holes, and headings text below."""
    block = blocks[position]
    if block.score < AMID_SCORE or block.link_share >= LINKED:
        return False
    above, below = (0 <= place < len(blocks) and place not in taken and blocks[place].score >= SURE_SCORE for place in (position - 1, position + 1))
    if block.score >= EVEN_SCORE and above and is_sentence(block.text):
        return True  # the last paragraph is often a short one
    return below and (above or block.tag in _HEADINGS)


def _likely_kind(block: Block) -> Kind:
    if block.tag == "caption":
        return Kind.CAPTION
    headline = MIN_STORY_WORDS <= word_count(block.text) <= MAX_STORY_WORDS
    return Kind.RELATED_STORY if headline and block.link_share >= STORY_LINK_SHARE else Kind.NOT_ARTICLE
