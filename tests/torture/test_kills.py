"""kill -9 before each persistent operation: recovery is exact every time, and bugs planted in the store are found."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pipeline.store.errors import StoreError
from tests.torture.judging import trial_of
from tests.torture.killing import kill_everywhere
from tests.torture.mutants import FOUND_BY, MUTANTS
from tests.torture.scenarios import SCENARIOS
from tests.torture.telling import tell

FOUND = (AssertionError, OSError, StoreError, ValueError, sqlite3.Error)  # whatever the judge stumbles over
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # the child only runs the store, and is killed


def check_kills(name: str, folder: Path, *, stride: int) -> None:
    kills = kill_everywhere(trial_of(SCENARIOS[name], folder), folder, stride=stride)
    killed = ", ".join(f"{operation} {count}" for operation, count in kills.operations.most_common())
    tell(f"{name}: {kills.operations.total()} kills, {kills.committed} of them after the commit; exact every time ({killed})")


@pytest.mark.torture
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_kill_before_any_operation_is_repaired(name: str, tmp_path: Path):
    check_kills(name, tmp_path, stride=1)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_kill_before_some_operations_is_repaired(name: str, tmp_path: Path):
    check_kills(name, tmp_path, stride=29)


def check_mutant(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, *, stride: int) -> None:
    trial = trial_of(SCENARIOS[FOUND_BY[name]], folder)  # what is right is told before the bug is planted
    MUTANTS[name](monkeypatch)
    with pytest.raises(FOUND) as found:
        kill_everywhere(trial, folder, stride=stride)
    tell(f"{name}: found, {str(found.value).splitlines()[0]}")


@pytest.mark.torture
@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_bug_is_found(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    check_mutant(name, tmp_path, monkeypatch, stride=1)


@pytest.mark.parametrize("name", ["recovery does not publish", "the last to come wins"])
def test_a_planted_bug_is_found_soon(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    check_mutant(name, tmp_path, monkeypatch, stride=7)
