"""What the ledger commits, and what readers are shown, is on the disk before: a power cut must not undo what was said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.store.conftest import Desk
from tests.torture.killing import watch
from tests.torture.scenarios import SCENARIOS, prepared

REVEALING = {"sql_commit", "exchange"}  # after these, what was written is relied upon


def open_file(descriptor: int) -> Path:
    return Path(f"/proc/self/fd/{descriptor}").readlink()


class Disk:
    """Which files and folders hold what may not be on the disk yet, and what did when it was relied upon."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._unsynced: set[Path] = set()
        self.late: list[set[Path]] = []

    def before(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name in REVEALING:
            self.late.append({path for path in self._unsynced if path != self._desk.state / "lock"})
        if name in {"write", "fsync"}:
            (self._unsynced.add if name == "write" else self._unsynced.discard)(open_file(arguments[0]))
        elif name in {"rename", "link"}:
            self._unsynced.add(arguments[1].parent)
        elif name == "fsync_directory":
            self._unsynced.discard(arguments[0])
        elif name in {"unlink", "remove_directory"}:  # what is gone needs to be nowhere
            self._unsynced.discard(arguments[0])
            self._unsynced.discard(arguments[0].parent)


def late(name: str, folder: Path, *, left_out: str = "") -> list[set[Path]]:
    """What was not on the disk, each time that the scenario relied on it; as it would be if one operation were left out."""
    desk = prepared(SCENARIOS[name], folder / "desk")
    disk = Disk(desk)
    with pytest.MonkeyPatch.context() as patch:
        watch(patch, lambda name, arguments, _operation: None if name == left_out else disk.before(name, arguments))
        SCENARIOS[name].act(desk, "last")
    assert disk.late
    return disk.late


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_is_relied_upon_is_on_the_disk(name: str, tmp_path: Path):
    assert not any(late(name, tmp_path))


@pytest.mark.parametrize("operation", ["fsync", "fsync_directory"])
def test_a_store_that_does_not_sync_is_found(operation: str, tmp_path: Path):
    assert any(late("second run", tmp_path, left_out=operation))
