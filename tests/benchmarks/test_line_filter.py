"""Which lines of a page's text a corpus filter would keep."""

import pytest

from benchmarks.line_filter import filtered_text


@pytest.mark.parametrize(
    "line",
    [
        "The council of Harlow Bay met on Tuesday.",
        '"We will rebuild the pier before winter," she said, "or never."',
        "Der Rat will den Steg bis zum Winter erneuern (siehe Karte).",
    ],
)
def test_sentences_stay(line: str):
    assert filtered_text(line) == line


@pytest.mark.parametrize(
    "line",
    [
        "Council of Harlow Bay meets on Tuesday",
        "Nobody came, he said.",
        "Please enable JavaScript to read all of this page.",
        "By reading on you accept our privacy policy and more.",
        "",
    ],
)
def test_other_lines_go(line: str):
    assert filtered_text(line) == ""


def test_lines_stay_lines():
    assert filtered_text("Menu\nThe first of all these lines.\n\nShare\nThe last of all these lines.") == (
        "The first of all these lines.\nThe last of all these lines."
    )
