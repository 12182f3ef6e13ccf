"""Readers with a plain glob or folder, while one commit follows another: no wrong read, ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.settings import Retention
from tests.store.conftest import Desk
from tests.torture.reading import READERS, edition, reading
from tests.torture.telling import tell


def check_readers(folder: Path, commits: int) -> None:
    desk = Desk(folder, Retention())
    desk.run("r0", edition(0))
    with reading(folder) as reads:
        for number in range(1, commits + 1):
            assert desk.run(f"r{number}", edition(number)).published
    for name in READERS:
        seen = reads[name]
        errors = ", ".join(f"{kind} {count}" for kind, count in seen.errors.most_common()) or "no errors"
        tell(f"{name}: {commits} commits, {seen.right} right reads, {len(seen.wrong)} wrong; {errors}")
        assert seen.right
        assert not seen.wrong, name
    assert not reads["pinned"].errors
    assert not desk.problems()


@pytest.mark.torture
def test_no_reader_is_ever_wrong_while_300_commits_happen(tmp_path: Path):
    check_readers(tmp_path, 300)


@pytest.mark.slow
def test_no_reader_is_wrong_while_some_commits_happen(tmp_path: Path):
    check_readers(tmp_path, 5)
