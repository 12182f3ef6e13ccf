"""Pages that come, change and are corrected; the command that cleans them; and what it must have published."""

from __future__ import annotations

import os
import random
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.settings import Settings
from pipeline.store.check import check_dataset
from tests.flows.test_cli import COPYDESK
from tests.invented import page
from tests.running import content, run

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


def clean(settings: Settings, said: Path = Path(os.devnull)) -> subprocess.Popen[bytes]:
    """Starts the command; what it says on standard error goes to the file."""
    command = [str(COPYDESK), "clean", str(settings.raw[0]), str(settings.clean)]
    with said.open("wb") as stderr:
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True)


def judge(settings: Settings, folder: Path) -> None:
    """Holds what is published against what one run over the same pages publishes; only a revision's number tells of more."""
    fresh = Settings(raw=settings.raw, clean=folder / "clean")
    run(fresh)
    found, expected = content(settings.clean), content(fresh.clean)
    for name in found:
        without = [[{key: value for key, value in row.items() if key != "revision"} for row in side[name]] for side in (found, expected)]
        assert without[0] == without[1], name
    assert not list(check_dataset(settings.clean.absolute(), settings.state_dir))
