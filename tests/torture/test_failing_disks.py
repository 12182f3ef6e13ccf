"""Failing and full disks: a clear error, the old version stays, and the next run is exact."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.torture.failing import fail_everywhere, fill_up, limit_files
from tests.torture.judging import trial_of
from tests.torture.scenarios import SCENARIOS
from tests.torture.telling import tell

CODES = (errno.ENOSPC, errno.EIO, errno.EACCES)
PAGE = 4096

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*fork:DeprecationWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",  # writers of Parquet that are left open by the error are closed when they are collected
)


def check_failures(name: str, code: int, folder: Path, *, stride: int) -> None:
    failures = fail_everywhere(trial_of(SCENARIOS[name], folder), folder, code, stride=stride)
    tell(f"{name}: {errno.errorcode[code]} {failures} times; a clear error, and exact, every time")


@pytest.mark.torture
@pytest.mark.parametrize("code", CODES, ids=errno.errorcode.get)
@pytest.mark.parametrize("name", SCENARIOS)
def test_an_error_at_any_operation_is_told_and_repaired(name: str, code: int, tmp_path: Path):
    check_failures(name, code, tmp_path, stride=1)


@pytest.mark.parametrize("code", CODES, ids=errno.errorcode.get)
def test_an_error_at_some_operations_is_told_and_repaired(code: int, tmp_path: Path):
    check_failures("second run", code, tmp_path, stride=17)


def check_limits(name: str, folder: Path, sizes: range) -> None:
    outcomes = limit_files(trial_of(SCENARIOS[name], folder), folder, sizes)
    tell(
        f"{name}: RLIMIT_FSIZE {sizes.start} to {sizes.stop - 1} bytes, {outcomes['failed']} clear errors, {outcomes['went well']} went well; all exact"
    )


@pytest.mark.torture
@pytest.mark.parametrize("name", SCENARIOS)
def test_files_that_may_not_grow_are_told_and_repaired(name: str, tmp_path: Path):
    check_limits(name, tmp_path, range(100, 300_000, 5_000))


def test_files_that_may_hardly_grow_are_told_and_repaired(tmp_path: Path):
    check_limits("second run", tmp_path, range(100, 60_000, 20_000))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of eight megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if os.geteuid() or not mount or not umount:
        pytest.skip("mounting a small disk needs root")
    if subprocess.run([mount, "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], check=False, capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here")
    yield folder
    subprocess.run([umount, folder], check=True)


def check_room(name: str, disk: Path, step: int) -> None:
    errors = fill_up(trial_of(SCENARIOS[name], disk), disk, step)
    assert errors
    tell(f"{name}: a full disk {errors.total()} times, {step} bytes of room more each time; then exact ({dict(errors)})")


@pytest.mark.torture
@pytest.mark.parametrize("name", ["second run", "duplicates", "no exchange", "compaction"])
def test_a_full_disk_is_told_and_repaired(name: str, disk: Path):
    check_room(name, disk, PAGE)


def test_a_disk_that_is_freed_in_a_few_steps_is_told_and_repaired(disk: Path):
    check_room("second run", disk, 64 * PAGE)
