"""Files that somebody is still writing when a run comes by."""

import gzip
from pathlib import Path

import pytest

from pipeline.planning import BEING_WRITTEN
from pipeline.settings import Settings
from pipeline.sources import settling
from tests.invented import page, write_pages
from tests.running import rows, run


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write_pages(tmp_path / "raw" / "done.jsonl", [page(1)])
    write_pages(tmp_path / "raw" / "growing.jsonl", [page(2)])
    return Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean", settle_seconds=30)


def stories(settings: Settings) -> set[str]:
    return {str(row["url"]).rpartition("/")[2] for row in rows(settings.clean)}


def append(settings: Settings, number: int) -> None:
    growing = settings.raw[0] / "growing.jsonl"
    more = settings.raw[0].parent / "more.jsonl"
    write_pages(more, [page(number)])
    growing.write_bytes(growing.read_bytes() + more.read_bytes())


def test_a_file_that_grows_while_a_run_waits_is_left_for_the_next(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settling, "sleep", lambda _seconds: append(settings, 3))
    first = run(settings)
    assert stories(settings) == {"story-1.html"}
    assert first.skipped_by_kind == {BEING_WRITTEN: 1}

    monkeypatch.undo()
    monkeypatch.setattr(settling, "sleep", lambda _seconds: None)
    second = run(settings)
    assert stories(settings) == {"story-1.html", "story-2.html", "story-3.html"}
    assert (second.new, second.files_known, second.skipped_by_kind) == (2, 1, {})


def test_what_is_published_of_a_file_stays_while_it_grows(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    run(settings)
    append(settings, 3)
    monkeypatch.setattr(settling, "sleep", lambda _seconds: append(settings, 4))

    assert not run(settings).published
    assert stories(settings) == {"story-1.html", "story-2.html"}


def test_a_file_that_vanishes_while_a_run_waits_stops_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settling, "sleep", lambda _seconds: (settings.raw[0] / "growing.jsonl").unlink())

    run(settings)

    assert stories(settings) == {"story-1.html"}


@pytest.mark.parametrize(("age", "waits"), [(-3600, 30), (0, 30), (10, 20), (31, None), (3600, None)])
def test_a_run_waits_until_the_youngest_file_was_left_alone(settings: Settings, monkeypatch: pytest.MonkeyPatch, age: float, waits: float | None):
    slept: list[float] = []
    monkeypatch.setattr(settling, "sleep", slept.append)
    now = max(path.stat().st_mtime_ns for path in settings.raw[0].iterdir()) + int(age * 1e9)
    monkeypatch.setattr(settling, "time_ns", lambda: now)
    run(settings)
    run(settings)  # known files are not waited for

    assert slept == ([] if waits is None else [waits])


def test_a_cut_container_is_marked_and_read_again_when_it_is_whole(tmp_path: Path):
    write_pages(tmp_path / "pages.jsonl", [page(number) for number in range(40)])
    whole = gzip.compress((tmp_path / "pages.jsonl").read_bytes())
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "pages.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")

    first = run(settings)
    (mark,) = rows(settings.clean, "rejected")
    assert (mark["reason"], mark["retryable"], mark["source_record"]) == ("broken_record", True, str(first.new))
    assert 5 < first.new < 40

    (tmp_path / "raw" / "pages.jsonl.gz").write_bytes(whole)
    second = run(settings)
    assert (second.new, second.unchanged, second.rejected) == (40 - first.new, first.new, 0)
    assert rows(settings.clean, "rejected") == []
