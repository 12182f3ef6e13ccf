"""An engine on a Dask cluster: its workers read RAW and write the state folder themselves, which all of them and this process see under the same path."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Generic, Self

from pipeline.engines import Result, Task, WorkerDied
from pipeline.rules import load_rules
from pipeline.settings import Settings
from pipeline.versions import copydesk_version, extractor_version

if TYPE_CHECKING:
    from distributed import Future

CONNECT_SECONDS: Final = 30
_CONNECTED: Final = {"running", "connecting"}  # or trying to be so again, for as many seconds
_LOG: Final = logging.getLogger("copydesk")
_MISSING: Final = "Dask is not installed here: pip install 'copydesk[dask]'"


def with_absolute_paths(settings: Settings) -> Settings:
    """Returns the settings with paths that mean the same in any working directory."""
    paths = {"raw": tuple(raw.absolute() if isinstance(raw, Path) else raw for raw in settings.raw), "clean": settings.clean.absolute()}
    return settings.model_copy(update=paths | {"rules": settings.rules.absolute() if settings.rules else None})


class ClusterUnfit(Exception):  # noqa: N818 - reads as what happened
    """The cluster cannot be reached, or its workers are not as this process is."""


class ClusterFuture(Generic[Result]):
    """A batch on its way."""

    def __init__(self, future: Future[Result], address: str | None) -> None:
        self._future = future
        self._address = address

    def result(self) -> Result:
        """Waits for the batch and returns what came of it.

        Raises what it raised; WorkerDied where several workers in a row died of it, or the scheduler is gone.
        """
        from distributed import KilledWorker  # noqa: PLC0415 - an extra
        from distributed.client import FutureCancelledError  # noqa: PLC0415 - as above

        try:
            return self._future.result()
        except KilledWorker as error:
            raise WorkerDied(
                f"batch after batch, Dask's workers died ({error}); nothing was published. Run again, with more memory a worker or a smaller `batch_bytes`."
            ) from error
        except FutureCancelledError as error:  # we cancel batches only when a run has failed, and nobody waits for one any more
            raise _connection_lost(self._address) from error


class ClusterEngine:
    """Runs batches on the workers of a Dask scheduler. A worker that dies costs what it was at: the others do that again."""

    def __init__(self, settings: Settings) -> None:
        self.workers = 0  # that there were when it was entered; others may come
        self._settings = settings
        self._expected: Mapping[str, str] = {}
        self._client: Any = None  # distributed's Client, most of which has no types
        self._futures: list[Future[Any]] = []

    def __enter__(self) -> Self:
        """Connects. Raises ClusterUnfit where nobody answers, no worker comes, or one has other code or rules, or does not see the state folder."""
        try:
            from distributed import Client  # noqa: PLC0415 - an extra
        except ModuleNotFoundError as error:
            raise ClusterUnfit(_MISSING) from error
        address = self._settings.dask_address
        try:
            self._client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]  # distributed has no types
        except (OSError, ValueError) as error:
            raise ClusterUnfit(f"no Dask scheduler answers at {address}: {error}") from error
        try:
            self._wait_for_worker()
            self._check_workers()
        except ClusterUnfit:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._client is not None:
            if kind is not None and self._client.status == "running":
                self._client.cancel(self._futures)
            with _giving_up_unlogged():
                self._client.close()

    def submit(self, function: Callable[[Task], Result], task: Task) -> ClusterFuture[Result]:
        """Returns the future of one batch. Any thread may ask. Raises WorkerDied where the scheduler has been gone for long."""
        if self._client is None:
            raise TypeError("an engine is entered before it is used")
        if self._client.status not in _CONNECTED:  # a batch that a closing client takes is never heard of again
            raise _connection_lost(self._settings.dask_address)
        future = self._client.submit(_run, function, task, self._settings.rules, self._expected, pure=False)
        self._futures.append(future)
        return ClusterFuture(future, self._settings.dask_address)

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
        """Yields the results in the tasks' order."""
        for future in [self.submit(function, task) for task in tasks]:
            yield future.result()

    def _wait_for_worker(self) -> None:
        address = self._settings.dask_address
        if not self._client.scheduler_info()["workers"]:
            _LOG.warning("the Dask scheduler at %s has no workers yet; a run waits %d s for one", address, CONNECT_SECONDS)
        try:
            self._client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError as error:
            raise ClusterUnfit(f"the Dask scheduler at {address} has no workers: start some with `dask worker {address}`") from error

    def _check_workers(self) -> None:
        state = self._settings.state_dir
        state.mkdir(parents=True, exist_ok=True)
        probe = state / f".probe-{secrets.token_hex(4)}"
        self._expected = _makes(self._settings.rules)
        probe.touch()
        try:
            workers = self._client.run(_seen, probe, self._settings.rules, on_error="return")
        finally:
            probe.unlink()
        self.workers = len(workers)
        for name, seen in workers.items():
            if isinstance(seen, Exception):
                raise _unfit(name, seen) from seen
            sees, makes = seen
            if not sees:
                raise ClusterUnfit(f"worker {name} does not see {state}: mount the same folder there, under the same path")
            _check_same(name, makes, self._expected)


def _connection_lost(address: str | None) -> WorkerDied:
    return WorkerDied(
        f"the connection to the Dask scheduler at {address} was lost; nothing was published. Run again when it is back: finished batches are kept."
    )


@contextmanager
def _giving_up_unlogged() -> Iterator[None]:
    """Inside the block distributed does not log that its own attempt to connect again ends: the run's error says that the scheduler is gone."""
    log = logging.getLogger("distributed.client")
    log.addFilter(_is_news)
    try:
        yield
    finally:
        log.removeFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    is_cancelled = record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not (is_cancelled or str(record.msg).startswith("Failed to reconnect"))


def _makes(rules: Path | None) -> Mapping[str, str]:
    """What a page's rows depend on."""
    return {"copydesk": copydesk_version(), "extraction": extractor_version(), "rules": load_rules(rules).version}


def _seen(probe: Path, rules: Path | None) -> tuple[bool, Mapping[str, str]]:
    return probe.exists(), _makes(rules) if rules is None or rules.exists() else {"rules": f"none, for it does not see {rules}"}


def _unfit(worker: str, error: Exception) -> ClusterUnfit:
    """What is said of a worker that could not answer."""
    # What a worker fails with before the function runs, comes as a bare Exception with its text.
    if isinstance(error, ModuleNotFoundError) or ModuleNotFoundError.__name__ in str(error):
        return ClusterUnfit(
            f"a Dask worker has no copydesk ({error}; it is {worker}): start it in an environment where the same version is installed"
        )
    return ClusterUnfit(f"worker {worker} cannot say which copydesk it has ({error}): its log says more; start it anew, or without it")


def _check_same(worker: str, makes: Mapping[str, str], expected: Mapping[str, str]) -> None:
    for what, version in expected.items():
        if makes.get(what, version) != version:
            raise ClusterUnfit(
                f"worker {worker} has another version of {what}: {makes[what]}, and here it is {version}; install the same on both sides"
            )


def _run(function: Callable[[Task], Result], task: Task, rules: Path | None, expected: Mapping[str, str]) -> Result:
    """Runs on a worker: one that has come later is as those of the beginning, or fails."""
    _check_same("that has come later", _makes(rules), expected)
    return function(task)
