"""The article's authors: the best source that names persons, else an organisation, else an agency or the house itself."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.agreement import squashed
from pipeline.stages.metadata.byline_parts import split_byline
from pipeline.stages.metadata.choice import SITE_FILE, Choice, candidates_for, is_final
from pipeline.stages.metadata.given_names import is_given_name
from pipeline.stages.metadata.names import is_agency, is_house, is_person, is_plausible, merged
from pipeline.stages.metadata.site import is_site_name, names_site

MAX_AUTHORS: Final = 20
MAX_UNSURE_NAMES: Final = 3  # more links that look like no persons are tags

_PRECEDENCE: Final = (
    *(
        "site:",
        "json-ld:author",
        "microdata:author",
        "parsely-author",
        "sailthru.author",
        "citation_author",
        "meta:author",
        "article:author_name",
        "rel:author",
        "class:byline",
    ),
    *(
        "class:author",
        "dc.creator",
        "dc:creator",
        "meta:byl",
        "meta:byline",
        "twitter:data",
        "text:byline",
        "link:author",
        "json-ld:*",
        "article:author",
        "meta:*",
        "json-ld:creator",
    ),
)
_SUGGESTING: Final = ("class:", "text:", "link:", "rule:", "meta:creator")
_BYLINE: Final = "text:byline"
_SIGNATURE: Final = "text:signature"  # far from the headline: believed where nobody else is named
_MARKED: Final = ("rel:author", "class:byline", "class:author", "link:author")
_LABEL_FIELDS: Final = frozenset({MetaField.TITLE, MetaField.SECTION})
_LAST_NAME_FIRST: Final = ("citation_author", "dc.creator", "dc:creator", "dcterms.creator")
_NAMES: Final = ("json-ld:", "citation_author", "parsely-author", "sailthru.author")  # fields for a name, not for a byline
_BYLINES: Final = ("class:byline", "text:", "rule:", "meta:by")
_OWNED: Final = re.compile(r"['’]s (?:\w+ )?(?:blog|weblog|website|site|homepage|notes)$", re.IGNORECASE)
_PROFILE: Final = re.compile(r"https?://|www\.|^/|facebook\.com|twitter\.com|\.com/|\.html(?:/|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Sieve:
    """What of a source's names is kept, by whom they name; `site` are the names that the publication goes by."""

    site: frozenset[str]

    def without_site(self, found: list[str]) -> list[str]:
        return [name for name in found if not is_site_name(name, self.site)]

    def persons_and_teams(self, found: list[str]) -> list[str]:
        return [name for name in self.without_site(found) if not is_agency(name) and not is_house(name)]

    def persons(self, found: list[str]) -> list[str]:
        return [name for name in found if is_person(name) and not names_site(name, self.site)]

    def teams_with_persons(self, found: list[str]) -> list[str]:
        return self.persons_and_teams(found) if self.persons(found) else []

    def mostly_persons(self, found: list[str]) -> list[str]:
        return persons if 3 * len(persons := self.persons(found)) >= len(found) else []

    def few_persons_and_teams(self, found: list[str]) -> list[str]:
        return _few(self.persons_and_teams(found))

    def few_without_site(self, found: list[str]) -> list[str]:
        return _few(self.without_site(found))


def choose_authors(candidates: Sequence[Candidate], names: frozenset[str], site_name: str | None = None) -> Choice[tuple[str, ...]]:
    """Returns the authors' names in order, each once, and their source.

    Persons come first, those that the page declares before those that only a class or a line suggests; then declared teams and handles; then
    agencies, and last the publication itself, which `names` tells. Persons that the page shows twice as its authors win over declared ones.
    Where nobody is named at all, a site that bears a person's name is that person's. Before all that come the names that the site's rule file selects,
    as they stand.
    """
    selected = [candidate for candidate in candidates if candidate.field is MetaField.AUTHOR and is_final(candidate)]
    if selected:
        return Choice(tuple(dict.fromkeys(_plain(candidate.value) for candidate in selected)), selected[0].source)
    sources, sieve = _by_source(candidates, names), _Sieve(names)
    selected_bylines = {source: found for source, found in sources.items() if source.startswith(SITE_FILE)}
    far_signature = {_SIGNATURE: sources.pop(_SIGNATURE, [])}
    declared = {source: found for source, found in sources.items() if not source.startswith(_SUGGESTING)}
    tiers: tuple[tuple[dict[str, list[str]], Callable[[list[str]], list[str]]], ...] = (
        (selected_bylines, list),
        (_shown_twice(sources), sieve.persons),
        (declared, sieve.teams_with_persons),
        (sources, sieve.mostly_persons),
        (declared, sieve.persons_and_teams),
        (sources, sieve.few_persons_and_teams),
        (declared, sieve.without_site),
        (declared, list),
        (sources, sieve.few_without_site),
        (sources, _few),
        (far_signature, sieve.persons),
        (_owner(site_name), list),
    )
    return next(filter(None, (_first(found, kept) for found, kept in tiers)), Choice(()))


