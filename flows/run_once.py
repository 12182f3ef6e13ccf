"""`copydesk clean`: one flow run from the command line, with its progress and its result."""

from __future__ import annotations

import logging
import os
import signal
import sys
from types import FrameType

from rich.console import Console

from flows.exits import Exit
from flows.observers import BarObserver, LogObserver
from flows.report import report_path
from flows.server import api_server
from flows.tables import damage, summary_table
from flows.watching import observed
from pipeline.days import Days
from pipeline.planning import FETCHED_OUTSIDE, NOT_DATED, check_paths
from pipeline.progress import shared_counter
from pipeline.report.summary import Summary
from pipeline.settings import Settings
from pipeline.store.lock import check_free

FLUSH_DEADLINE_S = 10.0
TAG = "copydesk"  # of every run


def run_once(settings: Settings, *, reclean: bool, days: Days, as_json: bool, fail_on_drift: bool) -> Exit:
    """Runs the flow once and prints what came of it; returns the exit code. Errors of the run propagate."""
    check_paths(settings)  # before a server is started for nothing
    check_free(settings.state_dir)
    signal.signal(signal.SIGTERM, _stop)
    # Prefect logs a failed flow with its traceback; here the caller prints one clear line instead.
    for name in ("PREFECT_LOGGING_LEVEL", "PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL"):
        os.environ.setdefault(name, "CRITICAL")
    try:
        with api_server(settings.state_dir / "prefect", meanwhile=_import_flow):
            try:
                summary = _run_flow(settings, reclean=reclean, days=days)
            finally:
                _end_prefect()
    except KeyboardInterrupt:
        print("Stopped. Nothing was published; finished batches are kept, and the same command goes on from there.", file=sys.stderr)  # noqa: T201 - the command's own output
        return Exit.INTERRUPTED
    _print(summary, settings, as_json=as_json)
    return Exit.GATE if fail_on_drift and summary.drift else Exit.DONE


def _import_flow() -> None:
    import flows.clean  # noqa: F401, PLC0415 - prefect reads its environment when it is imported


def _run_flow(settings: Settings, *, reclean: bool, days: Days) -> Summary:
    from prefect import tags  # noqa: PLC0415 - prefect reads its environment when it is imported

    from flows.clean import clean  # noqa: PLC0415 - as above

    console, counter = Console(stderr=True), shared_counter()
    if console.is_terminal:
        with BarObserver(console, counter) as bar, observed(bar, counter), tags(TAG):
            return clean(settings, reclean=reclean, since=days.since, until=days.until)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    log = logging.getLogger("copydesk")
    log.setLevel(logging.INFO)
    with observed(LogObserver(log), counter), tags(TAG):
        return clean(settings, reclean=reclean, since=days.since, until=days.until)


def _end_prefect() -> None:
    """Sends what Prefect has queued while its server still answers: at exit it would wait for ever for one that is gone. Then ends its threads: they
    would keep the flow, and so DuckDB, alive beyond the interpreter, which DuckDB's binding complains of.
    """
    from prefect._internal.concurrency.threads import get_global_loop, get_run_sync_loop  # noqa: PLC0415 - prefect reads its environment when it is imported
    from prefect.events.worker import EventsWorker  # noqa: PLC0415 - as above
    from prefect.logging.handlers import APILogWorker  # noqa: PLC0415 - as above

    EventsWorker.drain_all(timeout=FLUSH_DEADLINE_S)
    APILogWorker.drain_all(timeout=FLUSH_DEADLINE_S)
    for loop in (get_run_sync_loop(), get_global_loop()):
        loop.shutdown()
        loop.thread.join(FLUSH_DEADLINE_S)


def _print(summary: Summary, settings: Settings, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.buffer.write(summary.as_json())
        return
    console = Console()
    console.print(summary_table(summary))
    what = f"published version {summary.dataset_version}" if summary.published else f"nothing changed: version {summary.dataset_version} stays"
    if not summary.files_read + summary.files_known:
        console.print(_why_nothing(summary, settings), style="yellow", highlight=False, markup=False, soft_wrap=True)
    for drift in summary.drift:
        console.print(f"drift: {drift}", style="yellow", highlight=False, markup=False, soft_wrap=True)
    for line in damage(summary):
        console.print(line, style="yellow", highlight=False, markup=False, soft_wrap=True)
    console.print(f"{what}: {settings.clean}/articles/**/*.parquet", highlight=False, markup=False, soft_wrap=True)
    if settings.copy_to:
        console.print(f"copied to {settings.copy_to}", highlight=False, markup=False, soft_wrap=True)
    console.print(f"report: {report_path(settings.clean, summary.run_id)}", highlight=False, markup=False, soft_wrap=True)


def _why_nothing(summary: Summary, settings: Settings) -> str:
    left_out = [f"{summary.skipped_by_kind[kind]:,} × {kind}" for kind in (FETCHED_OUTSIDE, NOT_DATED) if summary.skipped_by_kind[kind]]
    if not left_out:
        return f"no pages found in {', '.join(map(str, settings.raw))}"
    return f"all files left out: {', '.join(left_out)}; --since and --until go by the time of fetching (docs/inputs.md says where it is read)"


def _stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a signal handler's signature
    raise KeyboardInterrupt
