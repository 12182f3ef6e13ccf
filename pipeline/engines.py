"""Where batches run: in this process, or in a pool of processes. A flow's engine has the same one method."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from multiprocessing.sharedctypes import Synchronized
from types import TracebackType
from typing import Protocol, Self, TypeVar

from pipeline.lifeline import end_with
from pipeline.progress import count_into


class Numbered(Protocol):
    """A batch, or a task on one."""

    @property
    def number(self) -> int:
        """Its number in the run, from 0."""
        ...


Task = TypeVar("Task", bound=Numbered)
Result = TypeVar("Result")


class WorkerDied(Exception):  # noqa: N818 - reads as what happened
    """A batch process ended in the middle of its work; nothing was published."""


@contextmanager
def deaths_explained() -> Iterator[None]:
    """Inside the block the pool's own error, which tells a user nothing, becomes WorkerDied."""
    try:
        yield
    except BrokenProcessPool as error:
        raise WorkerDied(
            "a batch process died (out of memory, killed, or a page that the parser does not survive); nothing was published. "
            "Run again, with fewer --workers if memory is short; `dmesg` names what the system killed."
        ) from error


class Engine(Protocol):
    """Runs one function over batches, in any order, anywhere."""

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
        """Yields each task's result as it comes. An exception of a task ends the iteration."""
        ...


class LoopEngine:
    """Runs batches one after the other in this process."""

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
        """Yields the results in the tasks' order."""
        return map(function, tasks)


class PoolEngine:
    """Runs batches in processes of their own, which end with this process, however it ends."""

    def __init__(self, workers: int, counter: Synchronized[int] | None = None) -> None:
        self._workers = workers
        self._counter = counter
        self._pool = self._new_pool()
        self._renewing = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            for worker in active_children():  # a batch may take minutes; nobody waits for a run that failed or was stopped
                worker.terminate()
        self._pool.shutdown()

    def submit(self, function: Callable[[Task], Result], task: Task) -> Future[Result]:
        """Returns the future of one batch; where a process has died, in a pool of new ones. Any thread may ask."""
        with self._renewing:
            try:
                return self._pool.submit(function, task)
            except BrokenProcessPool:
                self._pool = self._new_pool()
                return self._pool.submit(function, task)

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
        """Yields the results as they come."""
        for future in as_completed([self.submit(function, task) for task in tasks]):
            with deaths_explained():
                result = future.result()
            yield result

    def _new_pool(self) -> ProcessPoolExecutor:
        # spawn: a forked child would inherit the dataset's lock, and locks held by threads.
        return ProcessPoolExecutor(self._workers, mp_context=get_context("spawn"), initializer=_start_worker, initargs=(os.getpid(), self._counter))


def _start_worker(parent: int, counter: Synchronized[int] | None) -> None:
    # Ctrl-C reaches the whole process group; what it means is for the parent to decide.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A killed parent leaves its pool waiting for work for ever: the queue's other end is open in every sibling.
    end_with(parent)
    count_into(counter)
    gc.freeze()  # what is imported by now lives as long as the worker: the collector need not look it through with every page or so
    atexit.register(gc.unfreeze)  # else DuckDB complains at the end that its objects are still there
