import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.body.columns import (
    FAR,
    NOWHERE,
    Column,
    density_columns,
    distance_columns,
    group_columns,
    grouped,
    neighbour_columns,
    repeat_columns,
)


def column(*values: float) -> Column:
    return np.array(values, dtype=np.float64)


def test_a_group_is_what_its_blocks_are_together():
    found = group_columns("alike", grouped(np.array([7, 3, 7])), column(30, 10, 50), column(0, 1, 0.5), column(1, 0, 0))
    assert np.expm1(found["alike_blocks"]) == pytest.approx([2, 1, 2])
    assert np.expm1(found["alike_mean_words"]) == pytest.approx([40, 10, 40])
    assert found["alike_share"] == pytest.approx([80 / 90, 10 / 90, 80 / 90])
    assert found["alike_links"] == pytest.approx([25 / 80, 1, 25 / 80])
    assert found["alike_sentences"] == pytest.approx([30 / 80, 0, 30 / 80])


def test_a_group_without_words_divides_by_nothing():
    found = group_columns("alike", grouped(np.array([7])), column(0), column(0), column(0))
    assert {name: values.tolist() for name, values in found.items() if name != "alike_blocks"} == {
        "alike_mean_words": [0], "alike_share": [0], "alike_links": [0], "alike_sentences": [0],
    }  # fmt: skip


@given(values=st.lists(st.integers(0, 99), max_size=6), step=st.sampled_from([-3, -2, -1, 1, 2, 3]))
def test_a_neighbour_is_the_block_so_many_places_on(values: list[int], step: int):
    found = neighbour_columns({"words": column(*values), "other": column(*values)}, ["words"], [step])
    beside = [values[place + step] if 0 <= place + step < len(values) else -1 for place in range(len(values))]
    assert {name: shifted.tolist() for name, shifted in found.items()} == {f"words{step:+d}": beside}


@given(blocks=st.lists(st.tuples(st.integers(0, 60), st.sampled_from([0.0, 0.5, 1.0])), min_size=1, max_size=8), reach=st.integers(1, 4))
def test_density_is_that_of_the_blocks_within_reach(blocks: list[tuple[int, float]], reach: int):
    words, link_share = (column(*values) for values in zip(*blocks, strict=True))
    found = density_columns(words * (words >= 15), words, link_share, [reach])
    for place in range(len(blocks)):
        near = blocks[max(0, place - reach) : place + reach + 1]
        total = sum(count for count, _ in near)
        assert found[f"prose_within_{reach}"][place] == pytest.approx(math.log1p(sum(count for count, _ in near if count >= 15)))
        assert found[f"links_within_{reach}"][place] == pytest.approx(sum(count * share for count, share in near) / max(1, total))


@given(st.lists(st.booleans(), max_size=100))
def test_distances_to_the_chosen_blocks(chosen: list[bool]):
    found = distance_columns("prose", np.array(chosen, dtype=bool))
    at = [place for place, is_chosen in enumerate(chosen) if is_chosen]
    for place in range(len(chosen)):
        expected = (place - at[0], place - at[-1], min(abs(place - other) for other in at)) if at else (NOWHERE, NOWHERE, NOWHERE)
        bounded = [distance if distance == NOWHERE else max(-FAR, min(FAR, distance)) for distance in expected]
        assert [found[f"prose_{what}"][place] for what in ("after_first", "after_last", "nearest")] == bounded


def test_repetition():
    found = repeat_columns(["Share", "One.", "Share", "Share"])
    assert found["repeats"].tolist() == [2, 0, 2, 2]
    assert found["repeats_before"].tolist() == [0, 0, 1, 2]


def test_more_than_five_repetitions_are_as_good_as_five():
    found = repeat_columns(["Share"] * 9)
    assert found["repeats"].tolist() == [5] * 9
    assert found["repeats_before"].tolist() == [0, 1, 2, 3, 4, 5, 5, 5, 5]
