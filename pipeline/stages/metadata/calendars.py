"""Years and figures of other calendars and scripts, set in those of the Gregorian one."""

from __future__ import annotations

import re
from typing import Final

# The zeros of Arabic, Persian, Devanagari, Bengali, Thai and of full width; the nine other figures follow each.
_ZEROS: Final = "٠۰०০๐０"
_FIGURES: Final = {ord(zero) + number: str(number) for zero in _ZEROS for number in range(10)}
_THAI: Final = re.compile(r"[\u0e01-\u0e2e]")
_BUDDHIST_YEAR: Final = re.compile(r"(?<!\d)25[3-9]\d(?!\d)")
_YEARS_FROM_BUDDHA_TO_CHRIST: Final = 543
_ERA_YEAR: Final = re.compile(r"(?P<era>令和|平成)\s?(?P<year>元|\d{1,2})\s?(?=年)")
_BEFORE_ERA: Final = {"令和": 2018, "平成": 1988}  # the last year of the one before


def in_western_figures(text: str) -> str:
    """Returns a text with its figures as 0 to 9; the years of Thai texts and of Japan's eras as Gregorian ones. Persian years stay as they are.

    >>> in_western_figures("๕ มีนาคม ๒๕๖๗"), in_western_figures("令和6年3月5日"), in_western_figures("٥ مارس ٢٠٢٤")
    ('5 มีนาคม 2024', '2024年3月5日', '5 مارس 2024')
    """
    if text.isascii():
        return text
    text = text.translate(_FIGURES)
    if _THAI.search(text):
        text = _BUDDHIST_YEAR.sub(lambda found: str(int(found[0]) - _YEARS_FROM_BUDDHA_TO_CHRIST), text)
    return _ERA_YEAR.sub(lambda found: str(_BEFORE_ERA[found["era"]] + (1 if found["year"] == "元" else int(found["year"]))), text)
