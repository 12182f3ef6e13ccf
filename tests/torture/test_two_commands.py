"""Two commands at once on one dataset: one works, the other says who does, and what is published is what one run alone publishes."""

from __future__ import annotations

import random
import socket
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from flows.exits import Exit
from pipeline.settings import Settings
from pipeline.store.publish import MANIFEST, read_manifest
from tests.processes import alive, descendants, wait_until
from tests.torture.newsroom import Newsroom, clean, judge
from tests.torture.telling import tell

FIRST_PAGES = 10
LOOK_S = 0.05  # how often one looks at what they have started


class Ended(NamedTuple):
    """A command that has ended, and what it said on standard error."""

    pid: int
    code: int
    said: str


def race(settings: Settings, folder: Path) -> list[Ended]:
    """Starts the command twice and returns both, the one that did better first; nothing that they have started is left then."""
    folder.mkdir()
    files = [folder / name for name in ("one.log", "other.log")]
    running = [clean(settings, file) for file in files]
    started: set[int] = set()
    try:
        while any(process.poll() is None for process in running):
            started.update(pid for process in running for pid in descendants(process.pid))
            time.sleep(LOOK_S)
    finally:
        for process in running:
            process.kill()  # where the test is stopped before they end
    assert started  # workers and servers: or there would be nothing to be left
    wait_until(lambda: not any(map(alive, started)))
    ended = [Ended(process.pid, process.returncode, file.read_text()) for process, file in zip(running, files, strict=True)]
    return sorted(ended, key=lambda each: each.code)


def check_round(settings: Settings, folder: Path, version: int) -> str:
    """Returns what the second to look at the lock came to."""
    first, second = race(settings, folder)
    assert (first.code, second.code) in {(Exit.DONE, Exit.BUSY), (Exit.DONE, Exit.DONE)}, f"{first.said}\n{second.said}"
    manifest = read_manifest(settings.clean / MANIFEST)
    assert manifest["version"] == version, "pages have changed, so one of the two publishes, and the other nothing"
    judge(settings, folder)
    if second.code == Exit.DONE:
        return "came when the other had ended"
    assert "Traceback" not in second.said
    (line,) = [line for line in second.said.splitlines() if line.startswith("copydesk: ")]
    if line.startswith("copydesk: another process, started this moment, holds this dataset"):
        return "was told of one that starts"
    assert line.startswith(f"copydesk: run {manifest['run_id']} (process {first.pid} on {socket.gethostname()}, since ")
    return "was told the holder's name"


def check_two_commands(folder: Path, *, datasets: int, rounds: int) -> None:
    """Of each dataset the first run is raced for as well as those that follow it, for which pages have come or changed."""
    came_to: Counter[str] = Counter()
    for number in range(datasets):
        settings = Settings(raw=(folder / f"raw-{number}",), clean=folder / f"clean-{number}")
        settings.raw[0].mkdir()
        room = Newsroom(raw=settings.raw[0], rng=random.Random(number))
        for _ in range(FIRST_PAGES):
            room.add()
        for version in range(1, rounds + 1):
            came_to[check_round(settings, folder / f"round-{number}-{version}", version)] += 1
            room.work()
            room.add()  # so that there is something to publish
    tell(f"two commands at once, {came_to.total()} times: one works, exact every time; the other {dict(came_to)}")
    assert came_to.total() > came_to["came when the other had ended"], "never were both at work"


@pytest.mark.torture
def test_fifty_rounds(tmp_path: Path):
    check_two_commands(tmp_path, datasets=5, rounds=10)


@pytest.mark.slow
def test_one_round(tmp_path: Path):
    check_two_commands(tmp_path, datasets=1, rounds=1)
