"""What bytes look like and what they are declared to be: HTML, text, or a container."""

from __future__ import annotations

import re
from typing import Final

from pipeline.records import Media, SourceFormat

HEAD_BYTES: Final = 4096
# Possessive, since runs of comments could otherwise be parted in endless ways.
_DOCUMENT: Final = re.compile(
    rb"\s*+(?:<\?xml[^>]*+>\s*+)?(?:<!--(?:(?!-->).)*+-->\s*+)*+<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE | re.DOTALL
)
_TAG: Final = re.compile(rb"</?[a-z][a-z0-9]{0,10}(?:\s[^<>]{0,500})?/?>", re.IGNORECASE)
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([^\s;\"',]+)", re.IGNORECASE)
_BOMS: Final = re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe(?:\0\0)?|\xfe\xff|\0\0\xfe\xff)")
_WARC: Final = re.compile(rb"WARC/[01]\.\d+\r?\n")
_MEDIA_BY_TYPE: Final = {"text/html": Media.HTML, "application/xhtml+xml": Media.HTML, "text/plain": Media.TEXT}


def split_content_type(value: str | None) -> tuple[str | None, str | None]:
    """Returns the media type in lower case and the charset of a Content-Type.

    >>> split_content_type('Text/HTML; charset="ISO-8859-2"')
    ('text/html', 'ISO-8859-2')
    """
    if not value:
        return None, None
    charset = _CHARSET.search(value)
    return value.split(";", 1)[0].strip().lower() or None, charset[1] if charset else None


def starts_like_html(body: bytes) -> bool:
    """Returns whether the bytes begin as an HTML document does, in any charset.

    >>> starts_like_html(b"<!DOCTYPE html><title>A page</title>"), starts_like_html(b"Use <p> for a paragraph.")
    (True, False)
    """
    return bool(_DOCUMENT.match(_plain_head(body)))


def holds_a_tag(body: bytes) -> bool:
    """Returns whether some HTML tag stands in the bytes."""
    return bool(_TAG.search(body)) or bool(_TAG.search(_plain_head(body)))


def media_type(content_type: str | None) -> Media | None:
    """Returns what a media type (as of `split_content_type`) stands for, None where that is no page."""
    return _MEDIA_BY_TYPE.get(content_type or "")


def media_of(body: bytes, *, content_type: str | None = None, expected: Media) -> Media:
    """Returns what a page's bytes hold: what they look like, else what is declared, else what was expected."""
    # Servers say text/plain of HTML documents, and the look of a whole document can't be mistaken.
    return Media.HTML if starts_like_html(body) else media_type(split_content_type(content_type)[0]) or expected


def container_format(head: bytes) -> SourceFormat | None:
    """Returns the container that a file's first bytes are the mark of."""
    if head.startswith(b"PAR1"):
        return SourceFormat.PARQUET
    return SourceFormat.WARC if _WARC.match(head) else None


def _plain_head(body: bytes) -> bytes:
    """The first bytes without byte order mark and, for UTF-16 and UTF-32, without the NULs between ASCII characters."""
    return _BOMS.sub(b"", body[:HEAD_BYTES]).replace(b"\0", b"")
