"""Text of pages, made fit to be shown: nothing in it steers a terminal or turns the lines around it."""

from __future__ import annotations

import unicodedata
from typing import Final

_HARMLESS: Final = frozenset("\t\n\u200c\u200d")  # the last two part and join letters, as Persian and Hindi want them
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs"})  # controls, marks that turn the direction of writing and the like, halves of characters


def printable(text: str) -> str:
    """Returns the text on one line, without control characters and marks that turn the direction of writing."""
    return "".join(" " if char in "\t\n" else char for char in text if char in _HARMLESS or unicodedata.category(char) not in _UNSEEN)


def printable_lines(text: str) -> str:
    """Returns the same of each line of a text."""
    return "\n".join(map(printable, text.split("\n")))
