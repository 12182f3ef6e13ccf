"""A command and all that it starts, watched from outside: the CPU time and the most memory of each process, by what it is there for."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

FLOW: Final = "flow"  # plans, settles, publishes
_ROLES: Final = {"flows.server": "server", "pipeline.sandbox.worker": "extraction", "spawn_main": "batches"}
_POLL_S: Final = 0.1
_TICKS: Final = 100  # of /proc's clock in a second, on Linux everywhere
_MEBIBYTE_KB: Final = 1024


@dataclass(slots=True, kw_only=True)
class Process:
    """What a process was there for, the CPU seconds that it took, and the most memory that it held at once, in MiB."""

    role: str
    cpu_seconds: float = 0.0
    peak_mib: float = 0.0


@dataclass(slots=True, kw_only=True)
class Watched:
    """A command that has ended: seconds on the clock, what it printed, and its processes."""

    seconds: float = 0.0
    output: str = ""
    processes: dict[int, Process] = field(default_factory=dict)

    def cpu_seconds(self, *roles: str) -> float:
        """Returns the CPU time of all processes, or of those of some roles."""
        return sum(each.cpu_seconds for each in self.processes.values() if not roles or each.role in roles)

    def peak_mib(self, role: str) -> float:
        """Returns the most memory that one process of a role held."""
        return max((each.peak_mib for each in self.processes.values() if each.role == role), default=0.0)


def watched(command: Sequence[str], environment: Mapping[str, str]) -> Watched:
    """Runs a command to its end and returns what it took. Raises RuntimeError where it fails.

    What a process does between the last look and its end is not seen: a tenth of a second each.
    """
    found = Watched()
    started = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment) as process:  # noqa: S603 - copydesk's own
        while process.poll() is None:
            for pid in (process.pid, *_descendants(process.pid)):
                _look(pid, found, FLOW if pid == process.pid else "")
            time.sleep(_POLL_S)
        found.seconds = time.monotonic() - started
        found.output = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return found


def _look(pid: int, found: Watched, role: str) -> None:
    try:
        times = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines())
        command = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return
    if not command:  # ended, or not yet what it is to be
        return
    process = found.processes.setdefault(pid, Process(role=""))
    process.role = role or next((each for mark, each in _ROLES.items() if mark in command), "other")
    process.cpu_seconds = (int(times[11]) + int(times[12])) / _TICKS
    process.peak_mib = max(process.peak_mib, int(status.get("VmHWM", "0 kB").split()[0]) / _MEBIBYTE_KB)


def _descendants(pid: int) -> Iterator[int]:
    try:
        tasks = [(task / "children").read_text(encoding="utf-8") for task in Path(f"/proc/{pid}/task").iterdir()]
    except (FileNotFoundError, ProcessLookupError):
        return
    for child in " ".join(tasks).split():
        yield int(child)
        yield from _descendants(int(child))
