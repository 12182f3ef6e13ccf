"""Text of pages, made fit to be shown."""

import pytest

from pipeline.report.printable import printable, printable_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Plain — “quoted” 東京 कथा 👩", "Plain — “quoted” 東京 कथा 👩", id="letters of all kinds stay"),
        pytest.param("می\u200cگذرد", "می\u200cگذرد", id="what parts letters stays"),
        pytest.param("a\x1b[31mb\x07\x00c\x85", "a[31mbc", id="controls go"),
        pytest.param("a\u202egnihton\u202c \u2066b\u2069\u200f", "agnihton b", id="turned writing goes"),
        pytest.param("a\u00adb\ufeffc\U000e0041", "abc", id="what can't be seen goes"),
        pytest.param("a\ud800b", "ab", id="half a character goes: no file takes it"),
        pytest.param("a\tb\nc", "a b c", id="one line"),
    ],
)
def test_printable(text: str, shown: str):
    assert printable(text) == shown


def test_lines_stay_lines():
    assert printable_lines("one\n\x07two\r\n\tthree") == "one\ntwo\n three"
