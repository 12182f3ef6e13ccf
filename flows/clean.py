"""The flow: one run over one dataset, as Prefect schedules, shows and stops it."""

from __future__ import annotations

import os
from typing import Any, Final

from prefect import flow, get_run_logger
from prefect.task_runners import ThreadPoolTaskRunner

from flows.engine import FlowEngine
from flows.observers import LogObserver
from flows.watching import current_counter, current_observer
from pipeline.engines import PoolEngine
from pipeline.report.summary import Summary
from pipeline.run import clean_dataset
from pipeline.settings import Settings

MAX_BATCHES_AT_ONCE: Final = 64  # threads that wait for the pool

# Prefect types the argument as a runner of bare futures, which its own thread runner is not.
_RUNNER: Final[Any] = ThreadPoolTaskRunner(max_workers=MAX_BATCHES_AT_ONCE)


@flow(name="clean", task_runner=_RUNNER, persist_result=False, validate_parameters=True)
def clean(settings: Settings, *, reclean: bool = False) -> Summary:
    """Cleans RAW into CLEAN: reads new and changed pages, cleans them, and publishes one new version of the dataset.

    Args:
        settings: What to read, where to publish, and how to clean.
        reclean: Whether pages that are known and unchanged are cleaned again, with today's rules.
    """
    workers = settings.workers or os.cpu_count() or 1
    with PoolEngine(workers, current_counter()) as pool:
        return clean_dataset(settings, FlowEngine(pool), current_observer() or LogObserver(get_run_logger()), reclean=reclean)
