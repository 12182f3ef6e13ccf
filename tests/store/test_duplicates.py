"""What becomes of articles that repeat others: rejected rows, marked rows, and rows that come back when they repeat nothing any more."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.records import Duplicates, Repeat
from pipeline.store.accounts import Counts
from tests.store.conftest import Desk, Misfit, Story

SAME = "Eleven dredgers leave the harbour of Skarvik."
REPEATS_A = Repeat(duplicate_of="a", similarity=0.9)
REPEATS_B = Repeat(duplicate_of="b", similarity=0.85)


def counts(*, new: int = 0, revised: int = 0, unchanged: int = 0, duplicates: int = 0, misfits: int = 0) -> Counts:
    return Counts(new=new, revised=revised, unchanged=unchanged, rejected=duplicates + misfits, superseded=0, duplicates=duplicates)


def duplicates(desk: Desk) -> dict[str, tuple[str, float]]:
    return {row["id"]: (row["duplicate_of"], row["similarity"]) for row in desk.raw_rows("rejected") if row["reason"] == "duplicate"}


def removals(desk: Desk) -> dict[str, int]:
    ids = [row["id"] for row in desk.raw_rows("removed")]
    return {name: ids.count(name) for name in ids}


def row(desk: Desk, name: str) -> dict[str, Any]:
    (found,) = (found for found in desk.raw_rows("articles") if found["id"] == name)
    return found


A, B = Story(id="a", text=SAME, uri="a.jsonl", removals=2), Story(id="b", text=SAME, uri="b.jsonl", removals=3)


def test_a_duplicate_is_a_rejected_row_that_names_the_other_article(desk: Desk):
    commit = desk.run("r1", [A, B, Misfit(uri="c.jsonl")], repeats={"b": REPEATS_A})
    assert commit.counts == counts(new=1, duplicates=1, misfits=1)
    assert desk.texts().keys() == {"a"}
    assert removals(desk) == {"a": 2}
    (rejected,) = (row for row in desk.raw_rows("rejected") if row["reason"] == "duplicate")
    facts = ("id", "stage", "duplicate_of", "similarity", "title", "text_sample", "char_count", "source_uri", "source_format", "retryable", "run_id")
    expected = ("b", "publish", "a", 0.9, "Ferry b", SAME, len(SAME), "b.jsonl", "jsonl", False, "r1")
    assert {name: rejected[name] for name in facts} == dict(zip(facts, expected, strict=True))


def test_what_is_read_again_stays_a_duplicate_and_publishes_nothing(desk: Desk):
    desk.run("r1", [A, B], repeats={"b": REPEATS_A})
    before = desk.rows(of_the_run=True)
    commit = desk.run("r2", [A, B])
    assert (commit.published, commit.counts) == (False, counts(unchanged=1, duplicates=1))
    assert desk.rows(of_the_run=True) == before


def test_another_page_of_a_duplicates_input_leaves_its_row(desk: Desk):
    desk.run("r1", [A, B, Misfit(uri="b.jsonl", record="9")], repeats={"b": REPEATS_A})
    desk.run("r2", [B, Misfit(uri="b.jsonl", record="9", detail="Three words.")])
    assert duplicates(desk) == {"b": ("a", 0.9)}
    assert [detail for _, _, reason, detail in desk.rejections() if reason == "too_short"] == ["Three words."]


def test_an_older_article_takes_the_place_of_a_published_one(desk: Desk):
    desk.run("r1", [B])
    commit = desk.run("r2", [A], repeats={"b": REPEATS_A})
    assert commit.counts == counts(new=1)
    assert desk.texts().keys() == {"a"}
    assert removals(desk) == {"a": 2}
    assert duplicates(desk) == {"b": ("a", 0.9)}
    assert commit.published


def test_what_repeats_nothing_any_more_is_published_as_it_was(desk: Desk):
    desk.run("r0", [B])
    desk.run("r1", [Story(id="b", text=f"{SAME} Two stay.", uri="b.jsonl", removals=1)])
    published = row(desk, "b")
    desk.run("r2", [A], repeats={"b": REPEATS_A})
    assert desk.texts().keys() == {"a"}
    desk.run("r3", [Story(id="a", text="The ferry is late.", uri="a.jsonl")], repeats={"b": None})
    assert row(desk, "b") == published
    assert published["revision"] == 2
    assert removals(desk) == {"a": 1, "b": 1}
    assert duplicates(desk) == {}


def test_a_duplicate_may_come_to_repeat_another_article(desk: Desk):
    desk.run("r1", [A, B, Story(id="c", text=SAME, uri="c.jsonl")], repeats={"b": REPEATS_A, "c": REPEATS_A})
    desk.run("r2", [Story(id="a", text="The ferry is late.", uri="a.jsonl")], repeats={"b": None, "c": REPEATS_B})
    assert desk.texts().keys() == {"a", "b"}
    assert duplicates(desk) == {"c": ("b", 0.85)}


def test_a_revised_duplicate_leaves_nothing_of_its_earlier_text(desk: Desk):
    desk.run("r1", [A, B], repeats={"b": REPEATS_A})
    commit = desk.run("r2", [Story(id="b", text="The ferry is late.", uri="b.jsonl")])
    assert commit.counts == counts(revised=1)
    assert desk.texts() == {"a": (SAME, 1), "b": ("The ferry is late.", 2)}
    assert duplicates(desk) == {}
    desk.run("r3", [Story(id="b", text=f"{SAME} Two stay.", uri="b.jsonl", removals=0)], repeats={"b": REPEATS_B})
    desk.run("r4", [Story(id="b", text=SAME, uri="b.jsonl", removals=0)], repeats={"b": REPEATS_A})
    assert duplicates(desk) == {"b": ("a", 0.9)}
    desk.run("r5", [A], repeats={"b": None})
    assert desk.texts()["b"] == (SAME, 4)


@pytest.mark.parametrize(
    ("policy", "texts", "marked", "rejected"),
    [
        pytest.param(Duplicates.REJECT, {"a"}, {"a": None}, {"b": ("a", 0.9)}, id="reject"),
        pytest.param(Duplicates.MARK, {"a", "b"}, {"a": None, "b": "a"}, {}, id="mark"),
        pytest.param(Duplicates.KEEP, {"a", "b"}, {"a": None, "b": None}, {}, id="keep"),
    ],
)
def test_the_setting_decides_and_what_is_read_again_follows_it(
    desk: Desk, policy: Duplicates, texts: set[str], marked: dict[str, str | None], rejected: dict[str, tuple[str, float]]
):
    def seen() -> tuple[set[str], dict[str, str | None], dict[str, tuple[str, float]]]:
        return set(desk.texts()), {row["id"]: row["duplicate_of"] for row in desk.raw_rows("articles")}, duplicates(desk)

    desk.run("r1", [A, B], repeats={"b": REPEATS_A}, duplicates=policy)
    assert seen() == (texts, marked, rejected)
    for number, other in enumerate(Duplicates):
        desk.run(f"other-{number}", [A, B], duplicates=other)
        commit = desk.run(f"again-{number}", [A, B], duplicates=policy)
        assert seen() == (texts, marked, rejected)
        assert commit.published == (other is not policy)
    desk.run("r9", [A], repeats={"b": None}, duplicates=policy)
    assert seen() == ({"a", "b"}, {"a": None, "b": None}, {})
