import pytest

from pipeline.stages.body.columns import FAR, NOWHERE
from pipeline.stages.body.hints import Hints, hint_columns
from pipeline.stages.body.lines import words_in

TITLE = "Ferry to Skarholm runs again"
SUMMARY = "After three weeks the boats are back, and so are the queues at the pier."


def column(name: str, *texts: str, **hints: tuple[str, ...]) -> list[float]:
    return [float(value) for value in hint_columns([words_in(text) for text in texts], Hints(**hints))[name]]


@pytest.mark.parametrize(
    ("text", "in_title", "of_title"),
    [
        pytest.param(TITLE, 1, 1, id="the title"),
        pytest.param("FERRY TO SKARHOLM RUNS AGAIN!", 1, 1, id="in other case and with a mark"),
        pytest.param("Ferry to Skarholm", 1, 3 / 5, id="a part of it"),
        pytest.param(f"{TITLE} after three weeks at anchor", 0.5, 1, id="more than it"),
        pytest.param("Nothing of that", 0, 0, id="something else"),
        pytest.param("…", 0, 0, id="no words"),
    ],
)
def test_likeness_to_the_title(text: str, in_title: float, of_title: float):
    assert column("in_title", text, titles=(TITLE,)) == [pytest.approx(in_title)]
    assert column("of_title", text, titles=(TITLE,)) == [pytest.approx(of_title)]


def test_the_title_that_fits_best_counts():
    assert column("of_title", "Boats are back", titles=(TITLE, "Boats are back", "Boats")) == [1]


@pytest.mark.parametrize(
    ("texts", "below"),
    [
        pytest.param(("Menu", TITLE, "One.", "Two."), [-1, 0, 1, 2], id="below and above it"),
        pytest.param((TITLE, "One.", TITLE), [0, 1, 2], id="the first counts"),
        pytest.param(("One.", "Two."), [NOWHERE, NOWHERE], id="a page without it"),
        pytest.param((TITLE, *["One."] * 60), [min(FAR, place) for place in range(61)], id="far is far"),
    ],
)
def test_distance_from_the_title(texts: tuple[str, ...], below: list[float]):
    assert column("below_title", *texts, titles=(TITLE,)) == below


@pytest.mark.parametrize(
    ("text", "is_summary"),
    [
        pytest.param(SUMMARY, 1, id="the description"),
        pytest.param(SUMMARY.upper(), 1, id="in other case"),
        pytest.param(f"{SUMMARY} {SUMMARY}", 0, id="more than it"),
        pytest.param("The boats are back.", 0, id="something like it"),
    ],
)
def test_likeness_to_the_description(text: str, is_summary: float):
    assert column("is_summary", text, summaries=("Boats", SUMMARY)) == [is_summary]


def test_a_description_that_was_cut_is_known_by_its_beginning():
    whole = " ".join([SUMMARY] * 3)
    assert column("is_summary", whole, summaries=(f"{whole[:120]}…",)) == [1]


@pytest.mark.parametrize(
    ("text", "names_author"),
    [
        pytest.param("By Ida Brekke, correspondent", 1, id="a byline"),
        pytest.param("IDA BREKKE", 1, id="in capitals"),
        pytest.param("By Olav Moe", 0, id="somebody else"),
        pytest.param("Ida Brekke " + "left the harbour on a boat " * 5, 0, id="a paragraph that mentions her"),
    ],
)
def test_naming_an_author(text: str, names_author: float):
    assert column("names_author", text, authors=("Ida Brekke", "Al")) == [names_author]


def test_no_hints_say_nothing():
    found = hint_columns([["One"], ["Two"]], Hints())
    assert {name: set(values) for name, values in found.items()} == {
        "in_title": {0}, "of_title": {0}, "below_title": {NOWHERE}, "is_summary": {0}, "names_author": {0},
    }  # fmt: skip
