"""Which articles are duplicates of which, once it is known how much alike their texts are. Pure, and the same in whatever order they come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

IDENTICAL: Final = 1.0
_UNKNOWN: Final = datetime.max.replace(tzinfo=UTC)  # comes last


class Member(NamedTuple):
    """An article that counts: the hash of its words, when it was published and fetched, where that is known, and whether somebody had it withdrawn."""

    id: str
    content_hash: str
    published: datetime | None
    fetched: datetime | None
    withdrawn: bool = False


class Pair(NamedTuple):
    """Two texts, by the hash of their words, the smaller first, and the Jaccard similarity of their shingles. It never changes: it is theirs alone."""

    first: str
    second: str
    similarity: float


class Verdict(NamedTuple):
    """What an article is a duplicate of, and how much alike the two are, 0 to 1; None and None for one that is no duplicate."""

    id: str
    duplicate_of: str | None = None
    similarity: float | None = None


def seniority(member: Member) -> tuple[bool, datetime, datetime, str]:
    """Returns what articles are ordered by: the withdrawn first, whose copies must stay out however old they are; then the earliest published, then the
    earliest fetched, then the smallest id; unknown instants last.
    """
    return (not member.withdrawn, member.published or _UNKNOWN, member.fetched or _UNKNOWN, member.id)


def verdicts_on(members: Iterable[Member], pairs: Iterable[Pair]) -> dict[str, Verdict]:
    """Returns the verdict on each article, by id.

    From the most senior article on, each is a duplicate of the canonical articles' most similar one, if any is similar (of several, the most senior);
    else it is canonical itself. So a duplicate is always similar to its canonical, which is more senior, and two canonical articles never are similar.
    In a chain of which only neighbours are alike, the third article is therefore no duplicate of the first.
    A withdrawn article is a duplicate of nobody, and what is similar to one is a duplicate of that, whatever else it is similar to.
    """
    similar = _neighbours(pairs)
    verdicts: dict[str, Verdict] = {}
    heads: dict[str, _Head] = {}  # of each text, its most senior article
    for place, member in enumerate(sorted(members, key=seniority)):
        head = heads.get(member.content_hash)
        if member.withdrawn:
            verdict = Verdict(member.id)
            heads.setdefault(member.content_hash, _Head(place, verdict, withdrawn=True))
        elif head is None:
            verdict = _verdict_on_text(member.id, similar.get(member.content_hash, {}), heads)
            heads[member.content_hash] = _Head(place, verdict)
        elif head.verdict.duplicate_of is None:
            verdict = Verdict(member.id, head.verdict.id, IDENTICAL)
        else:
            verdict = head.verdict._replace(id=member.id)
        verdicts[member.id] = verdict
    return verdicts


class _Head(NamedTuple):
    place: int  # in the order of seniority
    verdict: Verdict
    withdrawn: bool = False


def _verdict_on_text(article: str, similar: Mapping[str, float], heads: Mapping[str, _Head]) -> Verdict:
    """The verdict on the most senior article with a text; `similar` has how much alike this and other texts are."""
    found = [(similarity, heads[text]) for text, similarity in similar.items() if text in heads]
    canonical = [(head.withdrawn, similarity, -head.place, head.verdict.id) for similarity, head in found if head.verdict.duplicate_of is None]
    if not canonical:
        return Verdict(article)
    _, similarity, _, duplicate_of = max(canonical)
    return Verdict(article, duplicate_of, similarity)


def _neighbours(pairs: Iterable[Pair]) -> Mapping[str, Mapping[str, float]]:
    similar: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for first, second, similarity in pairs:
        similar[first][second] = similarity
        similar[second][first] = similarity
    return similar
