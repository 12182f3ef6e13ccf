"""Writes raw/crawl.warc.gz from the pages in tests/pages/warc: the same records on every machine.

Run it from the project's root after changing one of them: `python tests/pages/make_warc.py`.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
PAGES: Final = HERE / "warc"
WARC: Final = HERE.parents[1] / "raw" / "crawl.warc.gz"

_ID: Final = "urn:uuid:3f0c1b52-6d1e-5a44-9c0b-0d8c6a5b7e{:02d}"
_CLOCK: Final = "http://www.copperfield-herald.example/2022/06/15/town-clock"
_MARAIS: Final = "http://www.echo-du-marais.example/actu/rocade.html"
_LOGO: Final = "http://www.copperfield-herald.example/logo.gif"
_IMKER: Final = "https://tarnhagener-anzeiger.example/stadt/bienenvolk-finanzamt"
_ONE_PIXEL_GIF: Final = base64.b64decode("R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=")


def records() -> Iterator[bytes]:
    """Yields the crawl's six records, uncompressed: three pages, and three that a reader of pages skips."""
    yield _record(
        4, "warcinfo", b"software: a crawler of invented pages\r\n", fetched_at="2023-06-01T05:00:00Z", content_type="application/warc-fields"
    )
    request = b"GET /2022/06/15/town-clock HTTP/1.1\r\nHost: www.copperfield-herald.example\r\n\r\n"
    yield _record(5, "request", request, url=_CLOCK, fetched_at="2023-06-01T05:00:01Z", content_type="application/http; msgtype=request")
    yield _response(1, _page("clock-tower.html"), url=_CLOCK, fetched_at="2023-06-01T05:00:01Z", content_type="text/html; charset=utf-8")
    yield _response(6, _ONE_PIXEL_GIF, url=_LOGO, fetched_at="2023-06-01T05:00:02Z", content_type="image/gif")
    # This page does not say its charset: only the HTTP header does.
    yield _response(2, _page("marais.html"), url=_MARAIS, fetched_at="2023-06-01T05:00:07Z", content_type="text/html; charset=ISO-8859-1")
    yield _record(3, "resource", _page("imker.html"), url=_IMKER, fetched_at="2023-06-01T05:00:09Z", content_type="text/html; charset=utf-8")


def write_warc(target: Path) -> None:
    """Writes the records to `target`, each a gzip member of its own, as crawlers do."""
    target.write_bytes(b"".join(gzip.compress(record, mtime=0) for record in records()))


def _page(name: str) -> bytes:
    return (PAGES / name).read_bytes()


def _response(number: int, body: bytes, *, url: str, fetched_at: str, content_type: str) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return _record(number, "response", head + body, url=url, fetched_at=fetched_at, content_type="application/http; msgtype=response")


def _record(number: int, kind: str, block: bytes, *, fetched_at: str, content_type: str, url: str | None = None) -> bytes:
    target = [f"WARC-Target-URI: {url}"] if url else []
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <{_ID.format(number)}>",
        f"WARC-Date: {fetched_at}",
        *target,
        f"Content-Type: {content_type}",
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


if __name__ == "__main__":
    write_warc(WARC)
