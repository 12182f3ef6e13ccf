"""The headline that readers see: chosen among headings, structured data and the title element, without the site's name."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote, urlsplit

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.agreement import overlap, squashed, words
from pipeline.stages.metadata.choice import Choice, candidates_for, is_final
from pipeline.stages.metadata.site import is_site_name, names_site

_PRECEDENCE: Final = (
    *(
        "site:",
        "h1",
        "json-ld:headline",
        "microdata:headline",
        "headline",
        "og:title",
        "json-ld:name",
        "parsely-title",
        "sailthru.title",
        "citation_title",
    ),
    *(
        "meta:headline",
        "dc.title",
        "twitter:title",
        "meta:hdl",
        "title",
        "json-ld:*",
        "meta:title",
        "h1:other",
        "headline:other",
        "h1:bare",
        "h1:part",
    ),
)
MAX_SITE_PARTS: Final = 3  # that one title holds: publication, publisher, group
MIN_LONE_HEADING_WORDS: Final = 3  # shorter ones that no declared title agrees with are section labels

MAX_HEADLINE_CHARACTERS: Final = 250
MIN_NAME_CHARACTERS: Final = 6  # of a site's name that a heading may begin with; shorter ones begin other words too
MIN_LIKE_ADDRESS: Final = 0.8  # share of words that a title and its address have in common

_FIRST_HEADINGS: Final = frozenset({"h1", "h1:other"})
_MAIN: Final = frozenset({"h1", "headline"})
_VISIBLE: Final = frozenset({"h1", "headline", "h1:other", "headline:other", "h1:bare", "h1:part"})
_SHORT_FORMS: Final = frozenset({"og:title", "twitter:title", "json-ld:headline", "microdata:headline", "json-ld:name", "dc.title"})
_SEPARATOR: Final = re.compile(r"\s+[|–—\-·•»›:/\\~♥]+\s+|\s*[|│»›·•]+\s*|(?<=\S):\s+|\s+::\s+|\s+[«<‹]\s+|\s-\s?|[–—]")
_STRONG_SEPARATOR: Final = re.compile(r"\s+[|–—\-·•»«]\s+|\s*[|│]\s*")
_BAR: Final = re.compile(r"\s*[|│]\s*")
_DATE_AT_HEAD: Final = re.compile(r"^(?:\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}|\d{1,2}\. [^\W\d]{3,10} \d{4}|\d{4}-\d\d-\d\d)\s*[:|–—-]?\s*")
_KIND_OF_PAGE: Final = re.compile(
    r"^(?:news|nachrichten|aktuell(?:es)?|presse(?:mitteilung(?:en)?)?|blog|blog ?archiv\w*|archive?s?|article|artikel|opinion|meinung|kommentar|home|startseite|detail\w*)$",
    re.IGNORECASE,
)
# Joiners between two letters or pictures belong to the text: Persian words and composed emoji are made with them.
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]|(?<![^\\s\\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\\s\\x00-\x7f])")


def tidy_title(text: str) -> str:
    """Returns a title with references resolved, also doubly escaped ones, invisible characters gone and white space folded; quotes stay as they are."""
    plain = html.unescape(html.unescape(text))
    return " ".join(_INVISIBLE.sub("", plain).split()).strip(" |")


def without_site_name(title: str, names: frozenset[str]) -> str:
    """Returns a title without the parts at its ends that name the site.

    >>> without_site_name("Mayor resigns - The Harbour Press", frozenset({"theharbourpress"}))
    'Mayor resigns'
    """
    for _ in range(MAX_SITE_PARTS):
        cuts = list(_SEPARATOR.finditer(title))
        last = next((cut for cut in reversed(cuts) if cut.start() and _is_site_part(cut[0], title[cut.end() :], names)), None)
        first = next((cut for cut in cuts if title[cut.end() :] and _is_site_part(cut[0], title[: cut.start()], names)), None)
        if last is not None:
            title = title[: last.start()]
        elif first is not None:
            title = title[first.end() :]
        else:
            break
    return title.strip()


def without_label(title: str, sections: frozenset[str], separator: re.Pattern[str] = _STRONG_SEPARATOR) -> str:
    """Returns a title without the parts at its ends that say what kind of page it is, and without the page's section at its end.

    >>> without_label("Blog - Mayor resigns early - Local news", frozenset({"localnews"}))
    'Mayor resigns early'
    """
    bare = title
    while (cut := separator.search(bare)) and _KIND_OF_PAGE.match(bare[: cut.start()]):
        bare = bare[cut.end() :]
    while (cut := next(reversed(list(separator.finditer(bare))), None)) and (
        _KIND_OF_PAGE.match(bare[cut.end() :]) or squashed(bare[cut.end() :]) in sections
    ):
        bare = bare[: cut.start()]
    return bare if len(words(bare)) >= MIN_LONE_HEADING_WORDS else title


def without_date(title: str) -> str:
    """Returns a title without a whole date at its head.

    >>> without_date("23.01.2022 - Bridge reopens early")
    'Bridge reopens early'
    """
    bare = _DATE_AT_HEAD.sub("", title)
    return bare if len(words(bare)) > 1 else title


def slug_of(url: str | None) -> str:
    """Returns the words of the longest part of an address's path, which most publishers make from the headline."""
    try:
        parts = unquote(urlsplit(url or "").path).split("/")
    except ValueError:
        return ""
    return max((" ".join(re.split(r"[-_+.]", part)) for part in parts), key=len, default="")


def _is_site_part(separator: str, part: str, names: frozenset[str]) -> bool:
    """A colon parts headlines too: what stands before or behind one must be the very name."""
    return is_site_name(part, names) if separator.strip() in {":", ""} else names_site(part, names)


