import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.body.columns import NOWHERE
from pipeline.stages.body.text_features import text_features

PROSE = "The ferry to Skarholm will run again from Monday, said the company, after three weeks in which islanders had to borrow boats."
LINES = ["Ferry runs again | The Skarholm Post", "Coast", "Boats", "Ferry runs again", PROSE, PROSE, "Share", "Coast"]
TAB, COAST, BOATS, HEADLINE, LEAD, SECOND, SHARE, COAST_AGAIN = range(8)


def columns_of(lines: list[str]) -> dict[str, list[float]]:
    names, values = text_features(lines)
    assert values.shape == (len(lines), len(names))
    return {name: values[:, number].tolist() for number, name in enumerate(names)}


@pytest.mark.parametrize(
    ("feature", "expected"),
    [
        ("ends_sentence", {LEAD: 1, COAST: 0}),
        ("prose_within_1", {COAST: 0, HEADLINE: np.log1p(22), LEAD: np.log1p(44)}),
        ("links_within_2", {COAST: 0, LEAD: 0}),
        ("prose_after_first", {BOATS: -2, LEAD: 0, SHARE: 2}),
        ("prose_after_last", {LEAD: -1, SHARE: 1}),
        ("prose_nearest", {HEADLINE: 1, LEAD: 0, COAST_AGAIN: 2}),
        ("long_nearest", {LEAD: NOWHERE}),
        ("place", {TAB: 0, SHARE: 6}),
        ("place_from_end", {TAB: 7, COAST_AGAIN: 0}),
        ("repeats", {COAST: 1, BOATS: 0}),
        ("in_title", {HEADLINE: 1, BOATS: 0}),
        ("below_title", {TAB: 0, HEADLINE: 3, LEAD: 4}),
        ("run_lines", {TAB: 4, HEADLINE: 4, LEAD: 2, SECOND: 2, SHARE: 2}),
        ("run_place", {TAB: 0, HEADLINE: 3, LEAD: 0, SECOND: 1, COAST_AGAIN: 1}),
        ("run_mean_words", {LEAD: np.log1p(22), SHARE: np.log1p(1)}),
        ("ends_sentence+3", {COAST: 1, TAB: 0, SHARE: -1}),
        ("words-1", {TAB: -1, COAST: np.log1p(6)}),
    ],
)
def test_what_is_counted_about_a_line(feature: str, expected: dict[int, float]):
    found = columns_of(LINES)[feature]
    assert {place: found[place] for place in expected} == pytest.approx(expected)


@given(st.lists(st.sampled_from([*LINES, "…", "東京"]), max_size=12))
def test_any_text_has_features(lines: list[str]):
    assert all(np.isfinite(values).all() for values in columns_of(lines).values())
