"""One value as a candidate for a field: white space folded, length capped, empty ones dropped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.records import Candidate, MetaField

MAX_CHARACTERS: Final = {
    MetaField.TITLE: 500,
    MetaField.AUTHOR: 200,
    MetaField.BYLINE: 500,
    MetaField.DESCRIPTION: 2_000,
    MetaField.STANDFIRST: 2_000,
    MetaField.KEYWORD: 5_000,  # a list of 50 in one string
    MetaField.CANONICAL_URL: 2_000,
}
MAX_CHARACTERS_ELSEWHERE: Final = 200


def propose(field: MetaField, source: str, value: object) -> Iterator[Candidate]:
    """Yields the candidate, or nothing where the value is no text or empty."""
    if isinstance(value, bool | int | float):
        value = str(value)
    if not isinstance(value, str):
        return
    room = MAX_CHARACTERS.get(field, MAX_CHARACTERS_ELSEWHERE)
    folded = " ".join(value[: 4 * room].split())[:room].rstrip()
    if folded:
        yield Candidate(field=field, source=source, value=folded)
