"""The article's authors: the best source that names persons, else an organisation, else an agency or the house itself."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from typing import Final

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.choice import Choice, candidates_for
from pipeline.stages.metadata.names import is_agency, is_house, is_person, is_plausible, merged, split_byline
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
        "json-ld:*",
        "article:author",
        "meta:*",
        "json-ld:creator",
    ),
)
_SUGGESTING: Final = ("class:", "text:", "rule:", "meta:creator")
_LAST_NAME_FIRST: Final = ("citation_author", "dc.creator", "dc:creator", "dcterms.creator")
_PROFILE: Final = re.compile(r"https?://|www\.|^/|facebook\.com|twitter\.com|\.(?:com|html)(?:/|$)", re.IGNORECASE)


def choose_authors(candidates: Sequence[Candidate], names: frozenset[str]) -> Choice[tuple[str, ...]]:
    """Returns the authors' names in order, each once, and their source.

    Persons come first, those that the page declares before those that only a class or a line suggests; then declared teams and handles; then
    agencies, and last the publication itself, which `names` tells.
    """
    sources: dict[str, list[str]] = {}
    for candidate in _ranked(candidates):
        if not _PROFILE.search(candidate.value):
            sources.setdefault(candidate.source, []).extend(piece for piece in _pieces(candidate) if is_plausible(piece))
    declared = {source: found for source, found in sources.items() if not source.startswith(_SUGGESTING)}

    def others(found: list[str]) -> list[str]:
        return [name for name in found if not is_site_name(name, names)]

    def persons(found: list[str]) -> list[str]:
        return [name for name in found if is_person(name) and not names_site(name, names)]

    def named(found: list[str]) -> list[str]:
        return [name for name in others(found) if not is_agency(name) and not is_house(name)]

    return (
        _first(declared, lambda found: named(found) if persons(found) else [])
        or _first(sources, persons)
        or _first(declared, named)
        or _first(sources, lambda found: named(found) if len(set(found)) <= MAX_UNSURE_NAMES else [])
        or _first(sources, others)
        or _first(declared, list)
        or _first(sources, list)
        or Choice(())
    )


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
        return [" ".join(html.unescape(value).split())]
    return split_byline(value)


def choose_byline(candidates: Sequence[Candidate]) -> str | None:
    """Returns the byline as it stood on the page."""
    lines = candidates_for(candidates, MetaField.BYLINE, ("site:", "class:byline", "text:byline", "rule:"))
    return next((" ".join(html.unescape(line.value).split()) for line in lines if len(line.value) > 2), None)


def _ranked(candidates: Sequence[Candidate]) -> list[Candidate]:
    as_authors = [Candidate(field=MetaField.AUTHOR, source=line.source, value=line.value) for line in candidates if line.field is MetaField.BYLINE]
    return candidates_for(
        [*(candidate for candidate in candidates if candidate.field is MetaField.AUTHOR), *as_authors], MetaField.AUTHOR, _PRECEDENCE
    )
