"""Which column of a table, or key of a JSON object, holds what."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline.settings import ColumnNames
from pipeline.sources.inputs import InputError

# The first name of a list that a file has is taken. Names are compared in lower case, and "-", " " and "." count as "_".
_CONTENT: Final = ("content", "body", "page_content", "raw_content", "response_body")  # HTML or text: each value shows which
KNOWN_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "html": ("html", "raw_html", "html_content", "content_html", "page_html", "html_body", "body_html", "html_raw", *_CONTENT),
    "text": ("text", "page_text", "plain_text", "raw_text", "full_text", "article_text", "text_content"),
    "url": ("url", "page_url", "link", "uri", "target_uri", "warc_target_uri", "source_url", "original_url", "permalink"),
    "id": ("id", "doc_id", "document_id", "page_id", "uuid", "guid", "record_id", "warc_record_id"),
    "fetched_at": (
        "fetched_at", "fetch_time", "fetched", "crawl_date", "crawled_at", "crawl_time", "crawl_timestamp", "warc_date",
        "date_download", "download_date", "downloaded_at", "retrieved_at", "scraped_at", "scrape_date", "timestamp",
    ),
    "charset": ("charset", "encoding", "content_charset"),
    "content_type": ("content_type", "mime_type", "mime", "content_mime_detected"),
}  # fmt: skip
_PUNCTUATION: Final = re.compile(r"[-. ]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundColumns:
    """The columns of one input that are read, by their names in it."""

    html: str | None = None
    text: str | None = None
    url: str | None = None
    id: str | None = None
    fetched_at: str | None = None
    charset: str | None = None
    content: bool = False  # the html column's name says nothing of its markup, so each value is looked at

    @property
    def read(self) -> tuple[str, ...]:
        """The names of all columns that are read."""
        named = (self.html, self.text, self.url, self.id, self.fetched_at, self.charset)
        return tuple(dict.fromkeys(name for name in named if name))


def _plain_name(name: str) -> str:
    return _PUNCTUATION.sub("_", name.casefold())


def known_name(field: str, names: Collection[str]) -> str | None:
    """Returns the name that is commonly used for a field and is among `names`.

    >>> known_name("url", ["title", "WARC-Target-URI"])
    'WARC-Target-URI'
    """
    by_plain_name = {_plain_name(name): name for name in reversed(list(names))}
    return next((by_plain_name[known] for known in KNOWN_NAMES[field] if known in by_plain_name), None)


@lru_cache(maxsize=1024)  # JSON lines come in few shapes, and each line asks
def find_columns(names: tuple[str, ...], mapping: ColumnNames) -> FoundColumns:
    """Returns which of the names hold what: a mapped name where there is one, else a common name.

    Where the body's column is mapped, no other is looked for. HTML is preferred; text stands in where a row has none.
    """
    body_mapped = bool(mapping.html or mapping.text)

    def find(field: str, mapped: str | None) -> str | None:
        if mapped:
            return mapped if mapped in names else None
        return None if body_mapped and field in ("html", "text") else known_name(field, names)

    html = find("html", mapping.html)
    return FoundColumns(
        html=html,
        text=find("text", mapping.text),
        url=find("url", mapping.url),
        id=find("id", mapping.id),
        fetched_at=find("fetched_at", mapping.fetched_at),
        charset=find("charset", mapping.charset),
        content=html is not None and mapping.html is None and _plain_name(html) in _CONTENT,
    )


def require_columns(uri: str, names: tuple[str, ...], mapping: ColumnNames) -> None:
    """Checks that a file has a column for the body, and the others that are mapped.

    Raises:
        InputError: when it has not; the message lists the columns it has.
    """
    columns = find_columns(names, mapping)
    found = ", ".join(names) or "none"
    if columns.html is None and columns.text is None:
        raise InputError(
            f"{uri} has no column that is known to hold a page; it has: {found}. "
            f'Name the one that does in copydesk.toml, under [columns]: html = "{names[0] if names else "…"}" where it holds HTML, or text = "…" for plain text.'
        )
    for field in ("url", "id", "fetched_at", "charset"):
        mapped = getattr(mapping, field)
        if mapped and mapped not in names:
            raise InputError(f'{uri} has no column "{mapped}"; it has: {found}. Correct {field} under [columns] in copydesk.toml.')
