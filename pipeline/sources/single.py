"""A file that is one page: HTML or plain text."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.records import Media, RawPage, Record, SourceFormat
from pipeline.sources.content import media_of
from pipeline.sources.inputs import BrokenRecord, PageFacts, Slice, broken
from pipeline.sources.streams import read_whole


def read_page(piece: Slice) -> Iterator[Record]:
    """Yields the file's page, with what a sidecar or manifest says of it."""
    facts = piece.file.facts or PageFacts()
    origin = piece.origin("0")
    if facts.error:
        yield broken(origin, facts.error, url=facts.url)
        return
    try:
        body = read_whole(piece.file.path)
    except BrokenRecord as error:
        yield broken(origin, str(error), url=facts.url)
        return
    expected = Media.HTML if piece.format is SourceFormat.HTML else Media.TEXT
    yield RawPage(
        origin=origin,
        media=media_of(body, content_type=facts.content_type, expected=expected),
        body=body,
        url=facts.url,
        fetched_at=facts.fetched_at,
        charset=facts.charset,
    )
