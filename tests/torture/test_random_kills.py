"""The whole command, with its workers and its server, killed at any moment, while pages come, change and are corrected."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from pipeline.settings import Settings
from tests.processes import alive, descendants, wait_until
from tests.torture.newsroom import Newsroom, clean, judge
from tests.torture.telling import tell

FIRST_PAGES = 30
WITHIN = 0.9  # of the time that a run takes: later, many have ended
KILLS_A_ROUND = 10  # then a run may end, and is judged


def kill_after(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Returns whether it was still at work. What it has started ends by itself."""
    time.sleep(seconds)
    started = descendants(process.pid)
    process.send_signal(signal.SIGKILL)
    at_work = process.wait() == -signal.SIGKILL
    wait_until(lambda: not any(map(alive, started)))
    return at_work


def check_random_kills(folder: Path, kills: int, seed: int) -> None:
    settings = Settings(raw=(folder / "raw",), clean=folder / "clean")
    settings.raw[0].mkdir()
    room = Newsroom(raw=settings.raw[0], rng=random.Random(seed))
    for _ in range(FIRST_PAGES):
        room.add()
    started = time.monotonic()
    assert clean(settings).wait() == 0
    duration = time.monotonic() - started
    killed = judged = 0
    while killed < kills:
        for _ in range(min(KILLS_A_ROUND, kills - killed)):
            room.work()
            killed += kill_after(clean(settings), room.rng.uniform(0, WITHIN * duration))
        assert clean(settings).wait() == 0
        judged += 1
        judge(settings, folder / f"judged-{judged}")
    tell(f"{killed} random kills of the command, {len(room.editions)} pages: exact {judged} times of {judged}, no process left")


@pytest.mark.torture
def test_two_hundred(tmp_path: Path):
    check_random_kills(tmp_path, 200, seed=1)


@pytest.mark.slow
def test_one(tmp_path: Path):
    check_random_kills(tmp_path, 1, seed=3)
