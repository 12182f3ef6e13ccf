"""What a sandbox and its worker say to each other: JSON and bytes in frames, nothing that a worker could make its parent execute."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import IO, Final, NamedTuple

import msgspec
from pydantic import TypeAdapter

from pipeline.records import Draft, RawPage, Rejected
from pipeline.rules import SiteRules
from pipeline.settings import Limits

READY: Final = b"ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A page to extract; `fallback` asks for the cheaper extraction."""

    page: RawPage
    limits: Limits
    sites: tuple[SiteRules, ...] = ()  # whose selectors the page may need
    fallback: bool = False


class Drafted(NamedTuple):
    """What came of a page, and the CPU time that it took, in milliseconds."""

    outcome: Draft | Rejected
    cpu_ms: float


_REQUEST: Final = TypeAdapter(Request)
# Checked as pydantic does, in a quarter of the time: this is the largest part of what a worker costs.
_OUTCOMES: Final[Mapping[bytes, msgspec.json.Decoder[Draft] | msgspec.json.Decoder[Rejected]]] = {
    b"D": msgspec.json.Decoder(Draft),
    b"R": msgspec.json.Decoder(Rejected),
}
_COST: Final = struct.Struct("<cd")  # which of the two, and the CPU time
_LENGTH: Final = struct.Struct("<Q")


def write_request(stream: IO[bytes], request: Request) -> None:
    """Writes a request; the page's body goes as it is."""
    _write_frame(stream, _REQUEST.dump_json(replace(request, page=replace(request.page, body=b""))))
    _write_frame(stream, request.page.body)
    stream.flush()


def read_request(stream: IO[bytes]) -> Request | None:
    """Returns the next request; None where the parent has closed the stream."""
    header, body = read_frame(stream), read_frame(stream)
    if header is None or body is None:
        return None
    request = _REQUEST.validate_json(header)
    return replace(request, page=replace(request.page, body=body))


def write_reply(stream: IO[bytes], drafted: Drafted) -> None:
    """Writes what came of a page."""
    kind = b"D" if isinstance(drafted.outcome, Draft) else b"R"
    _write_frame(stream, _COST.pack(kind, drafted.cpu_ms) + msgspec.json.encode(drafted.outcome))
    stream.flush()


def parse_reply(frame: bytes) -> Drafted:
    """Returns what a frame says of a page. Raises ValueError where it says nothing of the kind."""
    try:
        kind, cpu_ms = _COST.unpack_from(frame)
        return Drafted(_OUTCOMES[kind].decode(frame[_COST.size :]), cpu_ms)
    except (struct.error, KeyError, msgspec.DecodeError) as error:
        raise ValueError(f"no outcome of a page: {error}") from error


def write_ready(stream: IO[bytes]) -> None:
    """Writes that the worker can be asked."""
    _write_frame(stream, READY)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """Returns the next frame; None where the stream ends, also within one."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (size,) = _LENGTH.unpack(head)
    frame = stream.read(size)
    return frame if len(frame) == size else None


def _write_frame(stream: IO[bytes], frame: bytes) -> None:
    stream.write(_LENGTH.pack(len(frame)))
    stream.write(frame)
