"""WARC: what crawlers archive. fastwarc finds the records; what it passes over in silence is checked here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from fastwarc.warc import ArchiveIterator

from pipeline.records import Media, Origin, RawPage, Reason, Record, Skipped, Unreadable
from pipeline.sources.content import media_of, media_type, split_content_type, starts_like_html
from pipeline.sources.digests import is_altered
from pipeline.sources.http_body import decoded_body
from pipeline.sources.inputs import BrokenRecord, Slice, broken
from pipeline.sources.resuming import NEXT_RECORD, next_record
from pipeline.sources.streams import MAX_RECORD_BYTES, TOO_LARGE, DecompressedStream, buffered, skip
from pipeline.sources.times import parse_time

_PAGE_TYPES: Final = frozenset({"response", "resource", "conversion"})
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+_-]{1,60}")
_GAP: Final = b"\r\n\r\n"  # behind each record
_GOES_ON: Final = "the record goes on where it should end: its Content-Length is wrong"
_SWALLOWS: Final = "the record holds the beginning of another one: its Content-Length is wrong"
_UNTOLD_MEDIA_TYPES: Final = frozenset({None, "application/octet-stream", "unknown/unknown"})

WarcRecord = Any  # fastwarc ships no types


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    """What a record holds: its page as it was sent, with the headers that say how to read it."""

    body: bytes
    status: int | None  # None where the record is no HTTP message
    content_type: str | None
    transfer_encoding: str | None = None
    content_encoding: str | None = None


class _CutShort(BrokenRecord):
    """The file ends in the middle of the record."""


def read_warc(piece: Slice) -> Iterator[Record]:
    """Yields each record of the archive. Where it is damaged, an `Unreadable` stands for what cannot be read, and then come the next whole records."""
    start: int | None = piece.start
    number = piece.first
    while start is not None:
        reading = _Reading(start=start, number=number, begins=0)
        yield from _whole_records(piece, reading)
        if not reading.damage:
            return
        start = next_record(piece.file.path, start, start + reading.begins + reading.size)
        if start is not None and piece.stop is not None and start >= piece.stop:
            start = None
        goes_on = "the archive can't be read from here on" if start is None else f"the archive is read on at its byte {start:,}"
        yield broken(reading.lost or piece.origin(str(reading.number)), f"{reading.damage}; {goes_on}", url=reading.url)
        number = reading.number + 1


@dataclass(slots=True)
class _Reading:
    """How far the archive was read from one place on."""

    start: int
    number: int  # of the next record
    begins: int  # where the last record does, in bytes from the start, decompressed
    size: int = 0  # of its content, if that is whole
    damage: str = ""
    lost: Origin | None = None  # of the record that breaks off, where its headers are whole; with its address
    url: str | None = None


def _whole_records(piece: Slice, reading: _Reading) -> Iterator[Record]:
    """Yields records until the end, or until damage. Each is held until the next begins: that shows whether its length is right."""
    stream = DecompressedStream(piece.file.path, reading.start, piece.stop)
    held: Record | None = None
    with buffered(stream) as reader:
        try:
            for record in ArchiveIterator(reader, parse_http=False, stream_detect=False):
                if held is not None:
                    yield held
                held = None
                reading.lost, reading.url = _origin(piece, record, reading.number), record.headers.get("WARC-Target-URI")
                reading.begins, reading.size, size = record.stream_pos, 0, record.content_length
                held = _record(record, reading.lost)
                reading.size = size
                reading.lost = reading.url = None
                reading.number += 1
        except _CutShort as error:
            reading.damage = str(error)
        except OSError as error:
            if error.errno is not None:  # the disk's error, not fastwarc's
                raise
            reading.damage = f"no WARC record begins where one should ({error})"
    if reading.damage and not reading.lost and (wrong := _wrong_length(piece, reading, held)) and not isinstance(held, Skipped | None):
        reading.damage = wrong
        reading.size = 0 if wrong == _SWALLOWS else reading.size  # the next record begins within this one
        reading.lost, reading.url, held = held.origin, held.url, None
        reading.number -= 1
    else:
        reading.damage = stream.damage or reading.damage
    if held is not None:
        yield held


def _wrong_length(piece: Slice, reading: _Reading, held: Record | None) -> str:
    """What is wrong with the length of the last record, if it is that and no other damage behind which no record begins."""
    if isinstance(held, Unreadable) and held.detail == _SWALLOWS:
        return held.detail
    return _GOES_ON if isinstance(held, RawPage) and _goes_on(piece, reading) else ""


def _goes_on(piece: Slice, reading: _Reading) -> bool:
    """Whether something else than the end of a record follows the last one."""
    with buffered(DecompressedStream(piece.file.path, reading.start, piece.stop)) as reader:
        skip(reader, reading.begins)
        while reader.readline().strip():
            pass
        skip(reader, reading.size)
        return not reader.read(len(_GAP)).startswith(_GAP)


def _record(record: WarcRecord, origin: Origin) -> Record:
    url = record.headers.get("WARC-Target-URI")
    try:
        message = _message(record)
        if str(record.record_type) not in _PAGE_TYPES:
            return Skipped(kind=f"warc {record.record_type}")
        return _page(message, origin, url=url, fetched=record.headers.get("WARC-Date"))
    except _CutShort:
        raise
    except BrokenRecord as error:
        return broken(origin, str(error), url=url)


def _message(record: WarcRecord) -> _Message:
    """Reads a record to its end.

    Raises:
        _CutShort: when the file ends before the record does: fastwarc gives what there is.
        BrokenRecord: when its HTTP header can't be read, its bytes are not those that its digest was made of, or they go on into the next record.
    """
    if not (record.headers.get("Content-Length") or "").isdigit():
        raise _CutShort("a record has no Content-Length")
    error = _altered(record) or _parse_http(record)
    size = record.content_length
    body = record.reader.read(MAX_RECORD_BYTES + 1)
    got = len(body) + record.reader.consume()
    if got < size:
        raise _cut_short(got, size)
    if error := error or _swallowing(record, body):
        raise BrokenRecord(error)
    http = record.http_headers
    if http is None:
        return _Message(body=body, status=None, content_type=record.headers.get("Content-Type"))
    return _Message(
        body=body,
        status=http.status_code,
        content_type=http.get("Content-Type"),
        transfer_encoding=http.get("Transfer-Encoding"),
        content_encoding=http.get("Content-Encoding"),
    )


def _altered(record: WarcRecord) -> str:
    """What is wrong with a page whose bytes are not those that its digest was made of; the record is read from its begin again after this."""
    digest, size = record.headers.get("WARC-Block-Digest"), record.content_length
    if not digest or size > MAX_RECORD_BYTES or str(record.record_type) not in _PAGE_TYPES:
        return ""
    record.freeze()
    block = record.reader.read(size)
    if len(block) < size:
        raise _cut_short(len(block), size)
    record.reader.seek(0)
    return "the record's bytes are not those that its digest was made of" if is_altered(block, digest) else ""


def _swallowing(record: WarcRecord, body: bytes) -> str:
    """What is wrong with a page that goes on into the next record; its digest would prove that it is a page about archives."""
    swallows = NEXT_RECORD in body and not record.headers.get("WARC-Block-Digest")
    return _SWALLOWS if swallows else ""


def _cut_short(got: int, size: int) -> _CutShort:
    return _CutShort(f"a record is cut short: {got} of {size} bytes")


def _parse_http(record: WarcRecord) -> str:
    """Reads the HTTP header, and returns what is wrong with it."""
    if str(record.record_type) not in _PAGE_TYPES or not record.is_http:
        return ""
    try:
        record.parse_http(auto_decode="none", quirks_mode=True)
    except OSError as error:
        if error.errno is not None:
            raise
        return f"the HTTP header can't be read ({error})"
    return "" if record.http_headers.status_code else "the record holds no HTTP response"


def _page(message: _Message, origin: Origin, *, url: str | None, fetched: str | None) -> Record:
    if message.status is not None and 300 <= message.status < 400:
        return Skipped(kind="warc redirect")
    type_, charset = split_content_type(message.content_type)
    if not media_type(type_) and type_ not in _UNTOLD_MEDIA_TYPES:
        return Skipped(kind=f"warc {type_}" if _MEDIA_TYPE.fullmatch(type_ or "") else "warc other content type")
    if message.status is not None and not 200 <= message.status < 300:
        return Unreadable(origin=origin, reason=Reason.ERROR_PAGE, detail=f"HTTP status {message.status}", url=url)
    if len(message.body) > MAX_RECORD_BYTES:
        raise BrokenRecord(TOO_LARGE)
    body = decoded_body(message.body, transfer_encoding=message.transfer_encoding, content_encoding=message.content_encoding)
    if not media_type(type_) and not starts_like_html(body):
        return Skipped(kind="warc content of no known type")
    media = media_of(body, content_type=type_, expected=Media.HTML)
    return RawPage(origin=origin, media=media, body=body, url=url, fetched_at=parse_time(fetched), charset=charset)


def _origin(piece: Slice, record: WarcRecord, number: int) -> Origin:
    return piece.origin(record.headers.get("WARC-Record-ID") or str(number))
