"""`copydesk clean --since --until`: files with pages of these days, whole, and nothing else."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from pipeline.days import Days, NoDays
from pipeline.engines import LoopEngine
from pipeline.planning import FETCHED_OUTSIDE, NOT_DATED
from pipeline.report.summary import Summary
from pipeline.run import clean_dataset
from pipeline.settings import Settings
from tests.invented import page, write_pages
from tests.running import Silent, content, rows, run

MARCH = Days(since=date(2031, 3, 1), until=date(2031, 3, 31))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Three files: one of March, one with a page of it among others, one of April and without days."""
    fetched = {"march": ["2031-03-01T00:00:00Z", "2031-03-31T23:59:59Z"], "mixed": ["2031-02-28T23:59:59Z", "2031-03-15T12:00:00Z"]}
    fetched["april"] = ["2031-04-01T00:00:00Z", ""]
    for start, (name, times) in enumerate(fetched.items()):
        write_pages(tmp_path / "raw" / f"{name}.jsonl", [page(10 * start + place, fetched=time or " ") for place, time in enumerate(times)])
    return Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")


def run_of(settings: Settings, days: Days, *, reclean: bool = False) -> Summary:
    return clean_dataset(settings, LoopEngine(), Silent(), reclean=reclean, days=days)


def files(settings: Settings) -> set[object]:
    return {row["source_uri"] for row in rows(settings.clean)}


def test_a_file_with_a_page_of_these_days_is_read_whole(settings: Settings):
    summary = run_of(settings, MARCH)
    assert (summary.files_read, summary.new, summary.skipped_by_kind) == (2, 4, {FETCHED_OUTSIDE: 1})
    assert files(settings) == {"march.jsonl", "mixed.jsonl"}


def test_a_file_without_a_time_of_fetching_is_counted_as_such(settings: Settings):
    (settings.raw[0] / "saved.html").write_text("<title>Sea wall</title><p>Four words of text.</p>")
    assert run_of(settings, MARCH).skipped_by_kind == {FETCHED_OUTSIDE: 1, NOT_DATED: 1}


def test_days_that_end_before_they_begin_are_refused():
    with pytest.raises(NoDays, match="since 2031-03-31 until 2031-03-01"):
        Days(since=date(2031, 3, 31), until=date(2031, 3, 1))


def test_backfills_one_after_the_other_make_what_one_run_makes(settings: Settings, tmp_path: Path):
    for days in (MARCH, Days(since=date(2031, 4, 1)), Days(until=date(2031, 2, 28)), Days()):
        run_of(settings, days)
    other = settings.model_copy(update={"clean": tmp_path / "other"})
    run(other)
    found, expected = ({row["id"]: row["text"] for row in content(each.clean)["articles"]} for each in (settings, other))
    assert found == expected


def test_cleaning_again_touches_these_days_alone(settings: Settings):
    first = run(settings).run_id
    summary = run_of(settings.model_copy(update={"min_words": 10_000}), MARCH, reclean=True)
    assert (summary.files_read, summary.rejected) == (2, 4)
    rejected = {row["source_uri"]: row["run_id"] for row in rows(settings.clean, "rejected")}
    assert set(rejected) == {"march.jsonl", "mixed.jsonl"}
    assert {row["run_id"] for row in rows(settings.clean)} == {first}


def test_with_days_what_raw_holds_no_more_is_left_alone(settings: Settings):
    run(settings)
    (settings.raw[0] / "march.jsonl").unlink()
    assert run_of(settings, MARCH, reclean=True).files_left == 1


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2031, 3, 1, tzinfo=UTC),
        datetime(2031, 3, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2031, 4, 1, 1, tzinfo=timezone(timedelta(hours=2))),  # 23 o'clock of 31 March
    ],
)
def test_days_are_of_utc_and_both_ends_count(instant: datetime):
    assert MARCH.hold(instant)


@pytest.mark.parametrize("instant", [None, datetime(2031, 2, 28, 23, 59, 59, tzinfo=UTC), datetime(2031, 4, 1, tzinfo=UTC)])
def test_other_days_and_unknown_ones_do_not(instant: datetime | None):
    assert not MARCH.hold(instant)
