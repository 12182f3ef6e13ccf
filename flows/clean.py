"""The flow: one run over one dataset, as Prefect schedules, shows and stops it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from multiprocessing.sharedctypes import Synchronized
from typing import Any, Final

from prefect import flow, get_run_logger
from prefect.task_runners import ThreadPoolTaskRunner

from flows.engine import FlowEngine
from flows.observers import LogObserver
from pipeline.engines import PoolEngine
from pipeline.report.summary import Summary
from pipeline.run import Observer, clean_dataset
from pipeline.settings import Settings

MAX_BATCHES_AT_ONCE: Final = 64  # threads that wait for the pool

# Prefect types the argument as a runner of bare futures, which its own thread runner is not.
_RUNNER: Final[Any] = ThreadPoolTaskRunner(max_workers=MAX_BATCHES_AT_ONCE)

_observer: ContextVar[Observer | None] = ContextVar("observer", default=None)
_counter: ContextVar[Synchronized[int] | None] = ContextVar("counter", default=None)


@flow(name="clean", task_runner=_RUNNER, persist_result=False, validate_parameters=True)
def clean(settings: Settings, *, reclean: bool = False) -> Summary:
    """Cleans RAW into CLEAN: reads new and changed pages, cleans them, and publishes one new version of the dataset.

    Args:
        settings: What to read, where to publish, and how to clean.
        reclean: Whether pages that are known and unchanged are cleaned again, with today's rules.
    """
    workers = settings.workers or os.cpu_count() or 1
    with PoolEngine(workers, _counter.get()) as pool:
        return clean_dataset(settings, FlowEngine(pool), _observer.get() or LogObserver(get_run_logger()), reclean=reclean)


@contextmanager
def observed(observer: Observer, counter: Synchronized[int]) -> Iterator[None]:
    """Flow runs inside the block tell this observer how they go on, and count their pages into the counter."""
    tokens = _observer.set(observer), _counter.set(counter)
    try:
        yield
    finally:
        _observer.reset(tokens[0])
        _counter.reset(tokens[1])
