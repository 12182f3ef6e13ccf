"""Bytes in no charset, in another one than they say, or that are no page at all; and text that is hard to read."""

# ruff: noqa: ARG005 - every case is made in the same way

from __future__ import annotations

import gzip
import random
import re
import struct
import zlib

from tests.torture.hostile import FALLBACK, Case, page


def noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def said(charset: str, body: str) -> str:
    return page(body).replace("utf-8", charset)


def words(markup: str) -> str:
    return re.sub(r"<[^>]+>", "\n\n", markup)


def png() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + noise(4_000)


def shell(said_: str) -> str:
    return page(f'<div id="root"></div><noscript>{said_}</noscript><script src=/app.js></script>')


SIGNS = (
    "“", "„", "«", "»", "「", '"', "'", "(", "[", "|", "-", "–", "•", "·", "#", "@", "/", "\\", ":", "…", "! ", ". ", ", ", "\u00a0", "0", "1.", "a.b.", "http://",
    "www.a.", "a@b.", "By ", "By Ida Moor ", "said ", "Photo: ", "© ", "2031 ", "12:30 ", "1 March 2031 ", "Read more: ", "Share ", "# ", "A", "Aa", "é", "字", "ا", "🌊",
)  # fmt: skip


BYTES = {
    # Charsets
    "utf-16 with a mark": Case(make=lambda n, p: page(p).encode("utf-16")),
    "utf-16 without a mark": Case(make=lambda n, p: page(p).encode("utf-16-le")),
    "utf-16 of the other end without a mark": Case(make=lambda n, p: page(p).encode("utf-16-be")),
    "utf-32 with a mark": Case(make=lambda n, p: page(p).encode("utf-32")),
    "utf-32 without a mark": Case(make=lambda n, p: page(p).encode("utf-32-le")),
    "utf-16 cut in a character": Case(make=lambda n, p: page(p).encode("utf-16")[:-1]),
    "two marks": Case(make=lambda n, p: b"\xef\xbb\xbf" * 2 + page(p).encode()),
    "the mark of another charset": Case(make=lambda n, p: b"\xff\xfe" + page(p).encode()),
    "utf-7": Case(make=lambda n, p: said("utf-7", p)),
    "shift-jis that says utf-8": Case(make=lambda n, p: page(p + "<p>水門は正午に閉じられた。</p>").encode("shift-jis")),
    "utf-8 that says latin-1": Case(make=lambda n, p: said("iso-8859-1", p + "<p>Ærø, naïve, façade.</p>")),
    "cp1252 that says nothing": Case(make=lambda n, p: said("", p + "<p>naïve – façade</p>").encode("cp1252")),
    "a charset of no name": Case(make=lambda n, p: said("x" * n, p), size=100_000),
    "a charset of rot13": Case(make=lambda n, p: said("rot13", p)),
    "a charset of zip": Case(make=lambda n, p: said("zip", p)),
    "a charset of punycode": Case(make=lambda n, p: said("punycode", p)),
    "a charset of idna": Case(make=lambda n, p: said("idna", p)),
    "a charset of mbcs": Case(make=lambda n, p: said("mbcs", p)),
    "a charset with a nul": Case(make=lambda n, p: said("utf\0-8", p)),
    "charsets": Case(make=lambda n, p: page(p, "<meta charset=big5>" * (n // 3)), size=20_000, full=FALLBACK),
    "bytes of two charsets": Case(make=lambda n, p: page(p).encode() + "façade".encode("latin-1") * n),
    "half surrogates": Case(make=lambda n, p: page(p + "<p>\ud83d half \udc00</p>")),
    "overlong utf-8": Case(make=lambda n, p: page(p).encode() + b"\xc0\x80\xe0\x80\x80" * n),
    "utf-8 cut in a character": Case(make=lambda n, p: (page(p) + "🌊").encode()[:-2]),
    # Characters
    "references to controls": Case(make=lambda n, p: page(p + "<p>&#x1;&#x8;&#xFFFF;&#0;&#27;</p>")),
    "references beyond unicode": Case(make=lambda n, p: page(p + "<p>&#x110000;&#99999999999999999999;&#xD800;</p>")),
    "references without end": Case(make=lambda n, p: page(p + "<p>" + "&amp;" * n), size=500_000),
    "references cut off": Case(make=lambda n, p: page(p + "<p>" + "&#" * n), size=500_000),
    "references of digits": Case(make=lambda n, p: page(p + "<p>&#" + "9" * n + ";"), size=500_000),
    "signs for and": Case(make=lambda n, p: page(p + "<p>" + "&" * n), size=500_000),
    "control characters": Case(make=lambda n, p: page(p + "<p>" + "".join(map(chr, range(1, 32))) + "\x7f\x85</p>")),
    "nuls between letters": Case(make=lambda n, p: page(p + "<p>" + "a\0" * n), size=100_000, small="binary"),
    "nuls": Case(make=lambda n, p: page(p).encode() + bytes(n), size=1_000_000),
    "characters of no use": Case(make=lambda n, p: page(p + "<p>\ufffe\uffff\ufdd0</p>")),
    "zalgo": Case(make=lambda n, p: page(p + "<p>a" + "\u0301" * n), size=200_000),
    "hangul parts": Case(make=lambda n, p: page(p + "<p>" + "\u1100" * n + "\u1161"), size=200_000),
    "one ligature that is eighteen letters": Case(make=lambda n, p: page(p + "<p>" + "\ufdfa" * n), size=100_000),
    "right to left": Case(make=lambda n, p: page(p + "<p>\u202etxet eht\u202c \u2066isolated\u2069" * 3)),
    "invisible characters": Case(make=lambda n, p: page(p + "<p>" + "\u200b\u200d\ufeff" * n), size=100_000),
    "soft hyphens": Case(make=lambda n, p: page(p.replace("ee", "e\u00ade")), lossy=True),
    "tags of plane fourteen": Case(make=lambda n, p: page(p + "<p>" + "\U000e0041" * n), size=100_000),
    "dotted capitals that grow in lower case": Case(make=lambda n, p: page(p + "<p>" + "İ" * n + "<script>" + "İ" * n + "</script>"), size=100_000),
    "spaces": Case(make=lambda n, p: page(p + " \t\r\n" * n), size=1_000_000),
    "no-break spaces": Case(make=lambda n, p: page(p + "<p>" + "\u00a0" * n + "x"), size=500_000),
    "one word without end": Case(make=lambda n, p: page(p + "<p>" + "a" * n * 10), size=800_000),
    "one line of dots": Case(make=lambda n, p: page(p + "<p>" + ". " * n), size=500_000),
    "paragraphs all alike": Case(make=lambda n, p: page("<article>" + p + "<p>The gate was shut at noon.</p>" * 100 + "</article>")),
    "escape codes of terminals": Case(make=lambda n, p: page(p + "<p>\x1b]0;owned\x07\x1b[2J\x1b[31mRed</p>", "<title>\x1b[31mRed</title>")),
    # Entities
    "entities of entities": Case(
        make=lambda n, p: '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>' + page(p + "<p>&c;" * 9)
    ),
    "an entity of a file": Case(make=lambda n, p: '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + page(p + "<p>&x;</p>")),
    "a doctype from the net": Case(make=lambda n, p: '<!DOCTYPE html SYSTEM "http://127.0.0.1:9/x.dtd">' + page(p)),
    "a style sheet from the net": Case(make=lambda n, p: '<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>' + page(p)),
    "an include": Case(make=lambda n, p: page(p + '<xi:include href="file:///etc/passwd" parse="text"/>')),
    "an xml declaration of another charset": Case(make=lambda n, p: '<?xml version="1.0" encoding="utf-16"?>' + page(p)),
    # No pages, or none with an article
    "nothing": Case(make=lambda n, p: b"", small="no_body"),
    "white space": Case(make=lambda n, p: " \r\n\t" * n, small="empty", size=1_000_000),
    "one letter": Case(make=lambda n, p: "x", small="too_short"),
    "one sign": Case(make=lambda n, p: "<", small="too_short"),
    "noise": Case(make=lambda n, p: noise(n * 10), small="binary"),
    "letters without sense": Case(make=lambda n, p: noise(n).hex(), small="too_short", lossy=True),
    "a picture": Case(make=lambda n, p: png(), small="binary"),
    "a document": Case(make=lambda n, p: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" + zlib.compress(noise(3_000)), small="binary"),
    "an archive": Case(make=lambda n, p: b"PK\x03\x04" + noise(3_000), small="binary"),
    "a page in gzip": Case(make=lambda n, p: gzip.compress(page(p).encode(), mtime=0), small="binary"),
    "a bomb in gzip": Case(make=lambda n, p: gzip.compress(bytes(n * 100), mtime=0), small="binary", size=10_000_000 // 100),
    "an empty page": Case(make=lambda n, p: "<html></html>", small="no_content"),
    "a frameset": Case(make=lambda n, p: "<html><frameset><frame src=/a></frameset></html>", small="no_content"),
    "a comment alone": Case(make=lambda n, p: "<!-- nothing -->", small="empty"),
    "a declaration alone": Case(make=lambda n, p: '<?xml version="1.0" encoding="utf-8"?>', small="empty"),
    "json": Case(make=lambda n, p: '{"title": "The lock keeper", "body": [' + "1," * n + "1]}", small="no_content", lossy=True),
    "an app": Case(make=lambda n, p: shell("You need to enable JavaScript to run this app."), small="needs_javascript"),
    "a robot check": Case(make=lambda n, p: page("<h1>Checking your browser</h1><p>Please wait a moment.</p>"), small="too_short"),
    "a page that is not found": Case(
        make=lambda n, p: page("<h1>404</h1><p>Page not found.</p>", "<title>404 Not Found</title>"), small="error_page"
    ),
    "too few words": Case(make=lambda n, p: page("<article><h1>Weir</h1><p>The gate was shut.</p></article>"), small="too_short"),
    "more than all limits": Case(make=lambda n, p: page(p + "a " * n * 200), size=60_000, small=FALLBACK, full=FALLBACK),
    # Plain text
    "text of lines": Case(make=lambda n, p: words(p) + "\n".join(["A line."] * n), media="text", size=500_000),
    "text in one line": Case(make=lambda n, p: words(p) + "word " * n, media="text", size=500_000),
    "text of tags": Case(make=lambda n, p: words(p) + "\n<b>" * n, media="text", size=100_000),
    "text of breaks": Case(make=lambda n, p: words(p) + "\r\n\v\f\x1c\u2028" * n, media="text", size=100_000, small="binary"),
    "text of noise": Case(make=lambda n, p: noise(n * 10), media="text", small="binary"),
    "text with nuls": Case(make=lambda n, p: words(p) + "\0" * n, media="text", size=10_000),
}
SIGNS_WITHOUT_END = {f"a paragraph of {sign!r}": Case(make=lambda n, p, sign=sign: page(f"{p}<p>{sign * n}</p>"), size=200_000) for sign in SIGNS}
