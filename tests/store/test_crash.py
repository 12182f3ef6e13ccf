"""A run killed before each of its persistent operations: the next run leaves what an undisturbed run would have left."""

from __future__ import annotations

import errno
import functools
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.records import Repeat
from pipeline.store import operations
from pipeline.store.errors import StoreError
from pipeline.store.schema import DATASETS
from tests.store.conftest import Desk, Misfit, Page, Rows, Story

# A killed run closes nothing, and Python 3.13 notices.
pytestmark = pytest.mark.filterwarnings("ignore:.*sqlite3.Connection:pytest.PytestUnraisableExceptionWarning")

FIRST: list[Sequence[Page]] = [
    [
        Story(id="a"),
        Story(id="b", record="1"),
        Misfit(record="2"),
        Story(id="c", uri="tuesday.jsonl", removals=0),
        Misfit(uri="tuesday.jsonl", record="1"),
    ],
]
SECOND: list[Sequence[Page]] = [
    [
        Story(id="a", text="The ferry to Brackwater is cancelled.", removals=2),
        Story(id="b", record="1"),
        Misfit(record="2", detail="Three words."),
        Story(id="d", uri="friday.jsonl", day=4),
        Story(id="d", uri="friday.jsonl", record="1", day=5),
        Story(id="c", uri="friday.jsonl", record="2", day=-1),
    ],
]
THIRD: list[Sequence[Page]] = [
    [Story(id="a0", uri="sunday.jsonl", record="3"), Story(id="a1", uri="sunday.jsonl", record="4"), Story(id="c", text="Late.")]
]
SCENARIOS = {
    "the first run": [FIRST],
    "a run that revises, supersedes and rejects": [FIRST, SECOND],
    "a run that finds duplicates among its own articles and the published ones": [FIRST, SECOND, THIRD],
}
REPEATS = {name: Repeat(duplicate_of="a0", similarity=1.0) for name in ("a1", "b", "d")}


class Killed(BaseException):
    """The process ends here: nothing it might still do at this point happens."""


