"""Takes out of a page's blocks what is not the article, and says why for each: copies of the title, boilerplate by rule, lists of stories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise, takewhile
from typing import Final

from pipeline.records import Action, Block, Candidate, Flag, Image, Kind, Layer, Removal
from pipeline.rules import Hit, RuleFlag, RuleSet, Verb, strongest
from pipeline.stages.body.model import SURE_SCORE
from pipeline.stages.copies import copies_in_head
from pipeline.stages.doubts import AMBIGUOUS, MAX_STORY_WORDS, STORY_LINK_SHARE, doubted_blocks
from pipeline.stages.guards import is_prose, is_reported_speech, is_sentence
from pipeline.stages.moves import moved_candidates, moved_images, moved_to
from pipeline.stages.words import word_count
from pipeline.stages.zones import ALL_ZONES, zones_of

MAX_CUT_SHARE: Final = 0.35  # more text than this behind a closing line: the line is no end, and goes alone
MIN_KEPT_SHARE: Final = 0.25  # cleaning that takes more is wrong about the page more often than right
# What stands in boxes of its own: the heading right above it is the box's.
_BOXES: Final = frozenset({Kind.NEWSLETTER, Kind.DONATION, Kind.APP_PROMO, Kind.FEEDBACK_WIDGET})
# Notices that stand above the lead: the first prose of a page may be one, and then the lead is the next.
_ABOVE_THE_LEAD: Final = frozenset({Kind.AFFILIATE_DISCLOSURE, Kind.COOKIE_CONSENT})
_HEADINGS: Final = frozenset(f"h{level}" for level in range(1, 7))
# What asks the reader for something: as a heading within an article, it may be what the article explains how to ask.
_ASKING: Final = _BOXES | {Kind.SHARE_FOLLOW, Kind.COMMENTS_UI, Kind.CONTACT_TIPS}
MIN_SECTIONS: Final = 2

Verdicts = Mapping[int, Removal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trimmed:
    """The blocks that stay, a removal for each that does not, and what the removed ones say of the article."""

    kept: tuple[Block, ...]
    removals: tuple[Removal, ...]
    candidates: tuple[Candidate, ...]
    images: tuple[Image, ...]
    flags: frozenset[Flag]
    paywall_detected: bool


def trim(blocks: Sequence[Block], candidates: Sequence[Candidate], rules: RuleSet, *, language: str | None, site: str | None) -> Trimmed:
    """Returns the article's blocks and what was taken out.

    `candidates` are the page's metadata candidates: the titles and standfirsts among them are looked for in the head.
    """
    read = partial(rules.hits, zones=ALL_ZONES, language=language, site=site)
    hits = [read(block.text) or _heads_a_list(block, read) for block in blocks]
    # The rules say more than the model, and come first; what it takes may bring other blocks into the zones that they look at.
    by_rule = _settled(blocks, hits, copies_in_head(blocks, candidates))
    verdicts = _settled(blocks, hits, {**doubted_blocks(blocks), **by_rule})
    guarded, flags = _keep_most_text(blocks, verdicts)
    used = [(hit, verdict) for position, verdict in guarded.items() for hit in hits[position] if hit.rule.id == verdict.rule_id]
    raised = {hit.rule.flag for block_hits in hits for hit in block_hits}
    return Trimmed(
        kept=tuple(block for position, block in enumerate(blocks) if position not in guarded),
        removals=tuple(guarded[position] for position in sorted(guarded)),
        candidates=tuple(candidate for hit, verdict in used for candidate in moved_candidates(hit, verdict)),
        images=tuple(image for hit, verdict in used for image in moved_images(hit, verdict)),
        flags=flags | {Flag.SYNDICATED_OR_GENERATED for flag in raised if flag is RuleFlag.SYNDICATED_OR_GENERATED},
        paywall_detected=RuleFlag.PAYWALL_DETECTED in raised or any(hit.rule.kind is Kind.PAYWALL for hit, _ in used),
    )


def _heads_a_list(block: Block, read: Callable[[str], list[Hit]]) -> list[Hit]:
    """The hits on the first line of a block that is a whole list of stories, heading and all, a line an entry."""
    first, *entries = block.text.split("\n")
    return [hit for hit in read(first) if hit.rule.kind is Kind.LIST_HEADING] if entries and not any(map(is_sentence, entries)) else []


def _settled(blocks: Sequence[Block], hits: Sequence[Sequence[Hit]], verdicts: Verdicts) -> dict[int, Removal]:
    """The verdicts, and all that follow from them: the rules, applied again to what they kept, find nothing more."""
    settled = dict(verdicts)
    # Zones follow from what is still there, hence the repetition.
    while found := _found(blocks, hits, settled):
        settled |= found
    return settled


def _found(blocks: Sequence[Block], hits: Sequence[Sequence[Hit]], known: Verdicts) -> dict[int, Removal]:
    """Verdicts on blocks that have none yet: by rule, behind a closing line, under a list's heading."""
    zones = zones_of(blocks, known)
    first_prose = _first_prose(blocks, hits, known)
    own_headings = _own_headings(blocks, known)
    found: dict[int, Removal] = {}
    for position, block in enumerate(blocks):
        if position in known or position == first_prose:
            continue
        removing = [hit for hit in hits[position] if hit.rule.zone in zones[position] and _may_take(hit, block, zones[position])]
        if position in own_headings:
            removing = [hit for hit in removing if hit.rule.kind not in _ASKING]
        if removing and not is_reported_speech(block.text):
            found[position] = _verdict(position, block, strongest(removing))
    found |= _behind_cuts(blocks, hits, {**known, **found})
    found |= _stories_under_headings(blocks, {**known, **found})
    found |= _bios_under_headings(blocks, {**known, **found})
    return found | _headings_of_nothing(blocks, {**known, **found})


