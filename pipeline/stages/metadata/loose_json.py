"""JSON as pages really hold it: wrapped, escaped, commented, with trailing commas. Never an exception."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

import orjson

MAX_WRAPPERS: Final = 4  # in one another

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

_OPENINGS: Final = ("<!--", "//", "/*", "<![CDATA[", "*/")
_CLOSINGS: Final = ("-->", "//", "*/", "]]>", "/*", ";")
_NOTE_IN_FRONT: Final = re.compile(r"(?:/\*.*?\*/|//[^\n]*\n)\s*(?=[{\[])", re.DOTALL)
_CONTROL_CHARACTERS: Final = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_BAD_ESCAPE: Final = re.compile(r'\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt]|(.?))')
# An unclosed string or comment runs to the end: with no such way out, a page of quotes costs time with the square of its length.
_STRING: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
_STRING_OR_COMMENT: Final = re.compile(rf"({_STRING})|/\*.*?(?:\*/|\Z)|//[^\n]*|<!--.*?(?:-->|\Z)", re.DOTALL)
_STRING_OR_TRAILING_COMMA: Final = re.compile(rf"({_STRING})|,(?=\s*[}}\]])|(?<=[\[{{,])\s*,", re.DOTALL)
_STRING_OR_SEAM: Final = re.compile(rf"({_STRING})|(?<=[}}\]])\s*+(?=[{{\[])", re.DOTALL)


def read_json(text: str) -> Json:
    """Returns the value that a script holds, after as little repair as makes it valid; None where nothing helps."""
    for repaired in _repairs(_unwrapped(text)):
        try:
            value: Json = orjson.loads(repaired)
        except (orjson.JSONDecodeError, UnicodeEncodeError):  # the latter: lone surrogates
            continue
        return value
    return None


def _repairs(text: str) -> Iterator[str]:
    """The text, and then the text after one more repair each time."""
    yield text
    for repair in _REPAIRS:
        repaired = repair(text)
        if repaired != text:
            text = repaired
            yield text


def _unwrapped(text: str) -> str:
    """The text without the comment and CDATA marks that once hid scripts from old browsers."""
    for _ in range(MAX_WRAPPERS):
        text = text.strip()
        note = _NOTE_IN_FRONT.match(text)
        text = text[note.end() :] if note else text
        for mark in _OPENINGS:
            text = text.removeprefix(mark).lstrip()
        for mark in _CLOSINGS:
            text = text.removesuffix(mark).rstrip()
    return text


def _unescaped(text: str) -> str:
    """HTML references resolved where they stand for the quotes of the JSON itself."""
    return html.unescape(text) if '"' not in text[:200] and "&" in text[:200] else text


def _without_comments(text: str) -> str:
    return _STRING_OR_COMMENT.sub(lambda found: found[1] or " ", text)


def _without_control_characters(text: str) -> str:
    return _CONTROL_CHARACTERS.sub(" ", text).encode(errors="replace").decode()


def _with_valid_escapes(text: str) -> str:
    return _BAD_ESCAPE.sub(lambda found: found[0] if found[1] is None else found[1], text)


def _without_trailing_commas(text: str) -> str:
    return _STRING_OR_TRAILING_COMMA.sub(lambda found: found[1] or "", text)


def _as_one_document(text: str) -> str:
    """Several documents in a row, as one array."""
    joined = _STRING_OR_SEAM.sub(lambda found: found[1] or ",", text)
    return f"[{joined}]" if joined != text else text


_REPAIRS: Final[tuple[Callable[[str], str], ...]] = (
    _unescaped,
    _without_comments,  # before line breaks go: a comment ends at one
    _without_control_characters,
    _with_valid_escapes,
    _without_trailing_commas,
    _as_one_document,
)
