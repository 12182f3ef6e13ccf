"""Many pages: what the workers hold does not grow."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.invented import page, write_pages
from tests.processes import descendants
from tests.running import ROOT, rows
from tests.torture.telling import tell

FILE_PAGES = 250
WORKERS = 2
MAX_MEMORY = 600 * 1024 * 1024
MAX_FILES = 30


class Sample(NamedTuple):
    """What a process holds at a moment: bytes of memory, and open files."""

    memory: int
    files: int


def peak(folder: Path, pages: int) -> Sample:
    """The most that a worker held while so many pages became articles."""
    for first in range(0, pages, FILE_PAGES):
        write_pages(folder / "raw" / f"{first:06d}.jsonl", [page(it, site=f"s{it % 97}.example") for it in range(first, first + FILE_PAGES)])
    command = [sys.executable, "-m", "tests.torture.one_run", folder / "raw", folder / "clean", str(FILE_PAGES), str(WORKERS)]
    samples = []
    with subprocess.Popen(command, cwd=ROOT) as process:
        while process.poll() is None:
            samples += [sample for pid in descendants(process.pid) if (sample := held_by(pid))]
            time.sleep(0.5)
    assert process.returncode == 0
    assert len(rows(folder / "clean")) == pages
    tell(
        f"{pages} pages, {WORKERS} workers: a process of theirs held {max(samples).memory >> 20} MiB and {max(it.files for it in samples)} files at most"
    )
    return Sample(max(it.memory for it in samples), max(it.files for it in samples))


def held_by(pid: int) -> Sample | None:
    """What a process holds; None where it has ended meanwhile."""
    folder = Path(f"/proc/{pid}")
    try:
        return Sample(int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"), len(list((folder / "fd").iterdir())))
    except (FileNotFoundError, ProcessLookupError):
        return None


@pytest.mark.torture
def test_thirty_thousand_pages(tmp_path: Path):
    few, many = peak(tmp_path / "few", 3_000), peak(tmp_path / "many", 30_000)
    assert many.memory <= 1.1 * few.memory
    assert many.files <= MAX_FILES  # how many are open when one looks differs; one lost a batch would be sixty more a worker


@pytest.mark.slow
def test_five_hundred_pages(tmp_path: Path):
    held = peak(tmp_path, 500)
    assert held.memory <= MAX_MEMORY
    assert held.files <= MAX_FILES
