"""Removed blocks and the reports of runs are kept for as long as the settings say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.records import Repeat
from pipeline.settings import Retention
from tests.store.conftest import Desk, Story

LONG_AGO = datetime.now(UTC) - timedelta(days=40)
LATELY = datetime.now(UTC) - timedelta(days=20)


@pytest.fixture
def strict(desk: Desk) -> Desk:
    """Keeps removed blocks, and reports, for thirty days."""
    desk.retention = Retention(versions=0, grace_hours=0, removed_days=30, report_days=30)
    return desk


def removed(desk: Desk) -> dict[str, int]:
    ids = [row["id"] for row in desk.raw_rows("removed")]
    return {name: ids.count(name) for name in ids}


def test_old_removed_blocks_go_and_younger_ones_stay(strict: Desk):
    strict.run("r1", [Story(id="a", removals=3), Story(id="b", record="1")], started_at=LONG_AGO)
    commit = strict.run("r2", [Story(id="c", uri="tuesday.jsonl", removals=2)], started_at=LATELY)
    assert commit.counts.revised == 0
    assert removed(strict) == {"c": 2}
    assert strict.texts().keys() == {"a", "b", "c"}
    assert strict.problems() == []


def test_they_go_even_where_nothing_else_changes_and_then_nothing_does(strict: Desk):
    story = Story(id="a", removals=3)
    strict.retention = Retention()
    strict.run("r1", [story], started_at=LONG_AGO)
    strict.retention = Retention(versions=0, grace_hours=0, removed_days=30)
    assert strict.run("r2", [story]).published
    assert removed(strict) == {}
    assert not strict.run("r3", [story]).published
    assert strict.problems() == []


def test_an_article_that_is_revised_later_has_its_new_blocks(strict: Desk):
    strict.run("r1", [Story(id="a", removals=3), Story(id="b", record="1")], started_at=LONG_AGO)
    strict.run("r2", [Story(id="c", uri="tuesday.jsonl")])
    strict.run("r3", [Story(id="a", text="The ferry is late.", removals=1), Story(id="b", record="1")])
    assert removed(strict) == {"a": 1, "c": 1}
    assert strict.problems() == []


def test_blocks_of_a_duplicate_go_too_and_it_comes_back_without(strict: Desk):
    strict.run("r1", [Story(id="a"), Story(id="b", record="1")], repeats={"b": Repeat(duplicate_of="a", similarity=0.9)}, started_at=LONG_AGO)
    strict.run("r2", [Story(id="c", uri="tuesday.jsonl")])
    strict.run("r3", [Story(id="a", text="Another story.")], repeats={"b": None})
    assert strict.texts().keys() == {"a", "b", "c"}
    assert removed(strict) == {"a": 1, "c": 1}
    assert strict.problems() == []


def test_without_a_limit_all_stay(desk: Desk):
    desk.run("r1", [Story(id="a", removals=3)], started_at=LONG_AGO)
    desk.run("r2", [Story(id="c", uri="tuesday.jsonl")])
    assert removed(desk) == {"a": 3, "c": 1}


def test_reports_of_old_runs_go(strict: Desk, tmp_path: Path):
    reports = tmp_path / "_runs"
    for name in ("r1", "r2", "somebody-elses"):
        (reports / name).mkdir(parents=True)
        (reports / name / "report.json").touch()
    strict.run("r1", [Story(id="a")], started_at=LONG_AGO)
    strict.run("r2", [Story(id="b", uri="tuesday.jsonl")], started_at=LATELY)
    with strict.open() as dataset:
        dataset.prune_runs(reports)
    assert sorted(folder.name for folder in reports.iterdir()) == ["r2", "somebody-elses"]
