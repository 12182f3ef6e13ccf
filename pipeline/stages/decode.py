"""A page's bytes to text, in the charset that its readers would have wanted."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final, Literal

from resiliparse.parse.encoding import detect_encoding

from pipeline.records import Flag, Media, Reason, Reject
from pipeline.stages import charsets
from pipeline.stages.charsets import Charset, Width, charset_of_label, windows_sibling
from pipeline.stages.mojibake import repaired

Source = Literal["bom", "declared", "meta", "detected"]

# UTF-32 before UTF-16: its mark begins with the other's.
_MARKS: Final = (
    (codecs.BOM_UTF8, charsets.UTF_8),
    (codecs.BOM_UTF32_LE, charsets.UTF_32_LE),
    (codecs.BOM_UTF32_BE, charsets.UTF_32_BE),
    (codecs.BOM_UTF16_LE, charsets.UTF_16_LE),
    (codecs.BOM_UTF16_BE, charsets.UTF_16_BE),
)
_MAGIC: Final = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"RIFF", "a RIFF file (WebP, WAV or AVI)"),
    (b"PK\x03\x04", "a ZIP archive (or Office document)"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data"),
    (b"BZh91AY", "bzip2 data"),
    (b"\xfd7zXZ\0", "xz data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"wOF2", "a font"),
    (b"OggS", "an Ogg file"),
    (b"\0\0\0\x18ftyp", "an MP4 video"),
    (b"\0\0\0\x20ftyp", "an MP4 video"),
)
_SAMPLE_BYTES: Final = 64 * 1024
_META_BYTES: Final = 4096
_META_CHARSET: Final = re.compile(
    rb"<meta\s[^>]*?charset\s*=\s*[\"']?\s*([a-z0-9_:.-]+)|<\?xml\s[^>]*?encoding\s*=\s*[\"']([a-z0-9_:.-]+)", re.IGNORECASE
)
_ASCII_TAG: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_CONTROLS: Final = bytes({*range(0x20), 0x7F} - set(b"\t\n\v\f\r\x1b"))
# Text has next to none; random bytes have 11 %.
_MAX_CONTROL_SHARE: Final = 0.05
_MAX_STRAY_CONTROLS: Final = 8
# Chinese of a word or two can pass for UTF-8; so many sequences can't.
_MIN_SURE_SEQUENCES: Final = 10
_MAX_REPLACED_SHARE: Final = 0.01
_BLANK: Final = re.compile(r"[\s\0\ufeff\u200b]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A page's text, without NULs and byte order mark. `charset` is the WHATWG name in lower case, `source` what it was known from."""

    text: str
    charset: str
    source: Source
    flags: frozenset[Flag]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Utf8Reading:
    """How the body reads as UTF-8: sequences of several bytes that are well formed, and places that are not (a cut at the end is no such place)."""

    good: int
    bad: int

    @property
    def fits(self) -> bool:
        """Whether it is UTF-8, some damage allowed. In other charsets well-formed sequences are rare accidents."""
        return self.bad == 0 or self.good > self.bad

    @property
    def is_sure(self) -> bool:
        """Whether it can be nothing else that writes a character in one byte."""
        return self.good > self.bad


def decode(body: bytes, media: Media, declared: str | None) -> Decoded:
    """Returns the page's text. `declared` is the charset that HTTP or a sidecar gave.

    A byte order mark decides; then what was declared, then what an HTML page says of itself, each only where the bytes can be so; then UTF-8 where
    it is valid; then detection.

    Raises:
        Reject: with EMPTY for nothing but white space, with BINARY for what is no text.
    """
    _refuse_binary(body)
    charset, source, mark = _charset(body, media, declared)
    flags: set[Flag] = {Flag.CHARSET_GUESSED} if source == "detected" and charset is not charsets.UTF_8 else set()
    try:
        text = body[mark:].decode(charset.codec)
    except UnicodeDecodeError:
        text = body[mark:].decode(charset.codec, "replace")
        flags.add(Flag.UNDECODABLE_BYTES)
    if _BLANK.fullmatch(text):
        raise Reject(Reason.EMPTY, "the page holds nothing but white space")
    text = text.replace("\0", "")
    sound = repaired(text)
    if sound != text:
        flags.add(Flag.MOJIBAKE_REPAIRED)
    return Decoded(text=sound, charset=charset.name, source=source, flags=frozenset(flags))


