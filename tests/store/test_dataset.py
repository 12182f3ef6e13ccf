"""Runs over a dataset, as their readers see them: what is new, revised, unchanged, rejected, and that the pages add up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.store.accounts import Counts, RunInfo
from pipeline.store.commit import Submission
from pipeline.store.errors import AccountingError, Busy, StoreError
from tests.store.conftest import DAY_0, Desk, Misfit, Page, Story, input_row, sha256, stage

NEWS = "The ferry to Brackwater is cancelled."


def counts(*, new: int = 0, revised: int = 0, unchanged: int = 0, rejected: int = 0, superseded: int = 0) -> Counts:
    return Counts(new=new, revised=revised, unchanged=unchanged, rejected=rejected, superseded=superseded)


def test_a_first_run_publishes_its_articles_removals_and_rejected_pages(desk: Desk):
    commit = desk.run("r1", [Story(id="a", removals=2), Misfit(record="1")], [Story(id="b", uri="tuesday.jsonl")])
    assert (commit.version, commit.published, commit.counts) == (1, True, counts(new=2, rejected=1))
    assert set(desk.texts()) == {"a", "b"}
    assert [(row["id"], row["position"]) for row in desk.rows()["removed"]] == [("a", 0), ("a", 1), ("b", 0)]
    assert desk.rejections() == [("monday.jsonl", "1", "too_short", "Four words of text.")]


def test_the_same_input_again_changes_nothing(desk: Desk):
    pages = [Story(id="a"), Misfit(record="1"), Story(id="a", uri="tuesday.jsonl", day=2, text=NEWS)]
    desk.run("r1", pages)
    before, files = desk.rows(of_the_run=True), desk.data_files()
    commit = desk.run("r2", pages)
    assert (commit.version, commit.published, commit.counts) == (1, False, counts(unchanged=1, rejected=2, superseded=1))
    assert desk.rows(of_the_run=True) == before
    assert desk.data_files() == files
    with desk.open() as dataset:
        known = dataset.known_input("tuesday.jsonl")
    assert known == input_row("tuesday.jsonl", "r2", 1)


def test_an_input_seen_again_but_not_read_keeps_its_rejected_rows(desk: Desk):
    desk.run("r1", [Misfit()])
    moved = replace(input_row("monday.jsonl", "r1", 1), inode=31)
    with desk.open("r2") as dataset:
        assert not dataset.commit(
            Submission(run=RunInfo(run_id="r2", started_at=DAY_0, pages_read=0), articles=dataset.settle(()), seen_again=(moved,))
        ).published
        assert dataset.known_input("monday.jsonl") == moved
    assert len(desk.rejections()) == 1


def test_a_changed_page_supersedes_its_row_and_its_removals(desk: Desk):
    desk.run("r1", [Story(id="a", removals=3), Story(id="b", record="1")])
    commit = desk.run("r2", [Story(id="a", text=NEWS, removals=1), Story(id="b", record="1")])
    assert (commit.version, commit.counts) == (2, counts(revised=1, unchanged=1))
    assert desk.texts() == {"a": (NEWS, 2), "b": ("The ferry to Brackwater sails again.", 1)}
    assert [row["id"] for row in desk.rows()["removed"]] == ["a", "b"]
    desk.run("r3", [Story(id="a", text="Third edition.", removals=0), Story(id="b", record="1")])
    assert desk.texts()["a"] == ("Third edition.", 3)
    assert [row["id"] for row in desk.rows()["removed"]] == ["b"]


def test_of_two_pages_with_one_id_the_newer_wins_and_the_other_is_rejected(desk: Desk):
    commit = desk.run("r1", [Story(id="a", uri="old.jsonl", day=1)], [Story(id="a", uri="new.jsonl", day=2, text=NEWS, removals=2)])
    assert commit.counts == counts(new=1, rejected=1, superseded=1)
    assert desk.texts() == {"a": (NEWS, 1)}
    assert len(desk.rows()["removed"]) == 2
    (lost,) = desk.raw_rows("rejected")
    facts = ("id", "duplicate_of", "stage", "reason", "source_uri", "source_format", "site", "title", "text_sample", "char_count", "retryable")
    old = "The ferry to Brackwater sails again."
    assert {name: lost[name] for name in facts} == dict(
        zip(facts, ("a", "a", "publish", "superseded", "old.jsonl", "jsonl", "brackwater.example", "Ferry a", old, len(old), False), strict=True)
    )
    assert lost["source_sha256"] == sha256(f"{old}1")


def test_two_pages_with_one_id_in_one_batch_keep_only_the_winners_removals(desk: Desk):
    commit = desk.run("r1", [Story(id="a", day=2, text=NEWS, removals=2), Story(id="a", record="1", day=1, removals=5)])
    assert commit.counts == counts(new=1, rejected=1, superseded=1)
    assert [row["text"] for row in desk.rows()["removed"]] == [f"Sign up for the tide table, says {NEWS}"] * 2


def test_a_late_old_page_changes_no_article(desk: Desk):
    desk.run("r1", [Story(id="a", uri="new.jsonl", day=9, text=NEWS)])
    commit = desk.run("r2", [Story(id="a", uri="old.jsonl", day=1)])
    assert (commit.version, commit.counts) == (2, counts(rejected=1, superseded=1))
    assert desk.texts() == {"a": (NEWS, 1)}
    assert len(desk.rows()["removed"]) == 1


def test_a_newer_source_that_says_the_same_defends_the_row_and_rewrites_nothing(desk: Desk):
    desk.run("r1", [Story(id="a", uri="day1.jsonl", day=1)])
    commit = desk.run("r2", [Story(id="a", uri="day5.jsonl", day=5)])
    assert (commit.published, commit.counts) == (False, counts(unchanged=1))
    assert desk.run("r3", [Story(id="a", uri="day3.jsonl", day=3, text=NEWS)]).counts == counts(rejected=1, superseded=1)
    assert desk.texts()["a"][1] == 1


def test_rejected_rows_describe_each_input_as_last_read(desk: Desk):
    desk.run("r1", [Misfit(), Misfit(record="1"), Misfit(uri="tuesday.jsonl")])
    commit = desk.run("r2", [Misfit(record="1", detail="Now five words of text.")])
    assert (commit.published, commit.counts) == (True, counts(rejected=1))
    assert desk.rejections() == [
        ("monday.jsonl", "1", "too_short", "Now five words of text."),
        ("tuesday.jsonl", "0", "too_short", "Four words of text."),
    ]
    desk.run("r3", [Story(id="a")])
    assert [row[0] for row in desk.rejections()] == ["tuesday.jsonl"]


def test_a_page_rejected_with_another_detail_is_published_anew(desk: Desk):
    desk.run("r1", [Misfit()])
    assert desk.run("r2", [Misfit(detail="Three words now.")]).published
    assert [row[3] for row in desk.rejections()] == ["Three words now."]


def test_an_input_that_is_empty_now_loses_its_rejected_rows(desk: Desk):
    desk.run("r1", [Misfit()])
    with desk.open("r2") as dataset:
        commit = dataset.commit(
            Submission(
                run=RunInfo(run_id="r2", started_at=DAY_0, pages_read=0), articles=dataset.settle(()), inputs=(input_row("monday.jsonl", "r2", 0),)
            )
        )
    assert commit.published
    assert desk.rejections() == []


def test_of_a_source_whose_rows_only_repeat_the_earlier_ones_stay(desk: Desk):
    desk.run("r1", [Misfit()])
    desk.run("r2", [Misfit(), Misfit(uri="tuesday.jsonl")])
    assert [(row["source_uri"], row["run_id"]) for row in desk.rows(of_the_run=True)["rejected"]] == [("monday.jsonl", "r1"), ("tuesday.jsonl", "r2")]


@pytest.mark.parametrize("pages_read", [1, 3])
def test_pages_that_do_not_add_up_publish_nothing(desk: Desk, pages_read: int):
    desk.run("r1", [Story(id="a")])
    with pytest.raises(AccountingError, match=f"{pages_read} pages were read, but 2"):
        desk.run("r2", [Story(id="b"), Misfit(record="1")], pages_read=pages_read)
    assert set(desk.texts()) == {"a"}
    with desk.open() as dataset:
        assert dataset.version == 1
        assert dataset.known_input("monday.jsonl") == input_row("monday.jsonl", "r1", 1)


def test_a_page_lost_of_one_input_is_not_made_up_for_by_another_s(desk: Desk):
    """As many rows as pages in all, but not of each input: two rows stand for one page, and none for another."""
    pages = [Story(id="a"), Story(id="b", record="1"), Misfit(uri="tuesday.jsonl")]
    with desk.open("r1") as dataset:
        articles = dataset.settle([stage(dataset.data_dir, "r1-0000", pages, "r1")])
        inputs = (input_row("monday.jsonl", "r1", 1), input_row("tuesday.jsonl", "r1", 2))
        run = RunInfo(run_id="r1", started_at=DAY_0, pages_read=3)
        with pytest.raises(AccountingError, match=r"1 pages were read of monday\.jsonl, and 2 are accounted for"):
            dataset.commit(Submission(run=run, articles=articles, inputs=inputs))
        assert dataset.version == 0


def test_a_run_without_pages_publishes_empty_datasets_once(desk: Desk):
    assert desk.run("r1").published
    assert not desk.run("r2").published
    assert desk.rows() == {"articles": [], "rejected": [], "removed": []}


def test_files_of_the_version_before_have_a_time_of_grace(desk: Desk):
    desk.run("r1", [Story(id="a")])
    first = desk.data_files()
    desk.run("r2", [Story(id="a", text=NEWS)])
    assert first < desk.data_files()
    desk.run("r3", [Story(id="b", uri="tuesday.jsonl")])
    assert not first & desk.data_files()


def test_a_run_id_commits_once(desk: Desk):
    desk.run("r1", [Story(id="a")])
    with desk.open("r1") as dataset, pytest.raises(StoreError, match="id of its own"):
        dataset.commit(Submission(run=RunInfo(run_id="r1", started_at=DAY_0, pages_read=0), articles=dataset.settle(())))


def test_a_batch_with_two_articles_of_one_id_is_refused(desk: Desk):
    with desk.open("r1") as dataset:
        one = stage(dataset.data_dir, "r1-0000", [Story(id="a")], "r1")
        two = stage(dataset.data_dir, "r1-0001", [Story(id="b"), Story(id="c", record="1")], "r1")
        mixed = type(one)(articles=two.articles, keys=one.keys)
        with pytest.raises(StoreError, match="one article for each id"):
            dataset.commit(Submission(run=RunInfo(run_id="r1", started_at=DAY_0, pages_read=1), articles=dataset.settle((mixed,))))


def test_a_part_that_is_not_what_its_batch_wrote_is_refused(desk: Desk):
    with desk.open("r1") as dataset:
        parts = stage(dataset.data_dir, "r1-0000", [Story(id="a")], "r1")
        (dataset.data_dir / "articles-r1-0000.parquet").write_bytes(b"PAR1")
        with pytest.raises(StoreError, match="run again"):
            dataset.commit(Submission(run=RunInfo(run_id="r1", started_at=DAY_0, pages_read=1), articles=dataset.settle((parts,))))


def test_one_run_at_a_time_and_the_other_learns_who(desk: Desk):
    with desk.open("morning-7"), pytest.raises(Busy, match=r"run morning-7 \(process \d+ on .*, since 20"), desk.open("evening-1"):
        pytest.fail("two runs hold one dataset")
    with desk.open("evening-1") as dataset:
        assert dataset.version == 0


def test_drafts_lie_in_a_folder_for_each_version_of_the_extraction(desk: Desk):
    with desk.open() as dataset:
        assert dataset.drafts_dir("trafilatura-2.3.1+ab12").is_dir()
        with pytest.raises(StoreError, match="cannot name a folder"):
            dataset.drafts_dir("../elsewhere")


@st.composite
def runs_in_batches(draw: st.DrawFn) -> list[list[list[Page]]]:
    """Runs of one input set each, given twice: as one batch, and shuffled into several."""
    ids, days = st.sampled_from("abc"), st.none() | st.integers(0, 3)
    runs: list[list[Page]] = []
    for _ in range(draw(st.integers(1, 2))):
        names = draw(st.lists(st.tuples(st.sampled_from(["x", "y"]), st.sampled_from("0123")), min_size=1, max_size=6, unique=True))
        runs.append([_page(draw, uri, record, draw(ids), draw(days)) for uri, record in names])
    return [[run, draw(st.permutations(run))] for run in runs]


def _page(draw: st.DrawFn, uri: str, record: str, name: str, day: int | None) -> Page:
    if draw(st.integers(0, 4)) == 0:
        return Misfit(uri=uri, record=record, detail=draw(st.sampled_from(["short", "shorter"])))
    return Story(id=name, uri=uri, record=record, day=day, text=draw(st.sampled_from(["Ebb.", "Flow."])), removals=draw(st.integers(0, 2)))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=runs_in_batches(), cuts=st.lists(st.integers(0, 6), max_size=3))
def test_batches_and_their_order_change_nothing(new_desk: Callable[[], Desk], runs: list[list[list[Page]]], cuts: list[int]):
    straight, shuffled = new_desk(), new_desk()
    for number, (pages, mixed) in enumerate(runs):
        bounds = [0, *sorted(cuts), len(mixed)]
        batches = [mixed[start:end] for start, end in pairwise(bounds)]
        first, second = straight.run(f"r{number}", pages), shuffled.run(f"r{number}", *batches)
        assert (first.counts, first.version) == (second.counts, second.version)
    assert straight.rows() == shuffled.rows()


@pytest.mark.parametrize("name", ["clean", "clean/deep/inside"])
def test_a_state_folder_under_clean_is_refused(tmp_path: Path, name: str):
    desk = Desk(tmp_path)
    desk.state = tmp_path / name
    with pytest.raises(StoreError, match="lies inside"), desk.open():
        pass
