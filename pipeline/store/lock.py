"""The lock of a dataset: one run at a time, and who it is."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson

from pipeline.store import operations
from pipeline.store.errors import Busy

LOCK: Final = "lock"  # the file's name in the state folder


@contextmanager
def hold_lock(state: Path, run_id: str | None) -> Iterator[None]:
    """Holds the lock of a state folder while the block runs; the system lets go of it when the process dies. Raises Busy.

    A forked child inherits it and holds it on after our death; exec'd and forkserver children do not.
    """
    path = state / LOCK
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        _acquire(descriptor, path)
        _sign(descriptor, run_id)
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)  # or who comes a moment after the next holder would be told of this one
    finally:
        os.close(descriptor)


def check_free(state: Path) -> None:
    """Raises Busy where somebody holds the lock now: for those who would start something before they need it."""
    path = state / LOCK
    # Signed by a holder, or by one that was killed. Else it is not touched: who wants it in the moment that it is tried would be told of a holder.
    if path.exists() and path.stat().st_size:
        with path.open("rb") as file:
            _acquire(file.fileno(), path, fcntl.LOCK_SH)  # which others who only look may have, too


def _acquire(descriptor: int, path: Path, kind: int = fcntl.LOCK_EX) -> None:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Busy(f"{_holder(path)} holds this dataset ({path}); wait for it to end") from None


def _sign(descriptor: int, run_id: str | None) -> None:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    holder = {"pid": os.getpid(), "host": socket.gethostname(), "run_id": run_id, "since": since}
    os.ftruncate(descriptor, 0)
    operations.write(descriptor, orjson.dumps(holder))


def _holder(path: Path) -> str:
    try:
        holder = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:  # it has the lock and has not signed yet
        return "another process, started this moment,"
    run = f"run {holder['run_id']}" if holder["run_id"] else "another command"
    return f"{run} (process {holder['pid']} on {holder['host']}, since {holder['since']})"
