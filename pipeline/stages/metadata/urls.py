"""Addresses: cleaned, the canonical one chosen, and the id that stands for it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

from courlan import scrub_url
from courlan.clean import TRACKERS_RE

from pipeline.records import Candidate, MetaField, Origin
from pipeline.stages.metadata.choice import SITE_FILE, Choice, candidates_for, is_final
from pipeline.stages.metadata.own_address import can_be_an_article, may_stand_for
from pipeline.stages.metadata.site import host_of, site_of

RECORD_NAMESPACE: Final = uuid.UUID("5b0c6b0e-64f5-5d5c-9d0e-6f2b1c3a7e21")  # fixed for ever: ids of articles without an address depend on it
MAX_URL_CHARACTERS: Final = 2_000

_PRECEDENCE: Final = (SITE_FILE, "canonical", "og:url")
# Trackers that courlan does not know.
_MORE_TRACKERS: Final = re.compile(
    r"^(?:cmp(?:id)?|ocid|smid|smtyp|ito|sref|wt_z?mc|wtmc|guccounter|guce_\w+|__twitter_impression|spm|fbclid|igshid|mbid|taid|feature)$",
    re.IGNORECASE,
)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_ENCODED_SCHEME: Final = re.compile(r"https?%3A%2F%2F", re.IGNORECASE)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@lru_cache(maxsize=512)  # a page's own address is looked at in every stage
def clean_url(url: str) -> str | None:
    """Returns an http(s) address without fragment, tracking parameters and default port, host in lower case; None for anything else.

    Other parameters stay as they are, in the order of their names; a trailing slash stays or stays away, since servers may tell the two apart.

    >>> clean_url("HTTPS://News.Example.com:443/a/?utm_source=x&id=123#top")
    'https://news.example.com/a/?id=123'
    """
    if len(url) > MAX_URL_CHARACTERS or (host := host_of(url := scrub_url(url))) is None:
        return None
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    try:
        port = parts.port
    except ValueError:
        return None
    if scheme not in _DEFAULT_PORTS:
        return None
    name = f"[{host}]" if ":" in host else host
    netloc = name if port in {None, _DEFAULT_PORTS[scheme]} else f"{name}:{port}"
    path = quote(re.sub(r"/{2,}", "/", parts.path) or "/", safe="/%!$&'()*+,;=:@~-._")
    return urlunsplit((scheme, netloc, path, _query(parts), ""))


def choose_canonical(candidates: Sequence[Candidate], url: str | None) -> tuple[Choice[str | None], bool]:
    """Returns the article's own address, and whether what the page called canonical was refused.

    Refused are addresses of another registrable domain, home pages and others that cannot be this article's alone (see `own_address`), and what is no
    http address; what the site's rule file selects is believed. Where the page's own address is unknown, a relative one says nothing, which is no
    refusal.
    """
    own = clean_url(url) if url else None
    listed = [(candidate, _absolute(candidate.value, own)) for candidate in candidates_for(candidates, MetaField.CANONICAL_URL, _PRECEDENCE)]
    known = [own] if own is not None else [address for _, address in listed if address is not None]
    refused = False
    for candidate, address in listed:
        if address is not None and (is_final(candidate) or _is_believable(address, own, known)):
            return Choice(address, candidate.source), refused
        can_be_read = address is not None or own is not None or _SCHEME.match(candidate.value) is not None
        refused = refused or (candidate.source == "canonical" and can_be_read)
    return Choice(own, "url" if own else None), refused


def article_id(canonical_url: str | None, source_uri: str, source_record: str) -> str:
    """Returns the article's UUIDv5: of its canonical address, in the namespace for addresses, so that anyone can compute it; else of file and record.

    These two are written with the first one's length before them, so that no two pairs make one name. Source: RFC 9562.
    """
    if canonical_url:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, canonical_url))
    name = f"{len(source_uri)}:{source_uri}:{source_record}"
    # File names need not be Unicode; what is not arrives as lone surrogates.
    return str(uuid.uuid5(RECORD_NAMESPACE, name.encode(errors="backslashreplace").decode()))


def page_id(candidates: Sequence[Candidate], url: str | None, origin: Origin) -> str:
    """Returns the id of a page's article, whether it comes to be one or not."""
    return article_id(choose_canonical(candidates, url)[0].value, origin.uri, origin.record)


def page_site(candidates: Sequence[Candidate], url: str | None) -> str | None:
    """Returns the registrable domain of a page's own address; where that is unknown, of the one that the page gives itself."""
    return site_of(url) or site_of(choose_canonical(candidates, url)[0].value)


def _absolute(address: str, own: str | None) -> str | None:
    if _ENCODED_SCHEME.match(address):
        address = unquote(address)
    try:
        return clean_url(urljoin(own or "", address))
    except ValueError:
        return None


def _is_believable(address: str, own: str | None, known: Sequence[str]) -> bool:
    if own is None:
        return can_be_an_article(address) and all(may_stand_for(address, other) for other in known)
    return site_of(address) == site_of(own) and may_stand_for(address, own)


def _query(parts: SplitResult) -> str:
    """The parameters that may tell articles apart. Valueless ones ("?4711") are addresses too, which courlan's own clean_query drops."""
    pairs = [pair for pair in parts.query.split("&") if pair]
    kept = [pair for pair in pairs if not _is_tracker(pair.split("=")[0].lower())]
    return quote("&".join(sorted(kept)), safe="/%!$&'()*+,;=:@~-._?")


def _is_tracker(name: str) -> bool:
    return TRACKERS_RE.search(name) is not None or _MORE_TRACKERS.match(name) is not None
