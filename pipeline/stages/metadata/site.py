"""The publication: its registrable domain, its name for itself, and whether a text is one of its names."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Final
from urllib.parse import urlsplit

from tldextract import TLDExtract

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.agreement import squashed, words
from pipeline.stages.metadata.choice import Choice, candidates_for, is_final

MAX_SITE_NAME_CHARACTERS: Final = 80

_PRECEDENCE: Final = (
    *("site:", "og:site_name", "json-ld:WebSite.name", "json-ld:publisher", "json-ld:Organization.name", "microdata:publisher"),
    *("meta:application-name", "meta:apple-mobile-web-app-title", "dc.publisher", "meta:publisher"),
)
_HOST: Final = re.compile(r"(?:[\w-]+\.)+[\w-]+\.?|localhost|[0-9a-f]*:[0-9a-f:.]+")
_TITLE_SEPARATOR: Final = re.compile(r"\s+[|│–—·•»«-]\s+|\s*[|│]\s*")
_SUFFIXES: Final = ("online", "com", "org", "net", "couk", "de", "at", "ch", "fr", "info")


@cache
def _suffixes() -> TLDExtract:
    """The public suffix list as bundled: no network, no cache on disk. Private suffixes count, so that each blog of a host is a site."""
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def host_of(url: str | None) -> str | None:
    """Returns an address's host in lower case, as DNS has it; None where it has none that could be one.

    >>> host_of("https://Bücher.example/a") == host_of("https://xn--bcher-kva.example/b")
    True
    """
    try:
        host = urlsplit((url or "").strip()).hostname
    except ValueError:
        return None
    return _ascii(host) if host and _HOST.fullmatch(host) else None


@lru_cache(maxsize=4_096)
def _ascii(host: str) -> str:
    """The host as DNS has it: some pages spell their own umlauts, others write xn--."""
    try:
        return host.encode("idna").decode()
    except UnicodeError:  # such as a label of more than 63 characters
        return host


def site_of(url: str | None) -> str | None:
    """Returns an address's registrable domain, or its host where that has none (an IP address, a public suffix itself).

    >>> site_of("https://news.example.co.uk/a"), site_of("https://anna.blogspot.com/b")
    ('example.co.uk', 'anna.blogspot.com')
    """
    host = host_of(url)
    return _registrable(host) if host is not None else None


@lru_cache(maxsize=4_096)
def _registrable(host: str) -> str:
    found = _suffixes()(host)
    if not found.suffix and found.subdomain:  # a suffix that the list does not know is one label, as the list itself says
        return f"{found.subdomain.rsplit('.', 1)[-1]}.{found.domain}"
    return found.top_domain_under_public_suffix or host


def domain_label(url: str | None) -> str | None:
    """Returns the site's domain without its suffix: the name that it chose for itself."""
    site = site_of(url)
    return site.split(".", 1)[0] if site is not None and not site.replace(".", "").isdecimal() else None


def choose_site_name(candidates: Sequence[Candidate]) -> Choice[str | None]:
    """Returns the publication's name as its pages spell it; where none declares it, what stands behind the headline in the title element."""
    for candidate in candidates_for(candidates, MetaField.SITE_NAME, _PRECEDENCE):
        name = " ".join(html.unescape(html.unescape(candidate.value)).split())
        if is_final(candidate) or (1 < len(name) <= MAX_SITE_NAME_CHARACTERS and not name.startswith(("http://", "https://", "@", "{", "/"))):
            return Choice(name, candidate.source)
    return next(_names_behind_titles(candidates), Choice(None))


def _names_behind_titles(candidates: Sequence[Candidate]) -> Iterator[Choice[str | None]]:
    """The last part of a title element whose other parts are what another title of the page says."""
    titles = candidates_for(candidates, MetaField.TITLE)
    others = {squashed(html.unescape(candidate.value)) for candidate in titles if candidate.source not in {"title", "h1:part"}}
    for candidate in titles:
        title = " ".join(html.unescape(candidate.value).split())
        cuts = list(_TITLE_SEPARATOR.finditer(title)) if candidate.source == "title" else []
        for cut in cuts[-1:]:
            head, name = title[: cut.start()], title[cut.end() :]
            if squashed(head) in others and squashed(name) not in others and 1 < len(name) <= MAX_SITE_NAME_CHARACTERS:
                yield Choice(name, "title")


def site_names(candidates: Iterable[Candidate], url: str | None) -> frozenset[str]:
    """Returns all names that the site goes by, squashed, to compare others with."""
    listed = list(candidates)
    titles = {squashed(html.unescape(candidate.value)) for candidate in listed if candidate.field is MetaField.TITLE}
    declared = (
        squashed(html.unescape(candidate.value))
        for candidate in listed
        if candidate.field is MetaField.SITE_NAME and len(candidate.value) <= MAX_SITE_NAME_CHARACTERS and not candidate.source.startswith("rule:")
    )
    # Some pages call themselves by the headline and the site's name together.
    names = {name for name in declared if not any(len(title) > 12 and title in name for title in titles)}
    names |= {squashed(name) for name in (domain_label(url), site_of(url)) if name}
    return frozenset(name for name in names if len(name) > 1)


def is_site_name(text: str, names: frozenset[str]) -> bool:
    """Returns whether a text is one of the site's names, give or take an article and a top-level domain.

    >>> is_site_name("Ledger.com", frozenset({"theledger"}))
    True
    """
    return len(key := _bare(squashed(text))) > 1 and any(key == _bare(name) for name in names)


def names_site(text: str, names: frozenset[str]) -> bool:
    """Returns whether the part of a title behind a separator names the site: most of a name, or a name with a slogan."""
    key = _bare(squashed(text))
    if len(key) < 2:
        return False
    return any(key == (known := _bare(name)) or _is_most_of(key, known) or _is_most_of(known, key) or _spells(text, known) for name in names)


def _bare(name: str) -> str:
    name = name.removeprefix("www").removeprefix("the")
    return next((name.removesuffix(suffix) for suffix in _SUFFIXES if name.endswith(suffix) and len(name) > len(suffix) + 2), name)


def _is_most_of(one: str, other: str) -> bool:
    return len(one) > 3 and one in other and 2 * len(one) > len(other)


def _spells(text: str, name: str) -> bool:
    """Whether the longer words of a text make up most of a name, as "The New Harbour Press" does of harbourpress."""
    inside = sum(len(word) for word in set(words(text)) if len(word) > 2 and word in name)
    return len(name) > 4 and 3 * inside >= 2 * len(name) and 2 * inside >= len(squashed(text))
