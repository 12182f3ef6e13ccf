import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.body import model as module
from pipeline.stages.body.columns import Features
from pipeline.stages.body.hints import Hints
from pipeline.stages.body.lines import LineFacts
from pipeline.stages.body.model import BodyModel, page_model, second_opinion_model, second_reading_model, text_model
from pipeline.stages.body.page_features import page_features
from pipeline.stages.body.second_features import with_extraction, with_scores
from pipeline.stages.body.text_features import text_features
from pipeline.stages.body.walk import page_blocks
from pipeline.stages.parse import parse_html

WORDING = "its wording"  # what a feature is called that no other family claims
LINKS = "its links"
SHIPPED = {"page": page_model, "second_reading": second_reading_model, "second_opinion": second_opinion_model, "text": text_model}


def rows(*values: tuple[float, ...], names: tuple[str, ...] = ("words", "link_share")) -> Features:
    return Features(names, np.array(values, dtype=np.float32).reshape(len(values), 2))


def logistic(margin: float) -> float:
    return 1 / (1 + math.exp(-margin))


@pytest.mark.parametrize(
    ("row", "margin"),
    [
        pytest.param((30, 0), 2 + 0.25, id="prose"),
        pytest.param((30, 1), 2 + 0.25, id="linked prose"),
        pytest.param((12, 1), -1 + 0.25, id="the way through the middle"),
        pytest.param((9.5, 0), -3 + 0.25, id="on the threshold of the first question"),
        pytest.param((3, 0.5), -3 + 0.25, id="on the threshold is not above it"),
        pytest.param((3, 0.6), -3 - 4 + 0.25, id="a short link"),
    ],
)
def test_a_score_is_the_sum_of_the_trees(small_model: BodyModel, row: tuple[float, float], margin: float):
    assert small_model.scores(rows(row)) == pytest.approx([logistic(margin)])


@pytest.mark.parametrize("names", [("link_share", "words"), ("words",), ("words", "link_share", "depth")])
def test_other_features_than_those_learned_are_refused(small_model: BodyModel, names: tuple[str, ...]):
    with pytest.raises(ValueError, match="train it again"):
        small_model.scores(rows((1, 1), names=names))


@pytest.mark.parametrize(
    ("row", "families"),
    [
        pytest.param((30, 0), (), id="nothing speaks against it"),
        pytest.param((30, 1), (), id="nor does what the trees never ask"),
        pytest.param((3, 0), (WORDING,), id="one family"),
        pytest.param((12, 1), (WORDING,), id="against it on the whole, though the first answer speaks for it"),
        pytest.param((3, 1), (WORDING, LINKS), id="two, the stronger first"),
    ],
)
def test_doubts_are_the_families_whose_answers_lead_downwards(small_model: BodyModel, row: tuple[float, float], families: tuple[str, ...]):
    assert small_model.doubts(rows(row).values) == [families]


def test_no_more_doubts_than_asked_for(small_model: BodyModel):
    assert small_model.doubts(rows((3, 1), (30, 0)).values, count=1) == [(WORDING,), ()]


def test_no_rows(small_model: BodyModel):
    assert small_model.scores(rows()).tolist() == []
    assert small_model.doubts(rows().values) == []


@cache
def data_of(name: str) -> Any:
    return orjson.loads(Path(module.__file__).with_name(f"{name}_model.json").read_bytes())


def plain_margin(tree: dict[str, list[Any]], row: list[float]) -> float:
    """One tree's answer, by the plainest way: from question to question down to a leaf."""
    node = 0 if tree["questions"] else -1
    while node >= 0:
        greater = row[tree["questions"][node]] > tree["thresholds"][node]
        node = tree["second" if greater else "first"][node]
    return tree["leaves"][-1 - node]