def choose_title(candidates: Sequence[Candidate], names: frozenset[str], url: str | None) -> Choice[str | None]:
    """Returns the headline and its source: the heading that the declared titles or the address agree with, else the best of these."""
    ranked = candidates_for(candidates, MetaField.TITLE, _PRECEDENCE)
    if ranked and is_final(ranked[0]):
        return Choice(tidy_title(ranked[0].value), ranked[0].source)
    known = names | _slogans(ranked, slug_of(url))
    sections = frozenset(squashed(candidate.value) for candidate in candidates if candidate.field is MetaField.SECTION)
    repeated = {squashed(tidy_title(candidate.value)) for candidate in ranked if candidate.source in _SHORT_FORMS}
    tidied = [Choice(_bare(candidate, known, sections, repeated), candidate.source) for candidate in ranked]
    titles = [
        title for title in tidied if words(title.value) and len(title.value) <= MAX_HEADLINE_CHARACTERS and not is_site_name(title.value, known)
    ]
    if not titles:
        whole = [Choice(tidied_title, candidate.source) for candidate in ranked if (tidied_title := tidy_title(candidate.value))]
        return whole[0] if whole else Choice(None)
    best = _best(titles, slug_of(url), known)
    return Choice(_without_kicker(best, titles), best.source)


def _bare(candidate: Candidate, names: frozenset[str], sections: frozenset[str], repeated: set[str]) -> str:
    """A title without site, label and date; from a heading that declared titles repeat only a label behind a bar goes."""
    title = without_site_name(tidy_title(candidate.value), names)
    if candidate.source in _MAIN and squashed(title) in repeated:
        return without_label(title, sections, _BAR)
    return without_date(without_label(title, sections))


def _best(titles: list[Choice[str]], slug: str, names: frozenset[str]) -> Choice[str]:
    declared = [title.value for title in titles if title.source not in _VISIBLE]
    for title in titles:
        if title.source in _MAIN and (not declared or _agrees(title.value, [*declared, slug])):
            return title
    lone = {title.value: title for title in titles if title.source in _FIRST_HEADINGS and not _opens_with_site(title.value, names)}
    if len(lone) == 1 and _is_headline(next(iter(lone))):
        return next(iter(lone.values()))
    return next((title for title in titles if title.source not in _VISIBLE), titles[0])


def _opens_with_site(heading: str, names: frozenset[str]) -> bool:
    """Whether a heading is the site's name, alone or with a slogan behind it."""
    return any(len(name) >= MIN_NAME_CHARACTERS and squashed(heading).startswith(name) for name in names)


def _is_headline(heading: str) -> bool:
    """Whether a heading that no declared title agrees with is long enough for a headline."""
    return sum(len(word) > 1 for word in words(heading)) >= MIN_LONE_HEADING_WORDS


def _agrees(heading: str, declared: Sequence[str]) -> bool:
    """Whether a heading says what a declared title says, and is no mere section label in it."""
    return any(overlap(heading, title) >= 0.5 and 3 * len(squashed(heading)) >= len(squashed(title)) for title in declared)


def _without_kicker(best: Choice[str], titles: list[Choice[str]]) -> str:
    """A heading without what stands beside the headline in it: a kicker that its markup tells, or what a declared title leaves out.

    A kicker stays where the heading joins it with a colon and a declared title has it too: then both are one sentence.
    """
    if best.source not in _MAIN:
        return best.value
    declared = {squashed(title.value) for title in titles if title.source in _SHORT_FORMS}
    bare = next((title.value for title in titles if title.source == "h1:bare" and best.value.endswith(title.value)), None)
    if bare is not None:
        joined = best.value.removesuffix(bare).rstrip().endswith(":")
        return best.value if joined and squashed(best.value) in declared and squashed(bare) not in declared else bare
    if squashed(best.value) in declared:
        return best.value
    parts = [title.value for title in titles if title.source == "h1:part" and squashed(title.value) in declared]
    return max(parts, key=len, default=best.value)


def _slogans(candidates: Sequence[Candidate], slug: str) -> frozenset[str]:
    """What stands behind the headline in the title element, where another title of the page or its address shows that the headline ends before."""
    headings = {squashed(tidy_title(candidate.value)) for candidate in candidates if candidate.source not in {"title", "h1:part"}}
    first_headings = {squashed(tidy_title(candidate.value)) for candidate in candidates if candidate.source in _FIRST_HEADINGS}
    declared = {squashed(tidy_title(candidate.value)) for candidate in candidates if candidate.source in _SHORT_FORMS}
    found = set()
    for title in (tidy_title(candidate.value) for candidate in candidates if candidate.source == "title"):
        for cut in _SEPARATOR.finditer(title):
            head, tail = title[: cut.start()], title[cut.end() :]
            is_spelled_out = len(words(slug)) >= MIN_LONE_HEADING_WORDS and squashed(head) not in declared
            by_address = is_spelled_out and overlap(tail, slug) >= MIN_LIKE_ADDRESS and not overlap(head, slug)
            if squashed(head) in first_headings and (by_address or (squashed(tail) in declared and overlap(tail, slug) > overlap(head, slug))):
                found.add(squashed(head))  # the h1 is the publication's name
        for cut in _STRONG_SEPARATOR.finditer(title):
            head, tail = title[: cut.start()], title[cut.end() :]
            by_address = overlap(head, slug) >= 0.6 and squashed(tail) in headings
            if squashed(tail) and overlap(tail, slug) < 0.3 and (squashed(head) in headings or by_address):
                found.add(squashed(tail))
    return frozenset(found)
