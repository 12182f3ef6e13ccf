"""`copydesk report`: where the report of a run is; needs no Prefect."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pipeline.report.html import PAGE_NAME
from pipeline.report.summary import RUNS
from pipeline.sources import InputError

_NAMED: Final = 3


def report_path(clean: Path, run: str | None) -> Path:
    """Returns the path of a run's report, by default of the last run that has one. The run is named by its id or a beginning that no other has.

    Raises InputError where there is none, or several.
    """
    reports = {path.parent.name: path for path in (clean / RUNS).glob(f"*/{PAGE_NAME}")}
    if not reports:
        raise InputError(f"{clean / RUNS} holds no report: `copydesk clean` writes one in each run")
    found = [name for name in sorted(reports) if name.startswith(run)] if run else [max(reports)]  # run ids begin with the time
    if not found:
        raise InputError(f"{clean / RUNS} holds no report of run {run}; the last are of {_some(sorted(reports))}")
    if len(found) > 1 and run not in found:
        raise InputError(f"{clean / RUNS} holds reports of {len(found)} runs that begin with {run}, the last are {_some(found)}")
    return reports[found[0]]


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[-_NAMED:])
