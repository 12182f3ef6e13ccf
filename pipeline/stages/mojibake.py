"""Repair of text that was UTF-8, was read as windows-1252 or Latin-1, and was written as UTF-8 again ("cafÃ©")."""

from __future__ import annotations

import re
from typing import Final

from ftfy import ExplanationStep, TextFixerConfig, badness, fix_encoding_and_explain

_CONTINUATION: Final = "\u0080-\u00bfŒœŠšŸŽžƒˆ˜‚„…†‡‰‹›‘’“”•–—™€"
# What the first two bytes of a character in UTF-8 look like in windows-1252. To look for the first alone, before any pattern, is ten times faster.
_DAMAGE: Final = {lead: re.compile(f"{lead}[{_CONTINUATION} ]") for lead in ("Ã", "Â", "â€", "â\u0080", "Ð", "Ñ", "Å", "Ä")}
# Writers on software show such text in quotation marks, or alone in an element. Found on a real page.
_QUOTED: Final = re.compile(rf"[\"'“‘«(;][ÂÃÄÅÐÑâ][{_CONTINUATION}]{{1,2}}[\"'”’»)&]")
_CHARACTER_BYTES: Final = 4  # the most that UTF-8 needs
_RUN_ENDS: Final = re.compile(r"([<>\r\n]+)")
_CONFIG: Final = TextFixerConfig(
    unescape_html=False, replace_lossy_sequences=False, decode_inconsistent_utf8=False, fix_c1_controls=False, restore_byte_a0=True
)
_MISREADINGS: Final = frozenset({"latin-1", "sloppy-windows-1252"})


def repaired(text: str) -> str:
    """Returns the text with damaged runs repaired where that is certain, else as it is. A run is what stands between tags or line ends.

    Certain: the whole run becomes valid UTF-8 in one step, and ftfy sees less damage in it than before.

    >>> repaired("<p>The cafÃ© opens.</p><p>Ã–ffnen</p><p>São Tomé</p>")
    '<p>The café opens.</p><p>Öffnen</p><p>São Tomé</p>'
    """
    if not _looks_damaged(text):
        return text
    return "".join(_repaired_run(run) if _looks_damaged(run) else run for run in _RUN_ENDS.split(text))


def _looks_damaged(text: str) -> bool:
    return not text.isascii() and any(lead in text and pattern.search(text) for lead, pattern in _DAMAGE.items())


def _repaired_run(run: str) -> str:
    if _QUOTED.search(run) or len(run.strip()) <= _CHARACTER_BYTES:
        return run
    fixed, steps = fix_encoding_and_explain(run, _CONFIG)
    return fixed if steps and _is_one_misreading(steps) and badness.badness(fixed) < badness.badness(run) else run


def _is_one_misreading(steps: list[ExplanationStep]) -> bool:
    readings = [step.parameter for step in steps if step.action == "encode"]
    others = {(step.action, step.parameter) for step in steps if step.action != "encode"}
    return len(readings) == 1 and readings[0] in _MISREADINGS and others <= {("decode", "utf-8"), ("transcode", "restore_byte_a0")}
