"""The charsets of the web: their labels, their WHATWG names, and the Python codecs that decode them."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from resiliparse.parse.encoding import map_encoding_to_html5


class Width(StrEnum):
    """How a charset writes a character."""

    UTF_8 = "utf_8"
    SINGLE_BYTE = "single_byte"
    MULTI_BYTE = "multi_byte"
    WIDE = "wide"  # UTF-16 and UTF-32


@dataclass(frozen=True, slots=True, kw_only=True)
class Charset:
    """A charset by its WHATWG name in lower case, with the Python codec that comes closest to what browsers do."""

    name: str
    codec: str
    width: Width


def _charset(name: str, codec: str, width: Width) -> Charset:
    return Charset(name=name, codec=codec, width=width)


UTF_8: Final = _charset("utf-8", "utf-8", Width.UTF_8)
WINDOWS_1252: Final = _charset("windows-1252", "cp1252", Width.SINGLE_BYTE)
UTF_16_LE: Final = _charset("utf-16le", "utf-16-le", Width.WIDE)
UTF_16_BE: Final = _charset("utf-16be", "utf-16-be", Width.WIDE)
UTF_32_LE: Final = _charset("utf-32le", "utf-32-le", Width.WIDE)
UTF_32_BE: Final = _charset("utf-32be", "utf-32-be", Width.WIDE)

# Keys are Python's own names (`codecs.lookup(...).name`). Values differ where browsers read a label as a larger charset.
# Source: https://encoding.spec.whatwg.org/#names-and-labels
_BY_CODEC: Final[dict[str, Charset]] = {
    "utf-8": UTF_8,
    "ascii": WINDOWS_1252,
    "iso8859-1": WINDOWS_1252,
    **{f"cp{page}": _charset(f"windows-{page}", f"cp{page}", Width.SINGLE_BYTE) for page in range(1250, 1259)},
    **{f"iso8859-{part}": _charset(f"iso-8859-{part}", f"iso8859-{part}", Width.SINGLE_BYTE) for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    "iso8859-9": _charset("windows-1254", "cp1254", Width.SINGLE_BYTE),
    "iso8859-11": _charset("windows-874", "cp874", Width.SINGLE_BYTE),
    "tis-620": _charset("windows-874", "cp874", Width.SINGLE_BYTE),
    "cp874": _charset("windows-874", "cp874", Width.SINGLE_BYTE),
    "cp866": _charset("ibm866", "cp866", Width.SINGLE_BYTE),
    "koi8-r": _charset("koi8-r", "koi8-r", Width.SINGLE_BYTE),
    "koi8-u": _charset("koi8-u", "koi8-u", Width.SINGLE_BYTE),
    "mac-roman": _charset("macintosh", "mac-roman", Width.SINGLE_BYTE),
    "mac-cyrillic": _charset("x-mac-cyrillic", "mac-cyrillic", Width.SINGLE_BYTE),
    "gb2312": _charset("gbk", "gb18030", Width.MULTI_BYTE),
    "gbk": _charset("gbk", "gb18030", Width.MULTI_BYTE),
    "gb18030": _charset("gb18030", "gb18030", Width.MULTI_BYTE),
    "big5": _charset("big5", "big5hkscs", Width.MULTI_BYTE),
    "big5hkscs": _charset("big5", "big5hkscs", Width.MULTI_BYTE),
    "euc_jp": _charset("euc-jp", "euc_jp", Width.MULTI_BYTE),
    "iso2022_jp": _charset("iso-2022-jp", "iso2022_jp", Width.MULTI_BYTE),
    "shift_jis": _charset("shift_jis", "cp932", Width.MULTI_BYTE),
    "cp932": _charset("shift_jis", "cp932", Width.MULTI_BYTE),
    "euc_kr": _charset("euc-kr", "cp949", Width.MULTI_BYTE),
    "cp949": _charset("euc-kr", "cp949", Width.MULTI_BYTE),
    "utf-16": UTF_16_LE,
    "utf-16-le": UTF_16_LE,
    "utf-16-be": UTF_16_BE,
    "utf-32": UTF_32_LE,
    "utf-32-le": UTF_32_LE,
    "utf-32-be": UTF_32_BE,
}
# ISO charsets leave 0x80 to 0x9F to control characters, which no page means: bytes there show that Windows wrote it.
_WINDOWS_SIBLINGS: Final = {"iso-8859-2": 1250, "iso-8859-6": 1256, "iso-8859-7": 1253, "iso-8859-8": 1255, "iso-8859-13": 1257, "iso-8859-15": 1252}
_ISO_CONTROLS: Final = bytes(range(0x80, 0xA0))


def charset_of_label(label: str | None) -> Charset | None:
    """Returns the charset that browsers take a label for, or one that Python knows by it; None where it names no charset of text.

    >>> [charset_of_label(label).name for label in ("Latin1", "x-sjis", "ms949", "utf8")]
    ['windows-1252', 'shift_jis', 'euc-kr', 'utf-8']
    >>> charset_of_label("rot13") is None
    True
    """
    if not label:
        return None
    plain = label.strip().strip("\"'")
    try:
        codec = codecs.lookup(map_encoding_to_html5(plain, fallback_utf8=False) or plain).name
    except (LookupError, ValueError):  # ValueError: a NUL in the label
        return None
    return _BY_CODEC.get(codec)


def windows_sibling(charset: Charset, body: bytes) -> Charset:
    """Returns the Windows charset where the body can't have been written in the ISO one; else the charset itself."""
    page = _WINDOWS_SIBLINGS.get(charset.name)
    if page is None or len(body.translate(None, _ISO_CONTROLS)) == len(body):
        return charset
    return _BY_CODEC[f"cp{page}"]