def _few(found: list[str]) -> list[str]:
    return found if len(set(found)) <= MAX_UNSURE_NAMES else []


def _owner(site_name: str | None) -> dict[str, list[str]]:
    """The person whose name a site bears, as "Ada Moor's blog" does."""
    pieces = split_byline(_OWNED.sub("", site_name or ""))
    return {"site_name": [name for name in pieces if is_person(name) and is_given_name(name)]}


def _by_source(candidates: Sequence[Candidate], site: frozenset[str]) -> dict[str, list[str]]:
    """The plausible names of each source, best source first; what only looks like a name in a class or line, and is a title or section of the page, is none."""
    labels = {squashed(candidate.value) for candidate in candidates if candidate.field in _LABEL_FIELDS}
    sources: dict[str, list[str]] = {}
    for candidate in _ranked(candidates):
        suggested = candidate.source.startswith(_SUGGESTING)
        if not _PROFILE.search(candidate.value) and not (suggested and squashed(candidate.value) in labels):
            found = [_without_site(piece, site) for piece in _pieces(candidate) if is_plausible(piece)]
            if suggested:
                found = [name for name in found if squashed(name) not in labels or is_given_name(name)]
            sources.setdefault(candidate.source, []).extend(found)
    return sources


def _without_site(name: str, site: frozenset[str]) -> str:
    """A person's name without that of the site behind it."""
    head, _, last = name.rpartition(" ")
    return head if is_person(head) and is_given_name(head) and is_site_name(last, site) else name


def _shown_twice(sources: dict[str, list[str]]) -> dict[str, list[str]]:
    """The persons in the byline, where another element shows one of them too and the page declares other persons alone: readers see the former."""
    signed = [name for name in sources.get(_BYLINE, []) if is_person(name)]
    marked = {squashed(name) for source, found in sources.items() if source.startswith(_MARKED) for name in found}
    lists = ([name for name in found if is_person(name)] for source, found in sources.items() if not source.startswith(_SUGGESTING))
    declared = [squashed(name) for name in next(filter(None, lists), [])]
    agree = any(squashed(name).startswith(known) or known.startswith(squashed(name)) for name in signed for known in declared)
    shown = any(is_given_name(name) and squashed(name) in marked for name in signed)
    return {_BYLINE: signed} if declared and shown and not agree else {}


def _first(sources: dict[str, list[str]], kept: Callable[[list[str]], list[str]]) -> Choice[tuple[str, ...]] | None:
    """The names of the first source of which any are kept."""
    for source, found in sources.items():
        if chosen := kept(found):
            return Choice(tuple(merged(chosen)[:MAX_AUTHORS]), source)
    return None


def _pieces(candidate: Candidate) -> list[str]:
    """The names in a candidate; libraries' "Moor, Ada" is turned round."""
    value = candidate.value
    if candidate.source.startswith(_LAST_NAME_FIRST) and value.count(",") == 1:
        value = " ".join(reversed([part.strip() for part in value.split(",")]))
    if candidate.source.endswith(".Organization"):
        return [_plain(value)]
    is_name = candidate.source.startswith(_NAMES) or (value.count(" ") == 1 and not candidate.source.startswith(_BYLINES))
    return split_byline(value, is_name=is_name)


def choose_byline(candidates: Sequence[Candidate]) -> str | None:
    """Returns the byline as it stood on the page."""
    lines = candidates_for(candidates, MetaField.BYLINE, (SITE_FILE, "class:byline", "text:byline", "rule:", _SIGNATURE))
    return next((_plain(line.value) for line in lines if len(line.value) > 2 or is_final(line)), None)


def _plain(text: str) -> str:
    return " ".join(html.unescape(html.unescape(text)).split())


def _ranked(candidates: Sequence[Candidate]) -> list[Candidate]:
    as_authors = [Candidate(field=MetaField.AUTHOR, source=line.source, value=line.value) for line in candidates if line.field is MetaField.BYLINE]
    return candidates_for(
        [*(candidate for candidate in candidates if candidate.field is MetaField.AUTHOR), *as_authors], MetaField.AUTHOR, _PRECEDENCE
    )