def _refuse_binary(body: bytes) -> None:
    name = next((name for magic, name in _MAGIC if body.startswith(magic)), None)
    if name:
        raise Reject(Reason.BINARY, f"the bytes are {name}")
    sample = body[:_SAMPLE_BYTES].rstrip(b"\0")  # downloads that broke off are padded so
    if any(body.startswith(mark) for mark, _ in _MARKS) or _wide_without_mark(body):
        return
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > max(_MAX_STRAY_CONTROLS, len(sample) * _MAX_CONTROL_SHARE):
        raise Reject(Reason.BINARY, f"{controls} of the first {len(sample)} bytes are control characters")


def _charset(body: bytes, media: Media, declared: str | None) -> tuple[Charset, Source, int]:
    """The charset, what it was known from, and the length of the byte order mark."""
    for mark, charset in _MARKS:
        if body.startswith(mark) and not (charset.width is Width.WIDE and _holds_ascii(body)):
            return charset, "bom", len(mark)
    wide = _wide_without_mark(body)
    if wide:
        return wide, "declared" if charset_of_label(declared) is wide else "detected", 0
    utf8 = _utf8_reading(body)
    labels: tuple[tuple[str | None, Source], ...] = ((declared, "declared"), (_label_inside(body, media), "meta"))
    for label, source in labels:
        known = charset_of_label(label)
        if known and _fits(known, body, utf8):
            return windows_sibling(known, body), source, 0
    if utf8.fits and b"\x1b$" not in body:  # ISO-2022-JP is ASCII with escapes
        return charsets.UTF_8, "detected", 0
    return _detected(body), "detected", 0


def _holds_ascii(body: bytes) -> bool:
    """Whether a page begins in a charset that writes a letter in one byte, whatever mark stands before it, or NULs behind."""
    return bool(_ASCII_TAG.search(body[:_META_BYTES]))


def _wide_without_mark(body: bytes) -> Charset | None:
    """UTF-16 or UTF-32 by the places of its NULs: markup and blanks are ASCII in any language."""
    sample = body[: _SAMPLE_BYTES - _SAMPLE_BYTES % 4]
    units = len(sample) // 4
    nuls = [sample[place::4].count(0) for place in range(4)]
    if units < 2 or _holds_ascii(body):
        return None
    if min(nuls[2], nuls[3]) > 0.9 * units and nuls[0] < 0.1 * units:
        return charsets.UTF_32_LE
    if min(nuls[0], nuls[1]) > 0.9 * units and nuls[3] < 0.1 * units:
        return charsets.UTF_32_BE
    low, high = nuls[0] + nuls[2], nuls[1] + nuls[3]
    if max(low, high) < 0.1 * 2 * units or min(low, high) > max(low, high) / 5:
        return None
    return charsets.UTF_16_LE if high > low else charsets.UTF_16_BE


def _utf8_reading(body: bytes) -> _Utf8Reading:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
        bad = text.count("\ufffd") - body.count("\ufffd".encode())
        return _Utf8Reading(good=len(text) - len(text.encode("ascii", "ignore")) - bad, bad=bad)
    return _Utf8Reading(good=0 if body.isascii() else len(text) - len(text.encode("ascii", "ignore")), bad=0)


def _label_inside(body: bytes, media: Media) -> str | None:
    found = _META_CHARSET.search(body[:_META_BYTES]) if media is Media.HTML else None
    label = (found[1] or found[2]).decode("ascii") if found else None
    known = charset_of_label(label)
    # What could be read as ASCII is not UTF-16, whatever it says. Source: https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding
    return "utf-8" if known and known.width is Width.WIDE else label


def _fits(charset: Charset, body: bytes, utf8: _Utf8Reading) -> bool:
    """Whether the body can be in the charset. Browsers trust the label; readers want the right text."""
    match charset.width:
        case Width.UTF_8:
            return utf8.fits
        case Width.SINGLE_BYTE:
            return not utf8.is_sure
        case Width.MULTI_BYTE:
            sure_utf8 = utf8.bad == 0 and utf8.good >= _MIN_SURE_SEQUENCES
            return not sure_utf8 and _replaced_share(charset, body) <= _MAX_REPLACED_SHARE
        case Width.WIDE:
            return utf8.bad > 0 and _replaced_share(charset, body) == 0


def _replaced_share(charset: Charset, body: bytes) -> float:
    text = body.decode(charset.codec, "replace")
    return text.count("\ufffd") / max(1, len(text))


def _detected(body: bytes) -> Charset:
    # Without `html5_compatible=False` it answers utf-8 for cp949 and for what it does not know.
    guess = charset_of_label(detect_encoding(body, html5_compatible=False))
    if guess is None or guess.width in (Width.UTF_8, Width.WIDE):
        return charsets.WINDOWS_1252  # what browsers fall back to in the West
    return windows_sibling(guess, body)
