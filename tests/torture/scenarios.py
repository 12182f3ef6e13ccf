"""What the store is tortured in the middle of: each scenario is a dataset, and one thing that is done to it."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.records import Repeat
from pipeline.store import operations
from pipeline.store.accounts import RunInfo
from pipeline.store.compaction import PARTS
from pipeline.store.withdraw import Withdrawal
from tests.store.conftest import DAY_0, Desk, Misfit, Page, Story

FIRST: Sequence[Page] = (
    Story(id="a"),
    Story(id="b", record="1"),
    Misfit(record="2"),
    Story(id="c", uri="tuesday.jsonl", removals=0),
    Misfit(uri="tuesday.jsonl", record="1"),
)
SECOND: Sequence[Page] = (
    Story(id="a", text="The ferry to Brackwater is cancelled.", removals=2),
    Story(id="b", record="1"),
    Misfit(record="2", detail="Three words."),
    Story(id="d", uri="friday.jsonl", day=4),
    Story(id="d", uri="friday.jsonl", record="1", day=5),
    Story(id="c", uri="friday.jsonl", record="2", day=-1, text="An old page that comes late."),
)
THIRD: Sequence[Page] = (
    Story(id="a0", uri="sunday.jsonl", record="3"),
    Story(id="a1", uri="sunday.jsonl", record="4"),
    Story(id="c", text="Late."),
)
REPEATS = {name: Repeat(duplicate_of="a0", similarity=1.0) for name in ("a1", "b", "d")}


def no_exchange(_first: Path, _second: Path) -> None:
    raise OSError(errno.ENOSYS, "not here")


@contextmanager
def _without_exchange() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "exchange", no_exchange)
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """`act` is interrupted after `runs`; done again, it changes nothing, or (`again` is False) it is to be done once."""

    name: str
    runs: Sequence[Sequence[Page]]
    act: Callable[[Desk, str], object]
    again: bool = True
    gap: bool = False  # whether readers may find no folder for a moment


def _few_words_of(number: int) -> Sequence[Page]:
    return (Story(id=f"s{number:02d}", uri=f"feed-{number:02d}.jsonl"), Misfit(uri=f"feed-{number:02d}.jsonl", record="1"))


def _withdraw(desk: Desk, run_id: str) -> None:
    with desk.open(run_id) as dataset:
        run = RunInfo(run_id=run_id, started_at=DAY_0, pages_read=0)
        dataset.withdraw(Withdrawal(ids=frozenset({"a"}), reason="court order", run=run))


def _run_renaming(desk: Desk, run_id: str) -> None:
    with _without_exchange():
        desk.run(run_id, SECOND)


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario(name="first run", runs=(), act=lambda desk, run_id: desk.run(run_id, FIRST)),
        Scenario(name="second run", runs=(FIRST,), act=lambda desk, run_id: desk.run(run_id, SECOND)),
        Scenario(name="duplicates", runs=(FIRST, SECOND), act=lambda desk, run_id: desk.run(run_id, THIRD, repeats=REPEATS)),
        Scenario(name="no exchange", runs=(FIRST,), act=_run_renaming, gap=True),
        Scenario(name="compaction", runs=[_few_words_of(it) for it in range(PARTS)], act=lambda desk, run_id: desk.run(run_id, _few_words_of(PARTS))),
        Scenario(name="rollback", runs=(FIRST, SECOND), act=lambda desk, run_id: desk.roll_back(1, run_id), again=False),
        Scenario(name="withdrawal", runs=(FIRST, SECOND), act=_withdraw, again=False),
        Scenario(name="rebuild", runs=(FIRST, SECOND), act=lambda desk, run_id: desk.rebuild(run_id), again=False),
    )
}


def prepared(scenario: Scenario, folder: Path) -> Desk:
    """The dataset before the act."""
    desk = Desk(folder)
    desk.clean.parent.mkdir(parents=True)
    for number, pages in enumerate(scenario.runs):
        desk.run(f"r{number}", pages)
    return desk


def copied(desk: Desk, folder: Path) -> Desk:
    """A copy of the dataset that shares its Parquet files, which never change."""

    def copy(source: str, target: str) -> None:
        (os.link if source.endswith(".parquet") else shutil.copy2)(source, target)

    shutil.copytree(desk.clean.parent, folder, copy_function=copy)
    return Desk(folder)
