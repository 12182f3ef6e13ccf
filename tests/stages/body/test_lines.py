import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.body.lines import LineFacts, line_facts, words_in


def facts_of(text: str) -> LineFacts:
    return line_facts(text, words_in(text))


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("The boat left at noon.", "words", 5),
        ("The boat left at noon.", "characters", 22),
        ("Boat ahoy", "characters_a_word", 4.5),
        ("", "characters_a_word", 0),
        ("The boat left.", "ends_sentence", 1),
        ("“The boat left.”", "ends_sentence", 1),
        ("船は出た。", "ends_sentence", 1),
        ("船开了吗？", "ends_sentence", 1),
        ("هل غادر القارب؟", "ends_sentence", 1),
        ("नाव चली गई।", "ends_sentence", 1),
        ("Boats and tides", "ends_sentence", 0),
        ("Who pays?", "asks", 1),
        ("هل غادر القارب؟", "asks", 1),
        ("Nobody pays.", "asks", 0),
        ("Read also:", "ends_with_colon", 1),
        ("at noon, she left", "starts_lower", 1),
        ("At noon", "starts_lower", 0),
        ("12 boats", "starts_with_digit", 1),
        ("Ida Brekke, Skarholm correspondent", "capitalised", 0.75),
        ("13 April 1931", "numeric", 2 / 3),
        ("The sea is cold", "short_words", 0.75),
        ("Crab, cod, herring", "commas_a_word", 2 / 3),
        ("蟹漁、鱈漁、鰊漁", "commas_a_word", 2 / 3),
        ("© The Skarholm Post", "copyright", 1),
        ("ida@skarholm.example", "at_sign", 1),
        ("Home › Coast", "arrow", 1),
        ("Home and coast", "arrow", 0),
        ("Published 3/4/2021", "date", 1),
        ("April 1931", "date", 1),
        ("at 9:40", "date", 1),
        ("2021年4月", "date", 1),
        ("In room 1204", "date", 0),
        ("She said “no”", "quotes", 1),
        ("It's not", "quotes", 0),
    ],
)
def test_facts_of_a_line(text: str, fact: str, value: float):
    assert getattr(facts_of(text), fact) == pytest.approx(value)


def test_case_is_counted_among_the_first_words():
    assert facts_of("One " * 12 + "two " * 50).capitalised == 1


@given(st.text())
def test_any_text_has_facts(text: str):
    facts = facts_of(text)._asdict()
    assert all(math.isfinite(value) and value >= 0 for value in facts.values())
    unbounded = {"words", "characters", "characters_a_word", "commas_a_word"}
    assert all(value <= 1 for name, value in facts.items() if name not in unbounded)
