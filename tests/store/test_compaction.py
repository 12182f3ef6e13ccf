"""Many small files become few, and nobody notices."""

from __future__ import annotations

from pipeline.records import Repeat
from pipeline.settings import Retention
from pipeline.store.compaction import PARTS
from tests.store.conftest import Desk, Misfit, Story


def small_runs(desk: Desk, count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        uri = f"feed-{number:03d}.jsonl"
        desk.run(f"r{number:03d}", [Story(id=f"s{number}", uri=uri), Misfit(uri=uri, record="1"), Misfit(uri="always.jsonl", record=str(number))])


def shown(desk: Desk) -> dict[str, int]:
    return {dataset: len(list((desk.clean / dataset).rglob("*.parquet"))) for dataset in ("articles", "rejected", "removed")}


def test_sixteen_small_parts_become_one(desk: Desk):
    small_runs(desk, PARTS)
    assert shown(desk)["articles"] == PARTS
    rows = desk.rows(of_the_run=True)
    commit = desk.run("last", [Story(id="last", uri="last.jsonl")])
    assert shown(desk) == {"articles": 2, "rejected": 1, "removed": 2}
    assert (commit.counts.new, commit.counts.revised) == (1, 0)
    found = desk.rows(of_the_run=True)
    assert [row for row in found["articles"] if row["run_id"] != "last"] == rows["articles"]
    assert found["rejected"] == rows["rejected"]
    assert not desk.problems()


def test_rows_are_found_again_where_they_lie_now(desk: Desk):
    small_runs(desk, PARTS)
    desk.run("last", [Story(id="last", uri="last.jsonl")])
    commit = desk.run("next", [Story(id="s3", uri="feed-003.jsonl", text="The tide is late.", removals=0), Misfit(uri="feed-003.jsonl", record="1")])
    assert (commit.counts.revised, commit.counts.rejected) == (1, 1)
    assert desk.texts()["s3"] == ("The tide is late.", 2)
    assert len(desk.texts()) == PARTS + 1
    assert "s3" not in {row["id"] for row in desk.raw_rows("removed")}
    assert not desk.problems()


def test_a_year_of_hourly_runs_leaves_few_files(desk: Desk):
    small_runs(desk, 4 * PARTS)
    assert len(desk.texts()) == 4 * PARTS
    assert shown(desk)["articles"] < 2 * PARTS
    assert not desk.problems()


def test_held_articles_are_merged_and_come_back(desk: Desk):
    desk.run("r", [Story(id="one", uri="one.jsonl")])
    for number in range(PARTS):
        story = Story(id=f"s{number}", uri=f"feed-{number}.jsonl")
        desk.run(f"r{number}", [story], repeats={story.id: Repeat(duplicate_of="one", similarity=1.0)})
    desk.run("news", [Story(id="news", uri="news.jsonl")])
    assert len([name for name in desk.data_files() if "held-" in name and "removed" not in name]) > PARTS  # the version before has them still
    desk.retention = Retention(versions=0, grace_hours=0)
    desk.run("back", [Story(id="one", uri="one.jsonl", text="Another story.")], repeats={f"s{number}": None for number in range(PARTS)})
    assert len(desk.texts()) == PARTS + 2
    assert not desk.problems()


def test_an_earlier_version_is_still_made_of_the_small_parts(desk: Desk):
    small_runs(desk, PARTS)
    before = desk.rows(of_the_run=True)
    desk.run("last", [Story(id="last", uri="last.jsonl")])
    desk.roll_back(PARTS, "back")
    assert desk.rows(of_the_run=True) == before
    assert not desk.problems()
