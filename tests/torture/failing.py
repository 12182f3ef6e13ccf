"""A disk that fails at each persistent operation, or is full, or takes no more of a file."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from pipeline.store.errors import StoreError
from tests.store.conftest import Desk
from tests.torture.judging import Trial, judge
from tests.torture.killing import operations_of, watch
from tests.torture.scenarios import copied

Errors = Counter[str]
_REFUSED: Final = 10  # the exit code of a child that met with an error as it should be
_AS_SQLITE_SAYS: Final = "database or disk is full"


def fail_everywhere(trial: Trial, folder: Path, code: int, *, stride: int = 1) -> int:
    """Lets each operation, or every so many, and all that come after it, fail with this error; returns how many acts failed, each one cleanly."""
    names = operations_of(trial, folder / "counted")
    for at in range(0, len(names), stride):
        desk = copied(trial.before, folder / f"failed-{at}")
        when = f"{trial.scenario.name}: {os.strerror(code)} at operation {at}, {names[at]}"
        _fail(trial, desk, at, code, when)
        judge(trial, desk, when)
        shutil.rmtree(desk.clean.parent)
    return len(range(0, len(names), stride))


def _fail(trial: Trial, desk: Desk, at: int, code: int, when: str) -> None:
    done = 0

    def before(name: str, arguments: tuple[Any, ...], operation: Callable[..., Any]) -> None:
        nonlocal done
        done += 1
        if done <= at:
            return
        if name == "write" and done == at + 1:
            operation(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
        raise sqlite3.OperationalError(_AS_SQLITE_SAYS) if name == "sql_commit" else OSError(code, os.strerror(code))

    with pytest.MonkeyPatch.context() as patch:
        watch(patch, before)
        with pytest.raises((OSError, StoreError)) as failed:
            trial.scenario.act(desk, "last")
    assert any(text in str(failed.value) for text in (os.strerror(code), _AS_SQLITE_SAYS)), f"{when}: {failed.value} does not say why"


def limit_files(trial: Trial, folder: Path, sizes: range) -> Counter[str]:
    """Does the act where no file may grow above so many bytes; returns how often it failed, cleanly, and how often it went well."""
    outcomes = Counter[str]()
    for size in sizes:
        desk = copied(trial.before, folder / f"limited-{size}")
        when = f"{trial.scenario.name}: no file above {size} bytes"
        child = os.fork()
        if not child:
            _act_limited(trial, desk, size)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert code in (0, _REFUSED), f"{when}: ended with {code}"
        outcomes["failed" if code else "went well"] += 1
        judge(trial, desk, when)
        shutil.rmtree(desk.clean.parent)
    return outcomes


def _act_limited(trial: Trial, desk: Desk, size: int) -> None:
    code = 1
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        trial.scenario.act(desk, "last")
        code = 0
    except (OSError, StoreError):
        code = _REFUSED
    finally:
        os._exit(code)


def fill_up(trial: Trial, disk: Path, step: int) -> Errors:
    """Does the act on a disk with no room, then again and again with a little more, until it goes well; returns the errors it met with."""
    desk = copied(trial.before, disk / "desk")
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        _fill(file.fileno())
    errors = Errors()
    while True:
        when = f"{trial.scenario.name}: with {shutil.disk_usage(disk).free} bytes of room"
        try:
            trial.scenario.act(desk, f"last-{errors.total()}")
        except (OSError, StoreError) as error:
            errors[str(error)[:60]] += 1
        else:
            break
        assert desk.rows() in (trial.old.rows, trial.new.rows), f"{when}: readers saw half a version"
        os.truncate(ballast, max(0, ballast.stat().st_size - step))
    ballast.unlink()
    judge(trial, desk, f"{trial.scenario.name}: once there was room")
    return errors


def _fill(descriptor: int) -> None:
    block = bytes(4096)
    try:
        while os.write(descriptor, block):
            pass
    except OSError:  # it is full
        return
