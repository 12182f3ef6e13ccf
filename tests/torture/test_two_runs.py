"""Two runs at once, of the store: one works, the other says who holds the dataset, and the result is that of one run. test_two_commands.py has the command."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from pipeline.store import dataset
from pipeline.store.commit import settle_run
from pipeline.store.errors import Busy
from tests.store.conftest import Desk
from tests.torture.judging import judge, trial_of
from tests.torture.scenarios import SCENARIOS, copied
from tests.torture.telling import tell

PATIENCE_S = 60.0

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


def forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return child


def wait_for(file: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while not file.exists():
        assert time.monotonic() < end, f"nobody wrote {file.name}"
        time.sleep(0.001)


def contend(act: Callable[[Desk, str], object], desk: Desk, name: str, notes: Path) -> None:
    """Does the act, holding on to the dataset until the other run has been turned away; or notes what it was told."""
    told = notes / "busy"

    def settle(*arguments: object) -> object:
        (notes / "holder").write_text(f"{name} {os.getpid()}")
        wait_for(told)
        return settle_run(*arguments)  # type: ignore[arg-type] # passed on

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dataset, "settle_run", settle)
        wait_for(notes / "go")
        try:
            act(desk, name)
        except Busy as busy:
            wait_for(notes / "holder")
            (notes / f"{name}.txt").write_text(str(busy))
            (notes / f"{name}.txt").rename(told)


def check_two_runs(folder: Path, times: int) -> None:
    trial = trial_of(SCENARIOS["second run"], folder)
    winners = []
    for number in range(times):
        desk, notes = copied(trial.before, folder / f"desk-{number}"), folder / f"notes-{number}"
        notes.mkdir()
        runs = [forked(partial(contend, trial.scenario.act, desk, name, notes)) for name in ("morning", "evening")]
        (notes / "go").touch()
        assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in runs] == [0, 0]
        winner, pid = (notes / "holder").read_text().split()
        told = (notes / "busy").read_text()
        assert f"process {pid} on" in told or "started this moment" in told
        assert f"run {winner} " in told or "started this moment" in told
        assert judge(trial, desk, f"two runs, {number}")
        winners.append(winner)
    tell(f"two runs at once, {times} times: one works, one says busy; exact every time (the first to start won {winners.count('morning')} times)")


@pytest.mark.torture
def test_of_two_runs_one_works_50_times(tmp_path: Path):
    check_two_runs(tmp_path, 50)


def test_of_two_runs_one_works(tmp_path: Path):
    check_two_runs(tmp_path, 3)
