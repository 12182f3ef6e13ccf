"""What other libraries say of a page's title, authors and day: one function each, HTML bytes in, a JSON object of our columns out."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from goose3 import Goose
from resiliparse.parse.encoding import bytes_to_str, detect_encoding
from trafilatura import bare_extraction

with warnings.catch_warnings(action="ignore"):  # it misses nltk, which only summaries need
    import newspaper

_LOGGED_PER_PAGE: Final = ("trafilatura", "goose3", "newspaper")

for _name in _LOGGED_PER_PAGE:  # a page without metadata counts in our table; a log line a page says no more
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def trafilatura_metadata(html: bytes) -> str:
    """Returns what trafilatura gives beside its text; its authors are one string, parted by semicolons."""
    found = bare_extraction(html, with_metadata=True, include_comments=False)
    return _row(found.title, (found.author or "").split("; "), found.date) if found else _row(None, (), None)


def newspaper_metadata(html: bytes) -> str:
    """Returns newspaper4k's; the page says its language, and nothing is fetched."""
    found = newspaper.article("https://page.example/", input_html=_decoded(html), fetch_images=False)
    return _row(found.title, found.authors, found.publish_date)


def goose_metadata(html: bytes) -> str:
    """Returns goose3's; nothing is fetched."""
    found = _goose().extract(raw_html=_decoded(html))
    return _row(found.title, found.authors, found.publish_date)


PEERS: Final[dict[str, Callable[[bytes], str]]] = {
    "trafilatura": trafilatura_metadata,
    "newspaper4k": newspaper_metadata,
    "goose3": goose_metadata,
}


def _row(title: str | None, authors: Sequence[str | list[str]], published: object) -> str:
    day = str(published)[:10] if published else None
    names = [name for entry in authors for name in (entry if isinstance(entry, list) else [entry]) if name]  # goose3 nests some
    return json.dumps({"title": title or None, "authors": names, "date_published_day": day})


def _decoded(html: bytes) -> str:
    """The page as text, for all but trafilatura, which decodes as well itself: a charset guessed wrong counts against none."""
    return bytes_to_str(html, detect_encoding(html))


@cache
def _goose() -> Goose:
    return Goose({"enable_image_fetching": False})
