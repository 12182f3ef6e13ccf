"""`copydesk report`: where the report of a run is; needs no Prefect."""

from __future__ import annotations

from pathlib import Path

from pipeline.report.html import PAGE_NAME
from pipeline.report.summary import RUNS
from pipeline.sources import InputError


def report_path(clean: Path, run: str | None) -> Path:
    """Returns the path of a run's report, by default of the last run that has one. Raises InputError where there is none."""
    reports = {path.parent.name: path for path in (clean / RUNS).glob(f"*/{PAGE_NAME}")}
    found = reports.get(run or max(reports, default=""))  # run ids begin with the time
    if found is None:
        raise InputError(
            f"{clean / RUNS} holds no report of run {run}" if run else f"{clean / RUNS} holds no report: `copydesk clean` writes one in each run"
        )
    return found
