"""The one-pass search for the few patterns that may match a block.

Running every pattern in turn costs more than extracting the page. RE2 runs all of them at once, in time linear in the text, but
its word boundaries and word characters know ASCII alone. So it gets a relaxed version of each pattern that matches at least
wherever the pattern does, and `regex` confirms the few that are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import re2

DFA_MEMORY_BYTES: Final = 64 * 1024 * 1024  # a ceiling for one language: RE2 forgets states when it gets there, and goes on
# `regex` without case takes the four for one letter, RE2 takes the first two and the last two for strangers.
DOTTED_AND_DOTLESS: Final = ("İ", "ı")

_TOKEN = re.compile(r"\\.|\[\^?|\{\d+(?:,\d*)?\}|[^\\]", re.DOTALL)
_NOT_ASCII: Final = r"\x{80}-\x{10FFFF}"  # stands for all letters and digits but ASCII's: far smaller an automaton than Unicode's own
_OUTSIDE: Final = {
    r"\b": "(?:)",  # an empty group rather than nothing, so that what follows it still stands on something
    r"\B": "(?:)",
    r"\w": f"[0-9A-Za-z_{_NOT_ASCII}]",
    r"\W": "[^0-9A-Za-z_]",
    r"\d": f"[0-9{_NOT_ASCII}]",
    r"\D": "[^0-9]",
}
_IN_CLASS: Final = {r"\w": f"0-9A-Za-z_{_NOT_ASCII}", r"\d": f"0-9{_NOT_ASCII}"}
_IN_NEGATED_CLASS: Final = {r"\w": "0-9A-Za-z_", r"\d": "0-9"}
_OTHER_ESCAPE = re.compile(r"\\[^WDb]")
# What the two engines read differently, or what takes time without bound; the message says what to write instead.
_REFUSED: Final = (
    (re.compile(r"\(\?<?[=!]"), "look-around is not allowed: use `unless`, or a second rule"),
    (re.compile(r"\{,"), "write {0,n} for {,n}"),
    (re.compile(r"\[\^?\]"), r"write \] for a bracket that opens a class"),
    (re.compile(r"\[[^\]]*\\[WDb]"), r"\W, \D and \b are not allowed inside [...]"),
    (re.compile(r"\(\?-i:[^()]*\[\^"), "[^...] is not allowed inside (?-i:...)"),
    (re.compile(r"\)(?:[+*]|\{\d+,\})"), "bound the repeat of a group, as in (...){0,5}"),
    (
        re.compile(r"\((?:\?:)?(?:\[[^\]]*\]|\\?.)(?:[+*]|\{\d+,\d*\})\??\)\{"),
        "a repeat of nothing but a repeat can match in endless ways: one is enough",
    ),
)


def refusal(pattern: str) -> str | None:
    """Why a pattern may not stand in a rule file, or None."""
    bare = _OTHER_ESCAPE.sub("x", pattern)  # an escaped bracket opens nothing
    return next((problem for refused, problem in _REFUSED if refused.search(bare)), None)


def relaxed(pattern: str) -> str:
    """The RE2 pattern that matches at least where `pattern` does in `regex`, case ignored.

    Word boundaries go, counted repeats lose their count, and all that is not ASCII passes for a letter and for a digit.

    >>> relaxed(r"\\bShare(?: to){0,5}$")
    '(?:)Share(?: to)*$'
    """
    parts = []
    table = _OUTSIDE
    for piece in _TOKEN.findall(_undotted(pattern)):
        if table is _OUTSIDE and piece[0] == "{" and len(piece) > 1:
            parts.append("*" if piece.startswith(("{0,", "{0}")) else "+")
        else:
            parts.append(table.get(piece, piece))
        table = _table_after(piece, table)
    return "".join(parts)


def _table_after(piece: str, table: dict[str, str]) -> dict[str, str]:
    if table is _OUTSIDE:
        return {"[": _IN_CLASS, "[^": _IN_NEGATED_CLASS}.get(piece, _OUTSIDE)
    return _OUTSIDE if piece == "]" else table


class Prefilter:
    """All patterns of a selection of rules, searched in one pass."""

    __slots__ = ("_always", "_set")

    def __init__(self, patterns: Iterable[str]) -> None:
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        options.max_mem = DFA_MEMORY_BYTES
        self._set = re2.Set.SearchSet(options)
        for pattern in patterns:
            self._set.Add(relaxed(pattern))
        self._always = self._set.Add("")  # matches any text: RE2 out of memory answers like "no match", and this tells them apart
        self._set.Compile()

    def candidates(self, text: str) -> list[int]:
        """The positions, ascending, of the patterns that may match `text` (see `pipeline.rules.line`). Raises MemoryError."""
        found: list[int] | None = self._set.Match(text if text.isascii() else _undotted(text))
        if found is None:
            raise MemoryError(f"the rules need more than {DFA_MEMORY_BYTES} bytes in RE2")
        found.remove(self._always)
        found.sort()
        return found


def _undotted(text: str) -> str:
    for letter in DOTTED_AND_DOTLESS:
        text = text.replace(letter, "i")
    return text
