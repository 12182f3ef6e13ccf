"""What must hold after a scenario was cut short, however it was."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pipeline.store.schema import DATASETS
from tests.store.conftest import Desk, Rows
from tests.torture.scenarios import Scenario, copied, prepared

_NO_ROWS: Rows = {dataset: [] for dataset in DATASETS}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What readers see of a dataset, what is kept, and what its ledger says."""

    version: int
    rows: Rows
    kept: dict[str, set[str]]
    facts: dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A scenario, the dataset before it, and how it is before and after an undisturbed act."""

    scenario: Scenario
    before: Desk
    old: State
    new: State


def state_of(desk: Desk) -> State:
    """The state of an undisturbed dataset."""
    if not (desk.clean / "_manifest.json").exists():
        return State(version=0, rows=_NO_ROWS, kept={}, facts={})
    return State(version=desk.manifest()["version"], rows=desk.rows(), kept=desk.kept(), facts=desk.facts())


def trial_of(scenario: Scenario, folder: Path) -> Trial:
    before = prepared(scenario, folder / "before")
    straight = copied(before, folder / "straight")
    scenario.act(straight, "last")
    assert not straight.problems()
    return Trial(scenario=scenario, before=before, old=state_of(before), new=state_of(straight))


def judge(trial: Trial, desk: Desk, when: str) -> bool:
    """Asserts that readers saw the old version or the new one all along, and that what follows ends as if nothing had happened.

    Returns whether the act had committed when it was cut short.
    """
    _judge_readers(trial, desk, when)
    with desk.open() as dataset:
        assert dataset.version in (trial.old.version, trial.new.version), f"{when}: version {dataset.version}"
        committed = dataset.version == trial.new.version
        names = dataset.ledger.file_names()
    expected = trial.new if committed else trial.old
    _assert_is(desk, expected, f"{when}: after recovery")
    assert desk.data_files() == names, f"{when}: data files and ledger differ"
    if trial.scenario.again or not committed:
        trial.scenario.act(desk, "again")
    _assert_is(desk, trial.new, f"{when}: in the end")
    assert not list(desk.state.rglob("*.tmp")), f"{when}: a temporary file stayed"
    assert not list((desk.state / "staging").iterdir()), f"{when}: staging is not empty"
    return committed


def _judge_readers(trial: Trial, desk: Desk, when: str) -> None:
    states = (trial.old, trial.new)
    for dataset in DATASETS:
        if (desk.clean / dataset).exists():
            versions = [folder.name for folder in (desk.clean / dataset).iterdir()]
            assert len(versions) == 1, f"{when}: readers find the versions {versions}"
            assert desk.rows()[dataset] in [state.rows[dataset] for state in states], f"{when}: readers saw half of {dataset}"
        else:
            assert trial.scenario.gap or not trial.old.version, f"{when}: readers found no {dataset}"
    if (desk.clean / "_manifest.json").exists():
        named = json.loads((desk.clean / "_manifest.json").read_bytes())["version"]
        assert named in (trial.old.version, trial.new.version), f"{when}: the manifest names version {named}"
    for name, texts in desk.kept().items():
        assert texts in [state.kept.get(name) for state in states], f"{when}: half of {name} was kept"


def _assert_is(desk: Desk, expected: State, when: str) -> None:
    if not expected.version:
        return
    found = state_of(desk)
    assert found.rows == expected.rows, f"{when}: readers see other rows"
    assert found.facts == expected.facts, f"{when}: the ledger says something else"
    assert found.kept.keys() == {f"v{found.version:06d}"} | found.kept.keys() & expected.kept.keys(), f"{when}: {sorted(found.kept)} are kept"
    assert not desk.problems(), f"{when}: {desk.problems()}"
