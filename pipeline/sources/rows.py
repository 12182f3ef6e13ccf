"""A row of a table, or one JSON object, to a page."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.records import Media, RawPage, Reason, Record, Unreadable
from pipeline.sources.columns import FoundColumns
from pipeline.sources.content import holds_a_tag, media_of
from pipeline.sources.inputs import BrokenRecord, Slice, broken
from pipeline.sources.streams import MAX_RECORD_BYTES, TOO_LARGE
from pipeline.sources.times import parse_time


def page_of_row(row: Mapping[str, object], columns: FoundColumns, piece: Slice, number: int) -> Record:
    """Returns the page of a row; `number` (from 0) is its record id where the row has none of its own."""
    origin = piece.origin(_identity(row.get(columns.id or "")) or str(number))
    url = _string(row.get(columns.url or ""))
    try:
        name, body, is_text = _body(row, columns)
    except BrokenRecord as error:
        return broken(origin, str(error), url=url)
    if not body:
        return Unreadable(origin=origin, reason=Reason.NO_BODY, detail=f"nothing in {name}" if name else "no column with a body", url=url)
    return RawPage(
        origin=origin,
        media=_media(body, columns, name),
        body=body,
        url=url,
        fetched_at=parse_time(row.get(columns.fetched_at or "")),
        charset="utf-8" if is_text else _string(row.get(columns.charset or "")),
    )


def _body(row: Mapping[str, object], columns: FoundColumns) -> tuple[str, bytes, bool]:
    """The body of the first column that has one: the column's name, the bytes, and whether they were a string."""
    names = [name for name in (columns.html, columns.text) if name]
    for name in names:
        value = row.get(name)
        if value is not None and not isinstance(value, str | bytes):
            raise BrokenRecord(f"{name} holds neither a string nor bytes")
        if value:
            body = value if isinstance(value, bytes) else _encoded(value)
            if len(body) > MAX_RECORD_BYTES:
                raise BrokenRecord(f"{name} is {TOO_LARGE}")
            return name, body, isinstance(value, str)
    return " or ".join(names), b"", False


def _encoded(text: str) -> bytes:
    """The string in UTF-8; half a surrogate pair, which no charset can write, becomes U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def _media(body: bytes, columns: FoundColumns, name: str) -> Media:
    if name == columns.text:
        return media_of(body, expected=Media.TEXT)
    if columns.content and not holds_a_tag(body):
        return Media.TEXT
    return Media.HTML


def _identity(value: object) -> str | None:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _string(value)


def _string(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    return _encoded(value.strip()).decode() or None
