"""The whole command, with its workers and its server, killed at any moment, while pages come, change and are corrected."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.settings import Settings
from pipeline.store.check import check_dataset
from tests.flows.test_cli import COPYDESK
from tests.invented import page
from tests.processes import alive, descendants, wait_until
from tests.running import content, run
from tests.torture.telling import tell

FIRST_PAGES = 30
WITHIN = 0.9  # of the time that a run takes: later, many have ended
KILLS_A_ROUND = 10  # then a run may end, and is judged
SHORT = "<html><body><p>Too short.</p></body></html>"


@dataclass(slots=True, kw_only=True)
class Newsroom:
    """A folder of pages, each of a site of its own, in which somebody is always at work."""

    raw: Path
    rng: random.Random
    broken: list[int] = field(default_factory=list)
    editions: dict[int, int] = field(default_factory=dict)

    def add(self, *, whole: bool = True) -> None:
        number = len(self.editions)
        self.editions[number] = 0
        if not whole:
            self.broken.append(number)
        self._write(number, str(page(number, site=f"s{number}.example")["html"]) if whole else SHORT)

    def change(self) -> None:
        self._edition(self.rng.choice([number for number in self.editions if number not in self.broken]))

    def correct(self) -> None:
        if self.broken:
            self._edition(self.broken.pop())

    def work(self) -> None:
        """Does some of everything."""
        for act in (self.add, self.change, self.correct, lambda: self.add(whole=False)):
            for _ in range(self.rng.randint(0, 2)):
                act()

    def _edition(self, number: int) -> None:
        self.editions[number] += 1
        self._write(number, str(page(1_000 * self.editions[number] + number, site=f"s{number}.example")["html"]))

    def _write(self, number: int, html: str) -> None:
        name = f"s{number}.example/story.html"
        hidden = self.raw / f".{number}"
        hidden.write_text(html.replace("<head>", f'<head><link rel="canonical" href="https://{name}">'), encoding="utf-8")
        (self.raw / name).parent.mkdir(exist_ok=True)
        hidden.rename(self.raw / name)


def clean(settings: Settings) -> subprocess.Popen[bytes]:
    command = [str(COPYDESK), "clean", str(settings.raw[0]), str(settings.clean)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def kill_after(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Returns whether it was still at work. What it has started ends by itself."""
    time.sleep(seconds)
    started = descendants(process.pid)
    process.send_signal(signal.SIGKILL)
    at_work = process.wait() == -signal.SIGKILL
    wait_until(lambda: not any(map(alive, started)))
    return at_work


def judge(settings: Settings, folder: Path) -> None:
    """Holds what is published against what one run over the same pages publishes; only a revision's number tells of more."""
    fresh = Settings(raw=settings.raw, clean=folder / "clean")
    run(fresh)
    found, expected = content(settings.clean), content(fresh.clean)
    for name in found:
        without = [[{key: value for key, value in row.items() if key != "revision"} for row in side[name]] for side in (found, expected)]
        assert without[0] == without[1], name
    assert not list(check_dataset(settings.clean.absolute(), settings.state_dir))


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
