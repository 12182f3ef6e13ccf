"""The flow's engine: each batch is a Prefect task in a thread, and the work itself runs in a plain process pool.

A task that hands its work to a pool costs Prefect about 35 ms; a task in a process of Prefect's own costs ten times that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from typing import Final, Protocol, TypeVar

from prefect import State, task
from prefect import Task as PrefectTask
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun
from prefect.futures import as_completed

from pipeline.engines import Result, Task, deaths_explained

Result_co = TypeVar("Result_co", covariant=True)

RETRIES: Final = 1  # a batch that dies or fails twice is not the machine's passing trouble
RETRY_SECONDS: Final = 2


class Waiting(Protocol[Result_co]):
    """A batch on its way."""

    def result(self) -> Result_co:
        """Waits for it and returns what came of it, or raises."""
        ...


class Pool(Protocol):
    """Processes, here or elsewhere, that take batches."""

    def submit(self, function: Callable[[Task], Result], task: Task) -> Waiting[Result]:
        """Returns the future of one batch. Any thread may ask."""
        ...


class FlowEngine:
    """Runs batches as tasks of the flow that is running. One whose process died, or that the disk failed, is tried again: it writes the same files."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
        """Yields the results as they come."""

        # Our own ledger says what is done; Prefect's cache does not notice when the files are gone.
        @task(cache_policy=NO_CACHE, persist_result=False, retries=RETRIES, retry_delay_seconds=RETRY_SECONDS, retry_condition_fn=_may_pass)
        def batch(number: int) -> Result:
            return self._pool.submit(function, by_number[number]).result()

        by_number = {each.number: each for each in tasks}
        stage = function.__name__.replace("_", "-")
        futures = [batch.with_options(name=stage, task_run_name=f"{stage}-{number}").submit(number) for number in by_number]
        for future in as_completed(futures):
            with deaths_explained():
                result = future.result()
            yield result


def _may_pass(_task: PrefectTask[..., object], _run: TaskRun, state: State[object]) -> bool:
    """Whether what a batch failed of may be gone the next time."""
    return isinstance(state.result(raise_on_failure=False), BrokenProcessPool | OSError)
