"""What a moved or dropped block says of the article: captions and credits for its images, candidates for its fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.records import Candidate, Image, MetaField, Removal
from pipeline.rules import Hit, Rule
from pipeline.stages.metadata.change_words import says_changed

# The rule's field -> the metadata field that the text competes for, and the column that shows it.
_FIELDS: Final = {
    "byline": (MetaField.BYLINE, "byline_raw"),
    "dateline": (MetaField.DATE_PUBLISHED, "date_published_raw"),
    "section": (MetaField.SECTION, "section"),
    "site_name": (MetaField.SITE_NAME, "site_name"),
    "keywords": (MetaField.KEYWORD, "keywords"),
    "standfirst": (MetaField.STANDFIRST, "standfirst"),
}
_IMAGE_FIELDS: Final = ("caption", "credit")


def moved_to(rule: Rule) -> str | None:
    """Returns the column that a moving rule offers the block's text to; None for a rule that drops."""
    if rule.moves_to is None:
        return None
    return "images" if rule.moves_to in _IMAGE_FIELDS else _FIELDS[rule.moves_to][1]


def moved_candidates(hit: Hit, removal: Removal) -> Iterator[Candidate]:
    """Yields what the block proposes for metadata fields: the rule's captures, and the whole block where the rule moves it."""
    for name, value in _values(hit, removal).items():
        if name in _FIELDS:
            # A stamp may give either date, and that of a change must never pass for that of publication.
            field = MetaField.DATE_MODIFIED if name == "dateline" and says_changed(value) else _FIELDS[name][0]
            yield Candidate(field=field, source=f"rule:{hit.rule.id}", value=value)


def moved_images(hit: Hit, removal: Removal) -> Iterator[Image]:
    """Yields the picture that a caption or credit line belongs to."""
    values = _values(hit, removal)
    if hit.rule.moves_to in _IMAGE_FIELDS:
        yield Image(caption=values.get("caption"), credit=values.get("credit"))


def _values(hit: Hit, removal: Removal) -> dict[str, str]:
    """The captures by name; a moving rule without a capture of its field moves the whole block."""
    values = {str(name): value for name, value in hit.captures}
    family = _IMAGE_FIELDS if hit.rule.moves_to in _IMAGE_FIELDS else (str(hit.rule.moves_to),)
    if hit.rule.moves_to and not any(name in values for name in family):
        values[str(hit.rule.moves_to)] = removal.text
    return values
