import numpy as np
import pytest

from pipeline.stages.body.hints import Hints
from pipeline.stages.body.page_features import PageFeatures, page_features
from pipeline.stages.body.second_features import with_extraction, with_scores
from pipeline.stages.body.walk import page_blocks
from pipeline.stages.parse import parse_html

PROSE = "The ferry to Skarholm will run again from Monday, said the company, after three weeks in which islanders had to borrow boats."
PAGE = f"<ul><li>Coast</li><li>Boats</li></ul><div><p>{PROSE}</p><p>By Ida Brekke</p><p>{PROSE}</p></div>"
COAST, BOATS, LEAD, BYLINE, SECOND = range(5)
SCORES = np.array([0.0, 0.25, 1.0, 0.5, 0.75])
WORDS = 22  # of the prose; the byline has three


@pytest.fixture
def page() -> PageFeatures:
    return page_features(page_blocks(parse_html(f"<html><body>{PAGE}</body></html>")), Hints(), {})


@pytest.mark.parametrize(
    ("feature", "expected"),
    [
        ("score", {COAST: 0, LEAD: 1, SECOND: 0.75}),
        ("score-1", {COAST: -1, BYLINE: 1}),
        ("score+3", {COAST: 0.5, LEAD: -1}),
        ("parent_score_of_blocks", {COAST: 0.125, LEAD: 0.75}),
        ("parent_score_of_words", {COAST: 0.125, BYLINE: (1.75 * WORDS + 1.5) / (2 * WORDS + 3)}),
        ("parent_score_share", {COAST: 0.25 / (1.75 * WORDS + 1.75), LEAD: (1.75 * WORDS + 1.5) / (1.75 * WORDS + 1.75)}),
        ("likely_after_first", {COAST: -2, BYLINE: 1}),  # the byline is likely, but no landmark
        ("likely_after_last", {BYLINE: -1, SECOND: 0}),
        ("likely_nearest", {COAST: 2, BYLINE: 1}),
        ("score_prose_within_2", {COAST: np.log1p(WORDS + 0.25)}),
        ("score_before", {COAST: 0, SECOND: 1}),
        ("score_words", {LEAD: np.log1p(1.75 * WORDS + 1.75)}),
    ],
)
def test_what_the_first_reading_says_of_a_block_and_around_it(page: PageFeatures, feature: str, expected: dict[int, float]):
    found = with_scores(page, SCORES).column(feature)
    assert {place: found[place] for place in expected} == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("feature", "expected"),
    [
        ("extracted", {LEAD: 1, COAST: 0}),
        ("extracted_after_last", {LEAD: 0, BYLINE: 1}),  # three words are found anywhere
        ("extracted_after_first", {BOATS: -1, SECOND: 2}),
        ("extracted_nearest", {COAST: 2, SECOND: 2}),
        ("extracted-1", {BYLINE: 1, COAST: -1, SECOND: 1}),
        ("extracted_words", {COAST: np.log1p(WORDS + 3)}),
    ],
)
def test_what_an_extractor_says_of_a_block_and_around_it(page: PageFeatures, feature: str, expected: dict[int, float]):
    taken = np.array([place in {LEAD, BYLINE} for place in range(5)])
    found = with_extraction(page.features, taken).column(feature)
    assert {place: found[place] for place in expected} == pytest.approx(expected, abs=1e-4)


def test_what_was_known_before_stays(page: PageFeatures):
    reread = with_scores(page, SCORES)
    assert reread.names[: len(page.features.names)] == page.features.names
    assert np.array_equal(reread.values[:, : len(page.features.names)], page.features.values)
