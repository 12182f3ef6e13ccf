"""What other libraries make of a page: one function each, HTML bytes in, body text out, with the settings that their documentation gives for articles."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from functools import cache
from typing import Final

import justext
import trafilatura
from readability import Document
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import bytes_to_str, detect_encoding

with warnings.catch_warnings(action="ignore"):  # it misses nltk, which only summaries need
    import newspaper

_LOGGED_PER_PAGE: Final = ("trafilatura", "readability", "newspaper")

for _name in _LOGGED_PER_PAGE:  # a page without a body is a row in our table; a log line a page says no more
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def trafilatura_text(html: bytes) -> str:
    """Returns what trafilatura's default mode gives, readers' comments left out."""
    return trafilatura.extract(html, include_comments=False) or ""


def readability_text(html: bytes) -> str:
    """Returns the text of the fragment that readability-lxml gives; turning it into text is left to its users."""
    return extract_plain_text(Document(_decoded(html)).summary(), list_bullets=False, alt_texts=False)


def newspaper_text(html: bytes) -> str:
    """Returns newspaper4k's text; nothing is fetched. As pip installs it, it refuses pages in Japanese, Korean and Hindi."""
    return newspaper.article("https://page.example/", input_html=_decoded(html), fetch_images=False).text


def justext_text(html: bytes) -> str:
    """Returns the paragraphs that jusText calls good. Stop words of all its languages: pages do not say theirs reliably."""
    return "\n".join(paragraph.text for paragraph in justext.justext(_decoded(html), _all_stop_words()) if not paragraph.is_boilerplate)


def resiliparse_text(html: bytes) -> str:
    """Returns Resiliparse's main content."""
    return extract_plain_text(_decoded(html), main_content=True, list_bullets=False, alt_texts=False, comments=False)


PEERS: Final[dict[str, Callable[[bytes], str]]] = {
    "trafilatura": trafilatura_text,
    "readability-lxml": readability_text,
    "newspaper4k": newspaper_text,
    "jusText": justext_text,
    "resiliparse": resiliparse_text,
}


def _decoded(html: bytes) -> str:
    """The page as text, for all but trafilatura, which decodes as well itself: a charset guessed wrong counts against none."""
    return bytes_to_str(html, detect_encoding(html) or "utf-8")


@cache
def _all_stop_words() -> frozenset[str]:
    return frozenset().union(*map(justext.get_stoplist, justext.get_stoplists()))
