"""Mutations: bytes that were a page, or a file of pages, with a few accidents. The same number gives the same accidents."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

MAX_MUTATIONS = 4
TOKENS = (
    b"<", b">", b"</", b"<!--", b"-->", b"<script>", b"</script>", b"<![CDATA[", b"<p>", b"</div>", b"<table><tr><td>", b"<title>", b"<body>",
    b"&#0;", b"&#x1F;", b"&#xD800;", b"&lt;", b"&", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x80", b"\x1b[2J", b'"', b"'", b"{", b"}",
    b"[", b"\\u", b"\\ud800", b"\r\n\r\n", b"\n", b"WARC/1.0\r\n", b"Content-Length: 9999999999\r\n", b"Content-Length: -1\r\n", b"PAR1", b"\x1f\x8b",
    b"charset=utf-16", b'charset="gb18030"', b"9" * 40, b"NaN", b"1e999", b"application/ld+json", b'"author": {', b"datetime=", b"\xe2\x80\xae",
)  # fmt: skip


def mutated(seeds: Sequence[bytes], number: int) -> bytes:
    """One of the seeds, by the number, with one to four accidents."""
    rng = random.Random(number)
    data = rng.choice(seeds)
    for _ in range(rng.randint(1, MAX_MUTATIONS)):
        data = rng.choice(MUTATIONS)(data, rng, seeds)
    return data


def _place(data: bytes, rng: random.Random) -> tuple[int, int]:
    """A range: mostly of a few bytes, sometimes of many."""
    start = rng.randint(0, len(data))
    return start, start + rng.choice((1, 2, 8, 64, 1024, len(data) // 4 + 1))


def _flip(data: bytes, rng: random.Random, _seeds: Sequence[bytes]) -> bytes:
    start, _ = _place(data, rng)
    return data[:start] + bytes(byte ^ (1 << rng.randint(0, 7)) for byte in data[start : start + 1]) + data[start + 1 :]


def _overwrite(data: bytes, rng: random.Random, _seeds: Sequence[bytes]) -> bytes:
    start, stop = _place(data, rng)
    size = len(data[start:stop])
    return data[:start] + (rng.randbytes(size) if rng.random() < 0.5 else bytes(size)) + data[stop:]


def _delete(data: bytes, rng: random.Random, _seeds: Sequence[bytes]) -> bytes:
    start, stop = _place(data, rng)
    return data[:start] + data[stop:]


def _repeat(data: bytes, rng: random.Random, _seeds: Sequence[bytes]) -> bytes:
    start, stop = _place(data, rng)
    return data[:stop] + data[start:stop] * rng.choice((1, 2, 20)) + data[stop:]


def _cut(data: bytes, rng: random.Random, _seeds: Sequence[bytes]) -> bytes:
    return data[: rng.randint(0, len(data))]


def _insert(data: bytes, rng: random.Random, _seeds: Sequence[bytes]) -> bytes:
    start, _ = _place(data, rng)
    return data[:start] + rng.choice(TOKENS) * rng.choice((1, 1, 2, 200)) + data[start:]


def _splice(data: bytes, rng: random.Random, seeds: Sequence[bytes]) -> bytes:
    other = rng.choice(seeds)
    return data[: rng.randint(0, len(data))] + other[rng.randint(0, len(other)) :]


MUTATIONS: Sequence[Callable[[bytes, random.Random, Sequence[bytes]], bytes]] = (
    _flip,
    _flip,
    _overwrite,
    _delete,
    _repeat,
    _cut,
    _insert,
    _insert,
    _splice,
)
