"""The flow: one run over one dataset, as Prefect schedules, shows and stops it."""

from __future__ import annotations

import os
from datetime import date
from typing import Any, Final

from prefect import flow, get_run_logger
from prefect.runtime import flow_run
from prefect.task_runners import ThreadPoolTaskRunner

from flows.artifacts import ProgressArtifact, show_summary
from flows.engine import FlowEngine
from flows.hooks import tell_of_failure
from flows.observers import LogObserver
from flows.watching import current_counter, current_observer
from pipeline.cluster import ClusterEngine, with_absolute_paths
from pipeline.days import Days
from pipeline.engines import PoolEngine
from pipeline.report.summary import Summary
from pipeline.run import clean_dataset
from pipeline.settings import EngineKind, Settings, completed

MAX_BATCHES_AT_ONCE: Final = 256  # threads that wait for the pool, or for a cluster

# Prefect types the argument as a runner of bare futures, which its own thread runner is not.
_RUNNER: Final[Any] = ThreadPoolTaskRunner(max_workers=MAX_BATCHES_AT_ONCE)


def run_name() -> str:
    """Returns what Prefect calls the run: clean-<dataset>-<date and time, UTC>."""
    settings = completed(Settings.model_validate(flow_run.parameters["settings"]))
    return f"clean-{settings.clean.name}-{flow_run.scheduled_start_time:%Y-%m-%dT%H:%M}"


@flow(
    name="clean",
    flow_run_name=run_name,
    task_runner=_RUNNER,
    persist_result=False,
    validate_parameters=True,
    on_failure=[tell_of_failure],
    on_crashed=[tell_of_failure],
)
def clean(settings: Settings, *, reclean: bool = False, since: date | None = None, until: date | None = None) -> Summary:
    """Cleans RAW into CLEAN: reads new and changed pages, cleans them, and publishes one new version of the dataset.

    Args:
        settings: What to read, where to publish, and how to clean. What is not given is as in the worker's copydesk.toml; `clean` may name a dataset of it.
        reclean: Whether pages that are known and unchanged are cleaned again, with today's rules.
        since: The first day (UTC): only files with a page that was fetched on it or later are read.
        until: The last day (UTC): only files with a page that was fetched on it or before are read.
    """
    settings = completed(settings)
    observer = ProgressArtifact(settings, current_observer() or LogObserver(get_run_logger()))
    if settings.engine is EngineKind.DASK:
        settings = with_absolute_paths(settings)
    with _pool(settings) as pool:
        summary = clean_dataset(settings, FlowEngine(pool), observer, reclean=reclean, days=Days(since=since, until=until))
    show_summary(summary, settings)
    return summary


def _pool(settings: Settings) -> PoolEngine | ClusterEngine:
    if settings.engine is EngineKind.DASK:
        return ClusterEngine(settings)
    return PoolEngine(settings.workers or os.cpu_count() or 1, current_counter())
