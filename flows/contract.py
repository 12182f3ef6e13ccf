"""`copydesk contract`: whether a published dataset is as its readers expect."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from flows.exits import Exit
from pipeline.contract import check_contract
from pipeline.report.printable import printable


def check(clean: Path, console: Console, *, max_drop: float, max_age_hours: float | None) -> Exit:
    """Prints what is not as the contract says and returns the exit code. Raises StoreError where nothing was published."""
    max_age = None if max_age_hours is None else timedelta(hours=max_age_hours)
    problems = list(check_contract(clean, max_drop=max_drop, max_age=max_age, now=datetime.now(UTC)))
    for problem in problems or [f"{clean}: as the contract says"]:
        console.print(printable(problem), highlight=False, markup=False, soft_wrap=True)
    return Exit.GATE if problems else Exit.DONE