def _may_take(hit: Hit, block: Block, zones: frozenset[str]) -> bool:
    """Whether the rule takes blocks, and not a label of which the model is sure that here it is the article's."""
    sure = block.score >= SURE_SCORE and block.link_share < STORY_LINK_SHARE and "head" not in zones
    return hit.rule.verb is not Verb.FLAG and not (sure and hit.rule.kind in AMBIGUOUS)


def _own_headings(blocks: Sequence[Block], known: Verdicts) -> set[int]:
    """The headings right above prose, the model sure of both, where several of one level are so: each says what its section is about."""
    found = [
        place
        for place, (heading, below) in enumerate(pairwise(blocks))
        if heading.tag in _HEADINGS and min(heading.score, below.score) >= SURE_SCORE and place + 1 not in known and is_prose(below)
    ]
    levels = Counter(blocks[place].tag for place in found)
    return {place for place in found if levels[blocks[place].tag] >= MIN_SECTIONS}


def _first_prose(blocks: Sequence[Block], hits: Sequence[Sequence[Hit]], known: Verdicts) -> int | None:
    """The first running text that is neither to be moved to a field nor a notice above the lead: no rule may take it."""
    for position, block in enumerate(blocks):
        passed = any(hit.rule.moves_to or hit.rule.kind in _ABOVE_THE_LEAD for hit in hits[position])
        if position not in known and not passed and is_prose(block):
            return position
    return None


def _verdict(position: int, block: Block, hit: Hit) -> Removal:
    return Removal(
        position=position,
        action=Action.MOVED if hit.rule.moves_to else Action.DROPPED,
        moved_to=moved_to(hit.rule),
        kind=hit.rule.kind,
        layer=Layer.RULE,
        rule_id=hit.rule.id,
        reason=hit.rule.why,
        matched_text=hit.matched_text,
        text=block.text,
    )


def _behind_cuts(blocks: Sequence[Block], hits: Sequence[Sequence[Hit]], verdicts: Verdicts) -> dict[int, Removal]:
    """Verdicts on all that stands behind a line that ends the article, unless too much does."""
    total = sum(len(block.text) for block in blocks)
    for position, verdict in sorted(verdicts.items()):
        cuts = any(hit.rule.id == verdict.rule_id and hit.rule.verb is Verb.CUT for hit in hits[position])
        behind = [place for place in range(position + 1, len(blocks)) if place not in verdicts]
        if cuts and sum(len(blocks[place].text) for place in behind) <= MAX_CUT_SHARE * total:
            return {
                place: replace(verdict, position=place, action=Action.CUT, moved_to=None, matched_text=None, text=blocks[place].text)
                for place in behind
                if blocks[place].score < SURE_SCORE and not is_reported_speech(blocks[place].text)
            }
    return {}


def _stories_under_headings(blocks: Sequence[Block], verdicts: Verdicts) -> dict[int, Removal]:
    """Verdicts on the run of linked headlines right below the heading of a list of stories."""
    found: dict[int, Removal] = {}
    for heading in (verdict for verdict in verdicts.values() if verdict.kind is Kind.LIST_HEADING):
        for position in range(heading.position + 1, len(blocks)):
            block = blocks[position]
            if block.link_share < STORY_LINK_SHARE or word_count(block.text) > MAX_STORY_WORDS:
                break
            if position not in verdicts:
                found[position] = Removal(
                    position=position,
                    action=Action.DROPPED,
                    kind=Kind.RELATED_STORY,
                    layer=Layer.STRUCTURE,
                    rule_id="structure:stories-under-heading",
                    reason=f"a link to another story, in the list under “{heading.text}”",
                    text=block.text,
                )
    return found


