"""The cheaper extraction, for pages that parsers and extractors do not survive: tags are taken out as text, and lines are left."""

from __future__ import annotations

import html
import re
import string
from collections.abc import Iterator
from itertools import chain, groupby, islice
from typing import Final

from pipeline.records import Media

FALLBACK: Final = "fallback"  # in the column `extractor`
MAX_LINES: Final = 10_000
MAX_CHARACTERS: Final = 2_000_000
_SILENT: Final = ("script", "style", "template", "svg", "head", "noscript", "textarea", "select", "title")
_INLINE: Final = frozenset(
    [
        "a",
        "abbr",
        "b",
        "big",
        "cite",
        "code",
        "del",
        "em",
        "font",
        "i",
        "ins",
        "label",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "tt",
        "u",
    ]
)
_LOWER: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)  # str.lower() may give another length
_NAME: Final = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]{0,20})")


def title_and_text(content: str, media: Media) -> tuple[str | None, str]:
    """Returns the content of the page's title element, and its visible text, a line a block, cut at `MAX_LINES` and `MAX_CHARACTERS`.

    Each character is looked at a fixed number of times, whatever the markup.
    """
    if media is Media.TEXT:
        return None, _cut(content)
    lowered = content.translate(_LOWER)
    return _title(content, lowered), _cut(html.unescape("".join(_pieces(content, lowered))))


def _cut(text: str) -> str:
    """The text's first lines. Of blank ones that follow each other one is left: elements without text are no reason to lose the article behind them."""
    runs = groupby(text.split("\n"), key=lambda line: not line or line.isspace())
    lines = chain.from_iterable(("",) if blank else run for blank, run in runs)
    return "\n".join(islice(lines, MAX_LINES))[:MAX_CHARACTERS]


def _title(content: str, lowered: str) -> str | None:
    start = lowered.find(">", lowered.find("<title")) + 1 if "<title" in lowered else 0
    end = lowered.find("</title", start)
    return " ".join(html.unescape(content[start:end]).split()) if 0 < start < end else None


def _pieces(content: str, lowered: str) -> Iterator[str]:
    """The text between tags; in place of a tag that parts blocks a line break."""
    place = 0
    never: set[str] = set()  # ends that do not come any more: looked for once
    while (tag := content.find("<", place)) >= 0:
        yield _flat(content[place:tag])
        name = _NAME.match(lowered, tag + 1)
        if not name and not content.startswith(("<!", "<?"), tag):
            place = tag + 1
            yield "<"  # no tag: a sign
            continue
        silent = name is not None and name[1] in _SILENT and content[tag + 1] != "/"
        ends = ("-->", ">") if content.startswith("<!--", tag) else (f"</{name[1]}", ">") if name and silent else (">",)
        for end in ends:
            if (place := _after(lowered, end, tag, never)) > tag:
                break
        else:
            place = tag + 1
        yield "" if name and name[1] in _INLINE else "\n"
    yield _flat(content[place:])


def _after(lowered: str, end: str, start: int, never: set[str]) -> int:
    """The place behind the next `end`, or, where that is a closing tag, before it; -1 where none comes."""
    found = -1 if end in never else lowered.find(end, start)
    if found < 0:
        never.add(end)
    return found if found < 0 or end.startswith("</") else found + len(end)


def _flat(text: str) -> str:
    return text.replace("\n", " ").replace("\r", " ")
