"""Earlier versions: what is kept, for how long, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow.dataset as ds
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.records import Repeat
from pipeline.settings import Retention
from pipeline.store.accounts import RunInfo
from pipeline.store.commit import Submission
from pipeline.store.errors import StoreError
from tests.store.conftest import DAY_0, Desk, Misfit, Page, Rows, Story

NEWS = "The ferry to Brackwater is cancelled."
LATER = "The ferry to Brackwater sails on Sunday."
FOR_LONG = Retention(versions=9)


def state(desk: Desk) -> tuple[Rows, dict[str, list[tuple[Any, ...]]]]:
    return desk.rows(of_the_run=True), desk.facts()


@pytest.fixture
def archive(desk: Desk) -> Desk:
    desk.retention = FOR_LONG
    return desk


def test_a_kept_version_is_read_in_a_folder_of_its_own(archive: Desk):
    archive.run("r1", [Story(id="a"), Misfit(record="1")])
    archive.run("r2", [Story(id="a", text=NEWS)])
    assert archive.kept() == {"v000001": {"The ferry to Brackwater sails again."}, "v000002": {NEWS}}
    rejected = ds.dataset(archive.state / "snapshots" / "v000001" / "rejected", format="parquet")
    assert rejected.count_rows() == 1


@pytest.mark.parametrize(
    ("retention", "kept"),
    [
        pytest.param(Retention(versions=0, grace_hours=0), ["v000004"], id="none"),
        pytest.param(Retention(versions=2, grace_hours=0), ["v000002", "v000003", "v000004"], id="two"),
        pytest.param(Retention(versions=0, grace_hours=1), ["v000001", "v000002", "v000003", "v000004"], id="for an hour"),
    ],
)
def test_as_many_versions_are_kept_as_the_setting_says(desk: Desk, retention: Retention, kept: list[str]):
    desk.retention = retention
    for number in range(4):
        desk.run(f"r{number}", [Story(id="a", text=f"Edition {number}.")])
    assert sorted(desk.kept()) == kept
    assert len([name for name in desk.data_files() if name.startswith("articles")]) == len(kept)
    assert not desk.problems()


def test_rolling_back_shows_the_rows_of_then_and_is_a_version_of_its_own(archive: Desk):
    archive.run("r1", [Story(id="a", removals=2), Misfit(record="1")])
    then = archive.rows(of_the_run=True)
    archive.run("r2", [Story(id="a", text=NEWS), Story(id="b", uri="tuesday.jsonl")])
    assert archive.roll_back(1, "back") == 3
    assert archive.rows(of_the_run=True) == then
    assert archive.manifest()["version"] == 3
    assert sorted(archive.kept()) == ["v000001", "v000002", "v000003"]
    assert not archive.problems()


def test_what_was_read_since_counts_as_not_read_and_comes_again(archive: Desk):
    archive.run("r1", [Story(id="a")])
    archive.run("r2", [Story(id="a", text=NEWS, day=3), Story(id="b", uri="tuesday.jsonl")])
    after = archive.rows()
    archive.roll_back(1, "back")
    with archive.open() as dataset:
        assert dataset.known_input("tuesday.jsonl") is None
        known = dataset.known_input("monday.jsonl")
        assert known
        assert known.run_id == "r1"
    commit = archive.run("r3", [Story(id="a", text=NEWS, day=3), Story(id="b", uri="tuesday.jsonl")])
    assert (commit.counts.new, commit.counts.revised) == (1, 1)
    assert archive.rows() == after


def test_a_rollback_can_itself_be_rolled_back(archive: Desk):
    archive.run("r1", [Story(id="a")])
    archive.run("r2", [Story(id="a", text=NEWS)])
    now = state(archive)
    archive.roll_back(1, "back")
    assert archive.roll_back(2, "forth") == 4
    assert state(archive) == now


def test_what_was_learned_comes_back(archive: Desk):
    for number, names in enumerate((["one.parquet"], ["one.parquet", "two.parquet"], ["all.parquet"])):
        with archive.open() as dataset:
            for name in names:
                (dataset.learned_dir("pairs") / name).touch()
            run = RunInfo(run_id=f"r{number}", started_at=DAY_0, pages_read=0)
            dataset.commit(Submission(run=run, articles=dataset.settle(()), learned={"pairs": names}))
        archive.run(f"news-{number}", [Story(id="a", text=f"Edition {number}.")])
    archive.roll_back(1, "back")
    with archive.open() as dataset:
        assert [file.name for file in dataset.learned("pairs")] == ["one.parquet"]
        assert all(file.exists() for file in dataset.learned("pairs"))


def test_only_a_kept_version_can_be_gone_back_to(desk: Desk):
    for number in range(4):
        desk.run(f"r{number}", [Story(id="a", text=f"Edition {number}.")])
    for version in (1, 2, 4, 5):
        with pytest.raises(StoreError, match="those that are kept are 3"):
            desk.roll_back(version, "back")


def test_a_page_that_defends_an_article_still_does_after_going_back(archive: Desk):
    archive.run("r1", [Story(id="a", uri="day1.jsonl", day=1)])
    archive.run("r2", [Story(id="b", uri="other.jsonl")])
    archive.run("r3", [Story(id="a", uri="day5.jsonl", day=5)])
    archive.run("r4", [Story(id="b", uri="other.jsonl", text=NEWS)])
    archive.roll_back(2, "back")
    late = archive.run("r5", [Story(id="a", uri="day3.jsonl", day=3, text=LATER)])
    assert late.counts.superseded == 1


REPEATS = st.dictionaries(st.sampled_from("abc"), st.none() | st.builds(Repeat, duplicate_of=st.just("d"), similarity=st.just(0.9)), max_size=2)


@st.composite
def pages(draw: st.DrawFn) -> list[Page]:
    sources = draw(st.lists(st.tuples(st.sampled_from(["x", "y"]), st.sampled_from("012")), min_size=1, max_size=4, unique=True))
    return [
        Misfit(uri=uri, record=record)
        if draw(st.integers(0, 4)) == 0
        else Story(
            id=draw(st.sampled_from("abc")), uri=uri, record=record, day=draw(st.integers(0, 3)), text=draw(st.sampled_from(["Ebb.", "Flow."]))
        )
        for uri, record in sources
    ]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(st.tuples(pages(), REPEATS), min_size=2, max_size=4), order=st.permutations(range(4)))
def test_each_version_comes_back_as_it_was_in_any_order(
    new_desk: Callable[[], Desk], runs: Sequence[tuple[list[Page], dict[str, Repeat | None]]], order: list[int]
):
    desk = new_desk()
    desk.retention = FOR_LONG
    states: dict[int, object] = {}
    for number, (batch, repeats) in enumerate(runs):
        version = desk.run(f"r{number}", batch, repeats=repeats).version
        states[version] = state(desk)
    current = max(states)
    for index, version in enumerate(version for version in (it + 1 for it in order) if version in states and version != current):
        desk.roll_back(version, f"back-{index}")
        assert state(desk) == states[version]
        assert not desk.problems()
