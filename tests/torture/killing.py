"""A process killed before each of its persistent operations."""

from __future__ import annotations

import functools
import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.store import operations
from tests.store.conftest import Desk
from tests.torture.judging import Trial, judge
from tests.torture.scenarios import copied

Before = Callable[[str, tuple[Any, ...], Callable[..., Any]], None]  # is told of each operation before it is done


@dataclass(frozen=True, slots=True, kw_only=True)
class Kills:
    """How many kills a scenario met with, of which operations, and after how many of them the act had committed."""

    operations: Counter[str]
    committed: int


def watch(patch: pytest.MonkeyPatch, before: Before) -> None:
    """Tells of every persistent operation from now on."""

    def operate(name: str, operation: Callable[..., Any], *arguments: Any) -> Any:
        before(name, arguments, operation)
        return operation(*arguments)

    for name in operations.OPERATIONS:
        patch.setattr(operations, name, functools.partial(operate, name, getattr(operations, name)))


def operations_of(trial: Trial, folder: Path) -> list[str]:
    """The names of the operations of an undisturbed act, in order."""
    desk = copied(trial.before, folder)
    names: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        watch(patch, lambda name, _arguments, _operation: names.append(name))
        trial.scenario.act(desk, "last")
    shutil.rmtree(folder)
    return names


def kill_everywhere(trial: Trial, folder: Path, *, stride: int = 1) -> Kills:
    """Kills the act with SIGKILL before every operation, or every so many, and judges what is left each time."""
    names = operations_of(trial, folder / "counted")
    committed = 0
    for at in range(0, len(names), stride):
        desk = copied(trial.before, folder / f"killed-{at}")
        _kill(trial, desk, at)
        committed += judge(trial, desk, f"{trial.scenario.name}: killed before operation {at}, {names[at]}")
        shutil.rmtree(desk.clean.parent)
    return Kills(operations=Counter(names[::stride]), committed=committed)


def _kill(trial: Trial, desk: Desk, at: int) -> None:
    child = os.fork()
    if not child:
        _die_in_the_act(trial, desk, at)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"{trial.scenario.name}: operation {at} was never reached"
    assert os.WTERMSIG(status) == signal.SIGKILL


def _die_in_the_act(trial: Trial, desk: Desk, at: int) -> None:
    done = 0

    def before(name: str, arguments: tuple[Any, ...], operation: Callable[..., Any]) -> None:
        nonlocal done
        if done == at:
            if name == "write":
                operation(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])  # half a write reaches the disk
            os.kill(os.getpid(), signal.SIGKILL)
        done += 1

    try:
        with pytest.MonkeyPatch.context() as patch:
            watch(patch, before)
            trial.scenario.act(desk, "last")
    finally:
        os._exit(0)  # the test's own ending is not this process's to run
