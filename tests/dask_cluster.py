"""A Dask cluster of real processes on loopback: a scheduler and its workers."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.processes import wait_until


class Cluster(NamedTuple):
    """A scheduler's address, its process, and those of its workers."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def dask_cluster(folder: Path, workers: int = 2, preload: Path | None = None) -> Iterator[Cluster]:
    """Inside the block the cluster is up; the folder takes what it writes. Workers run the Python file `preload` first."""
    file = folder / "scheduler.json"
    processes = [_started("dask_scheduler", "--host", "127.0.0.1", "--port", 0, "--no-dashboard", "--scheduler-file", file, cwd=folder)]
    try:
        wait_until(lambda: file.exists() and file.read_text())
        address = json.loads(file.read_text())["address"]
        for _ in range(workers):
            arguments = ["--host", "127.0.0.1", "--nthreads", 1, "--no-dashboard", "--no-nanny", "--local-directory", folder]
            arguments += ["--preload", preload] if preload else []
            processes.append(_started("dask_worker", address, *arguments, cwd=folder))
        yield Cluster(address, processes[0], processes[1:])
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _started(*command: object, cwd: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "distributed.cli." + str(command[0]), *map(str, command[1:])], cwd=cwd, stderr=subprocess.DEVNULL)