class Death:
    """Replaces every persistent operation by one that counts, and that kills before operation number `at`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int | None) -> None:
        self.done: list[str] = []
        self._at = at
        for name in operations.OPERATIONS:
            monkeypatch.setattr(operations, name, functools.partial(self._operate, name, getattr(operations, name)))

    def _operate(self, name: str, operation: Callable[..., Any], *arguments: Any) -> Any:
        if self._at is not None and len(self.done) >= self._at:
            if name == "write" and len(self.done) == self._at:
                operation(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])  # half a write reaches the disk
                self.done.append(name)
            raise Killed(name)
        self.done.append(name)
        return operation(*arguments)


def run_last(desk: Desk, runs: Sequence[list[Sequence[Page]]], run_id: str) -> None:
    desk.run(run_id, *runs[-1], repeats=REPEATS if runs[-1] is THIRD else {})


def copied(desk: Desk, folder: Path) -> Desk:
    """A copy of the dataset that shares its Parquet files, which never change."""

    def copy(source: str, target: str) -> None:
        (os.link if source.endswith(".parquet") else shutil.copy2)(source, target)

    shutil.copytree(desk.clean.parent, folder, copy_function=copy)
    return Desk(folder)


def killed_run(desk: Desk, runs: Sequence[list[Sequence[Page]]], at: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        Death(patch, at)
        with pytest.raises(Killed):
            run_last(desk, runs, "last")


def seen(desk: Desk) -> Rows:
    return desk.rows() if desk.clean.exists() else {dataset: [] for dataset in DATASETS}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_kill_before_any_operation_is_repaired(name: str, tmp_path: Path):
    runs = SCENARIOS[name]
    before = Desk(tmp_path / "before")
    before.clean.parent.mkdir()
    for number, batches in enumerate(runs[:-1]):
        before.run(f"r{number}", *batches)
    straight = copied(before, tmp_path / "straight")
    old = seen(before)
    with pytest.MonkeyPatch.context() as patch:
        operations_of_a_run = Death(patch, None)
        run_last(straight, runs, "last")
    new = seen(straight)
    assert set(operations_of_a_run.done) > {"write", "fsync", "fsync_directory", "rename", "link", "sql_commit"}
    files = straight.data_files()
    run_last(straight, runs, "again")
    assert (seen(straight), straight.data_files()) == (new, files), "a run over the same pages changed something"
    for at in range(len(operations_of_a_run.done)):
        desk = copied(before, tmp_path / f"killed-{at}")
        killed_run(desk, runs, at)
        check_recovery(desk, runs, old, new, f"killed before operation {at}, {operations_of_a_run.done[at]}")


def check_recovery(desk: Desk, runs: Sequence[list[Sequence[Page]]], old: Rows, new: Rows, when: str) -> None:
    found = seen(desk)
    for dataset in DATASETS:
        assert found[dataset] in (old[dataset], new[dataset]), f"{when}: readers saw half of {dataset}"
    with desk.open() as dataset:
        committed = dataset.version == len(runs)
        assert seen(desk) == (new if committed else old), f"{when}: recovery did not bring readers to the ledger's version"
        dataset_files = {part.name for part in dataset.ledger.live_parts()}
        assert dataset_files <= desk.data_files() == dataset.ledger.file_names(), f"{when}: data files and ledger differ"
    run_last(desk, runs, "again")
    assert seen(desk) == new, f"{when}: the next run left other rows"
    assert not list(desk.state.rglob("*.tmp")), f"{when}: a temporary file stayed"
    assert not list((desk.state / "staging").iterdir()), f"{when}: staging is not empty"


def open_file(descriptor: int) -> Path:
    return Path(f"/proc/self/fd/{descriptor}").readlink()


def test_what_the_ledger_commits_is_on_the_disk_before(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    unsynced: set[Path] = set()
    late: list[set[Path]] = []

    def watch(name: str, note: Callable[..., object]) -> None:
        operation = getattr(operations, name)

        def watched(*arguments: Any) -> Any:
            note(*arguments)
            return operation(*arguments)

        monkeypatch.setattr(operations, name, watched)

    watch("write", lambda descriptor, _data: unsynced.add(open_file(descriptor)))
    watch("fsync", lambda descriptor: unsynced.discard(open_file(descriptor)))
    watch("rename", lambda _source, target: unsynced.add(target.parent))
    watch("fsync_directory", unsynced.discard)
    watch("sql_commit", lambda _database: late.append({path for path in unsynced if path.name != "lock"}))
    desk.run("r1", *FIRST)
    desk.run("r2", *SECOND)
    assert late
    assert not any(late)


def test_a_kill_between_the_two_renames_of_the_fallback_is_repaired(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    def no_exchange(*_arguments: object) -> None:
        raise OSError(errno.ENOSYS, "not here")

    def die_on_return(source: Path, target: Path, rename: Callable[[Path, Path], None] = operations.rename) -> None:
        if target == desk.clean / "articles":
            raise Killed
        rename(source, target)

    desk.run("r1", *FIRST)
    monkeypatch.setattr(operations, "exchange", no_exchange)
    with monkeypatch.context() as patch:
        patch.setattr(operations, "rename", die_on_return)
        with pytest.raises(Killed):
            desk.run("r2", *SECOND)
    assert not (desk.clean / "articles").exists()
    with desk.open() as dataset:
        assert dataset.version == 2
    assert desk.texts()["a"][1] == 2


@pytest.mark.parametrize("operation", ["link", "exchange", "rename", "fsync", "sql_commit"])
def test_a_failing_disk_is_an_error_and_the_old_version_stays(desk: Desk, operation: str, monkeypatch: pytest.MonkeyPatch):
    desk.run("r1", *FIRST)
    old = seen(desk)

    def fail(*_arguments: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(operations, operation, fail)
        with pytest.raises((OSError, StoreError)):
            desk.run("r2", *SECOND)
    assert seen(desk) == old
    desk.run("r3", *SECOND)
    assert desk.texts()["a"][1] == 2
