"""The fields that are short texts: description, standfirst, section, keywords, type, and whether the article is free to read."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.agreement import squashed
from pipeline.stages.metadata.choice import Choice, candidates_for, is_final
from pipeline.stages.metadata.site import is_site_name

MAX_KEYWORDS: Final = 50
MAX_KEYWORD_CHARACTERS: Final = 100
MAX_SECTION_CHARACTERS: Final = 60
MIN_SUMMARY_CHARACTERS: Final = 20

_DESCRIPTION: Final = ("site:", "og:description", "json-ld:description", "meta:description", "twitter:description", "microdata:description")
_STANDFIRST: Final = ("site:", "rule:", "class:standfirst")
_SECTION: Final = (
    "site:",
    "json-ld:articleSection",
    "article:section",
    "microdata:articlesection",
    "parsely-section",
    "meta:*",
    "json-ld:breadcrumb",
    "breadcrumb",
)
_KEYWORDS: Final = (
    "site:",
    "json-ld:keywords",
    "article:tag",
    "meta:news_keywords",
    "parsely-tags",
    "sailthru.tags",
    "microdata:keywords",
    "meta:keywords",
)
_FREE: Final = ("site:", "json-ld:isAccessibleForFree", "json-ld:hasPart.isAccessibleForFree", "json-ld:*", "microdata:isaccessibleforfree")
_TAG: Final = re.compile(r"<[^<>]{1,300}>")
_NO_SECTION: Final = re.compile(
    r"^(?:home(?: ?page)?|start(?:seite)?|accueil|inicio|news ?home|article|articles?|uncategorized|allgemein|blog|general|\d+|https?:.*|/.*)$",
    re.IGNORECASE,
)
_TRUTHS: Final = {"true": True, "yes": True, "1": True, "http://schema.org/true": True, "https://schema.org/true": True}
_FALSEHOODS: Final = {"false": False, "no": False, "0": False, "http://schema.org/false": False, "https://schema.org/false": False}


def plain(text: str) -> str:
    """Returns a text without markup, its references resolved (also doubly escaped ones) and its white space folded."""
    return " ".join(_TAG.sub(" ", html.unescape(html.unescape(text))).split())


def choose_description(candidates: Sequence[Candidate]) -> Choice[str | None]:
    """Returns the summary written for search engines and cards."""
    for candidate in candidates_for(candidates, MetaField.DESCRIPTION, _DESCRIPTION):
        if len(text := plain(candidate.value)) >= MIN_SUMMARY_CHARACTERS or is_final(candidate):
            return Choice(text, candidate.source)
    return Choice(None)


def choose_standfirst(candidates: Sequence[Candidate], title: str | None, text: str) -> Choice[str | None]:
    """Returns the visible paragraph between title and body, unless it is the title again or the text's own beginning."""
    opening = squashed(text[:2_000])
    for candidate in candidates_for(candidates, MetaField.STANDFIRST, _STANDFIRST):
        standfirst = plain(candidate.value)
        key = squashed(standfirst)
        if is_final(candidate) or (
            len(standfirst) >= MIN_SUMMARY_CHARACTERS
            and key != squashed(title or "")
            and (candidate.source.startswith("rule:") or key not in opening)
        ):
            return Choice(standfirst, candidate.source)
    return Choice(None)


def choose_section(candidates: Sequence[Candidate], title: str | None, names: frozenset[str]) -> Choice[str | None]:
    """Returns the section; of a breadcrumb trail its first station."""
    for candidate in candidates_for(candidates, MetaField.SECTION, _SECTION):
        section = plain(candidate.value).strip(" /|>»›-")
        own = squashed(section) != squashed(title or "") and not is_site_name(section, names)
        if is_final(candidate) or (1 < len(section) <= MAX_SECTION_CHARACTERS and own and not _NO_SECTION.match(section)):
            return Choice(section, candidate.source)
    return Choice(None)


def choose_keywords(candidates: Sequence[Candidate]) -> Choice[tuple[str, ...]]:
    """Returns the tags of the best source that has some, each once, as spelled."""
    ranked = candidates_for(candidates, MetaField.KEYWORD, _KEYWORDS)
    for source in dict.fromkeys(candidate.source for candidate in ranked):
        found: dict[str, str] = {}
        for candidate in ranked:
            if candidate.source == source:
                for keyword in _split(plain(candidate.value)):
                    found.setdefault(keyword.casefold(), keyword)
        if found:
            return Choice(tuple(found.values())[:MAX_KEYWORDS], source)
    return Choice(())


def choose_article_type(candidates: Sequence[Candidate]) -> Choice[str | None]:
    """Returns the schema.org type without its namespace, e.g. NewsArticle."""
    for candidate in candidates_for(candidates, MetaField.ARTICLE_TYPE, ("site:", "json-ld:@type")):
        name = candidate.value.rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]
        if name and (is_final(candidate) or (name.isalpha() and len(name) < 50)):
            return Choice(name[0].upper() + name[1:], candidate.source)
    return Choice(None)


def choose_free_access(candidates: Sequence[Candidate]) -> Choice[bool | None]:
    """Returns whether the publisher declares the article free to read; None where it declares nothing that can be read."""
    for candidate in candidates_for(candidates, MetaField.ACCESSIBLE_FOR_FREE, _FREE):
        declared = (_TRUTHS | _FALSEHOODS).get(candidate.value.strip().lower())
        if declared is not None:
            return Choice(declared, candidate.source)
    return Choice(None)


def _split(keywords: str) -> Iterator[str]:
    separator = ";" if ";" in keywords and "," not in keywords else ","
    for keyword in keywords.split(separator):
        if 1 < len(trimmed := keyword.strip(" \t#\"'[]")) <= MAX_KEYWORD_CHARACTERS:
            yield trimmed
