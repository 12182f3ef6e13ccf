"""A chosen value with the source it came from, and candidates in the order of their sources' precedence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Generic, TypeVar

from pipeline.records import Candidate, MetaField

SITE_FILE: Final = "site:"  # how the sources begin that a site's rule file names; its word is final

Value_co = TypeVar("Value_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Choice(Generic[Value_co]):
    """What was chosen for a field, and from which source; an empty choice has no source."""

    value: Value_co
    source: str | None = None


def is_final(candidate: Candidate) -> bool:
    """Returns whether a candidate is what the site's rule file selects, which no other source and no doubt of ours overrules."""
    return candidate.source.startswith(SITE_FILE)


def candidates_for(candidates: Sequence[Candidate], field: MetaField, precedence: Sequence[str] = ()) -> list[Candidate]:
    """Returns a field's candidates, best source first.

    A source's rank is the place of its longest prefix in `precedence`; sources not listed follow in the page's order, what rules moved comes last
    unless `precedence` lists it.
    """
    own = [candidate for candidate in candidates if candidate.field is field]
    return sorted(own, key=lambda candidate: rank(candidate.source, precedence))


@lru_cache(maxsize=4096)
def rank(source: str, precedence: Sequence[str]) -> int:
    """Returns the place of a source in an order of precedence, 0 the best."""
    prefixes = [
        prefix
        for prefix in precedence
        if source == prefix or source.startswith(prefix.removesuffix("*") if prefix.endswith((":", "*")) else f"{prefix}:")
    ]
    if prefixes:
        return precedence.index(max(prefixes, key=len))
    return len(precedence) + source.startswith("rule:")