def _bios_under_headings(blocks: Sequence[Block], verdicts: Verdicts) -> dict[int, Removal]:
    """Verdicts on the paragraphs right below headings such as "About the author"."""
    return {
        heading.position + 1: replace(
            heading,
            position=heading.position + 1,
            layer=Layer.STRUCTURE,
            rule_id="structure:bio-under-heading",
            reason=f"stands under “{heading.text}”",
            matched_text=None,
            text=blocks[heading.position + 1].text,
        )
        for heading in verdicts.values()
        if heading.kind is Kind.BYLINE_BIO and heading.action is Action.DROPPED and blocks[heading.position].tag in _HEADINGS
        if heading.position + 1 < len(blocks) and heading.position + 1 not in verdicts and blocks[heading.position + 1].tag not in _HEADINGS
    }


def _headings_of_nothing(blocks: Sequence[Block], verdicts: Verdicts) -> dict[int, Removal]:
    """Verdicts on headings whose section was taken out, or, where the model is not sure of the heading, its first block: a box has one of its own."""
    found: dict[int, Removal] = {}
    trailing = _trailing_headings(blocks, verdicts)
    for position, block in enumerate(blocks):
        if position in verdicts or block.tag not in _HEADINGS:
            continue
        section = list(takewhile(lambda place: blocks[place].tag not in _HEADINGS, range(position + 1, len(blocks))))
        of_box = section and not _leads_a_list(blocks, section, verdicts) and (block.score < SURE_SCORE or _is_box(section[0], verdicts))
        if (section and _all_taken(section[:1] if of_box else section, verdicts)) or position in trailing:
            found[position] = Removal(
                position=position,
                action=Action.DROPPED,
                kind=verdicts[section[0]].kind if section else Kind.NOT_ARTICLE,
                layer=Layer.STRUCTURE,
                rule_id="structure:heading-of-nothing",
                reason="a heading whose section was removed" if section else "a heading with nothing below it",
                text=block.text,
            )
    return found


def _trailing_headings(blocks: Sequence[Block], verdicts: Verdicts) -> set[int]:
    """The headings behind all else that is kept, those of which the model is not sure, and the last where text below it was removed: what they led is not there."""
    kept = [place for place in range(len(blocks)) if place not in verdicts]
    unsure = takewhile(lambda place: blocks[place].tag in _HEADINGS and blocks[place].score < SURE_SCORE, reversed(kept))
    last = [place for place in kept[-1:] if [block.tag in _HEADINGS for block in blocks[place : place + 2]] == [True, False]]
    return {*unsure, *last}


def _leads_a_list(blocks: Sequence[Block], section: Sequence[int], verdicts: Verdicts) -> bool:
    """Whether the first of a section that is kept is an entry of a list: a heading is that list's, whatever was taken between them."""
    kept = next((place for place in section if place not in verdicts), None)
    return kept is not None and blocks[kept].tag == "li"


def _is_box(position: int, verdicts: Verdicts) -> bool:
    return position in verdicts and verdicts[position].kind in _BOXES


def _all_taken(section: Sequence[int], verdicts: Verdicts) -> bool:
    """Whether all of a section was removed as boilerplate. What the model alone doubts is no box: it would have doubted the heading as well."""
    taken = [verdicts[place] for place in section if place in verdicts]
    return len(taken) == len(section) and all(verdict.action is not Action.MOVED and verdict.layer is not Layer.MODEL for verdict in taken)


def _keep_most_text(blocks: Sequence[Block], verdicts: Verdicts) -> tuple[dict[int, Removal], frozenset[Flag]]:
    """The verdicts, or only those that move text where the others would leave too little of the text that the model expects."""
    moved = {position: verdict for position, verdict in verdicts.items() if verdict.action is Action.MOVED}
    expected = sum(len(block.text) * block.score for position, block in enumerate(blocks) if position not in moved)
    kept = sum(len(block.text) for position, block in enumerate(blocks) if position not in verdicts)
    if kept < MIN_KEPT_SHARE * expected:
        return moved, frozenset({Flag.MOSTLY_BOILERPLATE})
    return dict(verdicts), frozenset()
