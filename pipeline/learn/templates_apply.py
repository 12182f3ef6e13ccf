"""Which blocks of a page are its site's template: those that stand on many of its articles, unless they look like the article's own."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, takewhile
from typing import Final, NamedTuple

from pipeline.learn.templates import Template, text_key
from pipeline.learn.templates_observe import MAX_WORDS
from pipeline.learn.templates_text import normalised
from pipeline.records import Action, Block, Candidate, Flag, Kind, Layer, MetaField, Removal
from pipeline.stages.doubts import MAX_STORY_WORDS, STORY_LINK_SHARE
from pipeline.stages.guards import is_reported_speech, is_sentence
from pipeline.stages.trim import Trimmed
from pipeline.stages.words import word_count

MAX_REMOVED_SHARE: Final = 0.4  # of the characters that are left: more, and the page is not like the site's others
LABEL_WORDS: Final = 8  # a text of fewer is no sentence, and may head one
MIN_STORIES: Final = 2  # one link below a heading is what the heading names
_FULL_STOPS: Final = (".", "。", "।")
_HEADINGS: Final = frozenset(f"h{level}" for level in range(1, 7))
_ENTRIES: Final = frozenset({"li", "row"})


def without_templates(blocks: Sequence[Block], candidates: Iterable[Candidate], trimmed: Trimmed, templates: Mapping[str, Template]) -> Trimmed:
    """Returns a trimmed page without the templates of its site and host, which come by the hash of their words."""
    if not templates:
        return trimmed
    known = {removal.position: removal for removal in trimmed.removals}
    verdicts = template_removals(blocks, candidates, templates, known)
    removals = known | verdicts.removals
    return replace(
        trimmed,
        kept=tuple(block for position, block in enumerate(blocks) if position not in removals),
        removals=tuple(removals[position] for position in sorted(removals)),
        flags=trimmed.flags | verdicts.flags,
    )


class TemplateVerdicts(NamedTuple):
    """A removal for each block that is template, by position; and a flag where there were too many to believe, so that none is taken."""

    removals: dict[int, Removal]
    flags: frozenset[Flag]


def template_removals(
    blocks: Sequence[Block], candidates: Iterable[Candidate], templates: Mapping[str, Template], known: Container[int]
) -> TemplateVerdicts:
    """Returns verdicts on a page's blocks by the templates of its site and host, which come by the hash of their words.

    `known` are the positions that have a verdict already. `candidates` are the page's: what is its own title stays.
    """
    page = _Page(blocks, known)
    longest = max((word_count(template.text) for template in templates.values() if template.pinned), default=0)
    keys = [text_key(block.text) if word_count(block.text) <= max(longest, MAX_WORDS) else "" for block in blocks]
    times = Counter(keys)  # "Pros" and "Cons" stand there once for each product, what a site puts in stands there once
    standing = {position: templates[key] for position, key in enumerate(keys) if key in templates and times[key] == 1}
    own = {normalised(candidate.value) for candidate in candidates if candidate.field is MetaField.TITLE}
    doubtful = {position for position, template in standing.items() if not template.pinned and _is_own(page, position, template, own)}
    likely = {position: template for position, template in standing.items() if position not in doubtful}
    taken = _without_labels(page, _without_partial_lists(page, {position: likely[position] for position in page.left if position in likely}))
    removals = {position: _removal(position, blocks[position], template) for position, template in taken.items()}
    # A box's heading heads it, too, where another layer has taken the heading.
    removals |= _stories_below(page, {position: template for position, template in likely.items() if position in taken or position in known})
    if sum(len(removal.text) for removal in removals.values()) > MAX_REMOVED_SHARE * page.characters:
        return TemplateVerdicts({}, frozenset({Flag.MOSTLY_BOILERPLATE}))
    return TemplateVerdicts(removals, frozenset())


class _Page:
    """The blocks that are left of a page, and what stands above and below them."""

    def __init__(self, blocks: Sequence[Block], known: Container[int]) -> None:
        self.blocks = blocks
        self.is_left = lambda position: position not in known
        self.left = list(filter(self.is_left, range(len(blocks))))
        self.characters = sum(len(blocks[position].text) for position in self.left)
        self.first_sentence = next((position for position in self.left if is_sentence(blocks[position].text)), None)

    def below(self, position: int) -> list[int]:
        """Returns the positions of all that is left below a block."""
        return self.left[bisect_right(self.left, position) :]

    def stories(self, position: int) -> list[int]:
        """Returns the positions of the run of linked headlines right below a block, whether they are left or not."""
        return list(takewhile(lambda place: _is_story(self.blocks[place]), range(position + 1, len(self.blocks))))

    def section(self, position: int, taken: Container[int]) -> list[int]:
        """Returns the positions of what a heading heads: all up to the next heading that stays, or that heading, where it comes at once."""
        below = self.below(position)
        return list(takewhile(lambda place: self.blocks[place].tag not in _HEADINGS or place in taken, below)) or below[:1]


def _is_own(page: _Page, position: int, template: Template, titles: Container[str]) -> bool:
    """Whether a block is reported speech, the article's own title, or the line that opens it: many columns open each article with the same one."""
    text = page.blocks[position].text
    opens = position == page.first_sentence and not template.may_open
    return opens or normalised(text) in titles or is_reported_speech(text)


