"""Lines at the head of a body that only repeat what has a column of its own: the title, the standfirst, the section."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from pipeline.records import Action, Block, Candidate, Kind, Layer, MetaField, Removal
from pipeline.stages.body.model import KEEP_SCORE, SURE_SCORE
from pipeline.stages.doubts import AMBIGUOUS
from pipeline.stages.guards import is_prose

COPY_BLOCKS: Final = 10  # below so many blocks that may be the article's, a copy of the title is a mention
MIN_TITLE_WORDS: Final = 4
TITLE_SHARE: Final = 0.6
# The strongest last: a text that is both is the title.
_COPIED: Final = (
    (MetaField.SECTION, Kind.TAGS_BREADCRUMB),
    (MetaField.STANDFIRST, Kind.STANDFIRST),
    (MetaField.TITLE, Kind.TITLE_COPY),
)
# Headings that only look like the page's title, as candidates for one.
_OTHER_HEADINGS: Final = (":other", ":part")
_WORD: Final = re.compile(r"\w+")


def copies_in_head(blocks: Sequence[Block], candidates: Iterable[Candidate]) -> dict[int, Removal]:
    """Returns verdicts, by position, on blocks of the head that say what the title, the standfirst or the section says.

    A standfirst that is all the prose there is stays: on a page of pictures or a short notice it is the article.
    """
    wanted = [
        (_words(candidate.value), candidate, kind)
        for field, kind in _COPIED
        for candidate in candidates
        if candidate.field is field and not candidate.source.endswith(_OTHER_HEADINGS)
    ]
    verdicts = {}
    above = 0
    for position, block in enumerate(blocks):
        above += block.score >= KEEP_SCORE
        if above > COPY_BLOCKS:
            break
        said = _words(block.text)
        for candidate, kind in [(candidate, kind) for words, candidate, kind in wanted if _says(said, words)][-1:]:
            if kind in AMBIGUOUS and block.score >= SURE_SCORE:
                continue
            verdicts[position] = Removal(
                position=position,
                action=Action.MOVED,
                moved_to=candidate.field.value,
                kind=kind,
                layer=Layer.TITLE_COPY,
                rule_id=f"{kind}:{candidate.source}",
                reason=f"says the same as the page's {candidate.field} ({candidate.source})",
                text=block.text,
            )
    if any(is_prose(block) and block.score >= KEEP_SCORE for position, block in enumerate(blocks) if position not in verdicts):
        return verdicts
    return {position: verdict for position, verdict in verdicts.items() if verdict.kind is not Kind.STANDFIRST}


def _says(said: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether a block says the wanted words, or most of them: titles in a page's head have the site's name behind them."""
    return bool(said) and (
        said == wanted or (len(said) >= MIN_TITLE_WORDS and len(said) >= TITLE_SHARE * len(wanted) and wanted[: len(said)] == said)
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))
