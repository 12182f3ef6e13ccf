"""`copydesk snapshots`, `rollback` and `fsck`, as a person uses them after a run that went wrong."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from flows.exits import Exit
from flows.fsck import check
from flows.snapshots import print_snapshots, roll_back
from pipeline.settings import Settings
from pipeline.store.dataset import open_dataset
from pipeline.store.errors import Busy, StoreError
from tests.invented import page, write_pages
from tests.running import content, rows, run


@pytest.fixture
def console() -> Console:
    return Console(file=StringIO(), width=160)


def shown(console: Console) -> str:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")
    write_pages(settings.raw[0] / "one.jsonl", [page(number) for number in range(3)])
    run(settings)
    write_pages(settings.raw[0] / "two.jsonl", [page(number) for number in range(3, 5)])
    run(settings)
    return settings


def test_the_versions_that_are_kept_are_listed(settings: Settings, console: Console):
    print_snapshots(settings, console)
    lines = shown(console).splitlines()
    facts = [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines if line.startswith("│")]
    assert [(row[0], row[3]) for row in facts] == [("2", "5"), ("1", "3")]
    assert facts[0][-1] == "is shown"
    assert f"{settings.state_dir}/snapshots/v000001/articles" in shown(console)


def test_a_rollback_takes_a_run_back_and_the_next_run_does_it_again(settings: Settings, console: Console):
    after = content(settings.clean)
    roll_back(settings, None, console)
    assert "as it was in version 1: published as version 3" in shown(console)
    assert len(rows(settings.clean)) == 3
    summary = run(settings)
    assert (summary.files_read, summary.new, summary.batches_reused) == (1, 2, 1)
    assert content(settings.clean) == after


def test_there_may_be_nothing_to_go_back_to(tmp_path: Path, settings: Settings, console: Console):
    with pytest.raises(StoreError, match="those that are kept are 1"):
        roll_back(settings, 7, console)
    with pytest.raises(StoreError, match="comes first"):
        print_snapshots(Settings(clean=tmp_path / "none"), console)


def test_fsck_says_all_right_or_what_is_not(settings: Settings, console: Console):
    assert check(settings, console, rebuild=False) is Exit.DONE
    assert "all right" in shown(console)
    lost = next(iter(sorted((settings.state_dir / "data").glob("articles-*"))))
    lost.unlink()
    assert check(settings, console, rebuild=False) is Exit.FAILED
    assert f"{lost} is gone" in shown(console)


def test_a_lost_ledger_is_made_anew_and_the_next_run_changes_nothing(settings: Settings, console: Console):
    published, names = content(settings.clean), {row["id"]: row["revision"] for row in rows(settings.clean)}
    for file in settings.state_dir.glob("ledger.db*"):
        file.unlink()
    with pytest.raises(StoreError, match="put the state folder back"):
        run(settings)
    assert check(settings, console, rebuild=True) is Exit.DONE
    assert content(settings.clean) == published
    summary = run(settings)
    assert (summary.unchanged, summary.new, summary.revised, summary.published) == (5, 0, 0, False)
    assert {row["id"]: row["revision"] for row in rows(settings.clean)} == names


def test_what_was_learned_counts_again_in_a_ledger_made_anew(settings: Settings, console: Console):
    with open_dataset(settings.clean, settings.state_dir) as dataset:
        before = {kind: dataset.learned(kind) for kind in ("observations", "templates", "fingerprints", "pairs")}
    (settings.state_dir / "ledger.db").unlink()
    check(settings, console, rebuild=True)
    with open_dataset(settings.clean, settings.state_dir) as dataset:
        assert {kind: dataset.learned(kind) for kind in before} == before


def test_fsck_waits_for_no_run_and_knows_what_was_never_published(tmp_path: Path, settings: Settings, console: Console):
    with open_dataset(settings.clean, settings.state_dir, run_id="r1"), pytest.raises(Busy, match="run r1"):
        check(settings, console, rebuild=False)
    with pytest.raises(StoreError, match="never published"):
        check(Settings(clean=tmp_path / "none"), console, rebuild=False)


def test_to_roll_back_a_mistyped_name_makes_nothing(tmp_path: Path, console: Console):
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "claen")
    with pytest.raises(StoreError, match="nothing was published there"):
        roll_back(settings, None, console)
    assert not list(tmp_path.iterdir())