def _without_partial_lists(page: _Page, taken: Mapping[int, Template]) -> dict[int, Template]:
    """The templates but for entries of lists that have entries of the article, too: salt and pepper are in every recipe."""
    kept = dict(taken)
    for is_entry, run in groupby(page.left, key=lambda position: page.blocks[position].tag in _ENTRIES):
        entries = list(run)
        if is_entry and not all(position in taken or _is_story(page.blocks[position]) for position in entries):
            for position in entries:
                if position in taken and not taken[position].pinned:
                    del kept[position]
    return kept


def _without_labels(page: _Page, taken: Mapping[int, Template]) -> dict[int, Template]:
    """The templates but for headings and labels of what stays.

    "Ingredients" falls only with all that stands below it, up to the next heading; a label only with the whole rest of the page.
    """
    kept = dict(taken)
    for position in sorted(taken, reverse=True):
        block = page.blocks[position]
        if taken[position].pinned or not _is_label(block) or len(page.stories(position)) >= MIN_STORIES:
            continue
        headed = page.section(position, kept) if block.tag in _HEADINGS else page.below(position)
        if not all(place in kept for place in headed):
            del kept[position]
    return kept


def _stories_below(page: _Page, headings: Mapping[int, Template]) -> dict[int, Removal]:
    """Verdicts on the run of linked headlines right below a line that is template, and on that line: the headlines change, the box stays."""
    found: dict[int, Removal] = {}
    for position, template in headings.items():
        heading, stories = page.blocks[position], page.stories(position)
        if is_sentence(heading.text) or len(stories) < MIN_STORIES:
            continue
        for place in filter(page.is_left, (position, *stories)):
            removal = _removal(place, page.blocks[place], template)
            reason = f"a link to another story, in the list under “{heading.text}”, which {removal.reason}"
            is_story = place != position
            found[place] = replace(removal, kind=Kind.RELATED_STORY, reason=reason) if is_story else replace(removal, kind=Kind.LIST_HEADING)
    return found


def _is_label(block: Block) -> bool:
    """Whether a block may head a part of the article: a heading, or a few words that are neither a sentence nor a link."""
    few_words = word_count(block.text) <= LABEL_WORDS and not block.text.endswith(_FULL_STOPS) and block.link_share < STORY_LINK_SHARE
    return block.tag in _HEADINGS or few_words


def _is_story(block: Block) -> bool:
    return block.link_share >= STORY_LINK_SHARE and word_count(block.text) <= MAX_STORY_WORDS


def _removal(position: int, block: Block, template: Template) -> Removal:
    return Removal(
        position=position,
        action=Action.DROPPED,
        kind=Kind.NOT_ARTICLE,
        layer=Layer.TEMPLATE,
        rule_id=f"template:{template.block}",
        reason=_reason(template),
        text=block.text,
        support_pages=template.support,
    )


def _reason(template: Template) -> str:
    place = template.host or template.site
    if template.pinned:
        return f"is pinned as a template of {place}"
    return f"stands in {template.support} of {template.articles} articles of {place} ({template.share:.0%}), on {template.days} days"