@pytest.mark.parametrize("name", SHIPPED)
@given(seed=st.integers(0, 2**32 - 1), width=st.sampled_from([1e-3, 1.0, 50.0]))
def test_scores_are_those_of_a_plain_walk_down_each_tree(name: str, seed: int, width: float):
    data = data_of(name)
    thresholds: dict[int, list[float]] = {}
    for tree in data["trees"]:
        for question, threshold in zip(tree["questions"], tree["thresholds"], strict=True):
            thresholds.setdefault(question, []).append(threshold)
    noise = np.random.default_rng(seed)
    # Values near what the trees ask for, some of them exactly it: elsewhere all rows would go the same ways.
    near = [[noise.choice(thresholds.get(place, [0.0])) for place in range(len(data["features"]))] for _ in range(4)]
    matrix = (np.array(near) + noise.choice([0.0, width], np.shape(near)) * noise.normal(size=np.shape(near))).astype(np.float32)
    expected = [logistic(sum(plain_margin(tree, row) for tree in data["trees"])) for row in matrix.tolist()]
    assert SHIPPED[name]().scores(Features(tuple(data["features"]), matrix)) == pytest.approx(expected)


@pytest.mark.parametrize("name", SHIPPED)
@given(seed=st.integers(0, 2**32 - 1))
def test_doubts_are_few_distinct_families(name: str, seed: int):
    model = SHIPPED[name]()
    matrix = np.random.default_rng(seed).normal(scale=10, size=(3, len(model.features))).astype(np.float32)
    for doubts in model.doubts(matrix):
        assert len(doubts) == len(set(doubts)) <= 2
        assert set(doubts) <= set(model.families)


def test_the_page_models_were_trained_on_the_features_that_a_page_gives():
    page = page_features(page_blocks(parse_html("<p>One.</p>")), Hints(), {})
    reread = with_scores(page, np.array([0.5]))
    assert page_model().features == page.features.names
    assert second_reading_model().features == reread.names
    assert second_opinion_model().features == with_extraction(reread, np.array([True])).names


def test_the_text_model_was_trained_on_the_features_that_a_text_gives():
    assert text_model().features == text_features(["One."]).names


@pytest.mark.parametrize("name", SHIPPED)
def test_each_feature_has_its_family(name: str):
    model = SHIPPED[name]()
    assert len(model.family_of) == len(model.features)
    assert len(set(model.families)) == len(model.families)


def family_of(model: BodyModel, feature: str) -> str:
    return model.families[model.family_of[model.features.index(feature)]]


@pytest.mark.parametrize(
    ("feature", "family"),
    [
        ("words", WORDING),
        ("ends_sentence", WORDING),
        ("link_share", LINKS),
        ("links_to_sharing", LINKS),
        ("links_within_5", "the links around it"),
        ("prose_within_5", "the text around it"),
        ("names_author", "an author's name in it"),
        ("names_total", "its class names"),
        ("tag", "its place in the markup"),
        ("parent_tag", "its place in the markup"),
        ("in_nav", "its place in the markup"),
        ("in_title", "its likeness to the title"),
        ("below_title", "its distance from the title"),
        ("extracted_nearest", "the extractor's own view of it"),
        ("extracted+1", "the blocks beside it"),
        ("score", "the likeness of the blocks around it to articles"),
        ("likely_nearest", "the likeness of the blocks around it to articles"),
        ("parent_score_share", "the box that it stands in"),
        ("words-2", "the blocks beside it"),
        ("alike_links", "the blocks that look like it"),
        ("great_grandparent_share", "the box that it stands in"),
        ("position", "its position on the page"),
        ("page_words", "the size of the page"),
    ],
)
def test_features_go_by_names_that_a_person_understands(feature: str, family: str):
    assert family_of(second_opinion_model(), feature) == family


@pytest.mark.parametrize("name", SHIPPED)
def test_only_what_is_counted_about_the_text_itself_is_its_wording(name: str):
    model = SHIPPED[name]()
    of_wording = {feature for feature in model.features if family_of(model, feature) == WORDING}
    assert of_wording - {"emphasis_share"} == set(LineFacts._fields)
