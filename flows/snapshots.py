"""`copydesk snapshots` and `copydesk rollback`: the versions that are kept, and the way back to one; needs no Prefect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from typing import Final

from rich.console import Console
from rich.table import Column, Table

from pipeline.settings import Settings
from pipeline.store.accounts import RunInfo
from pipeline.store.dataset import open_dataset
from pipeline.store.errors import StoreError
from pipeline.store.history import Snapshot
from pipeline.store.ledger import Ledger, existing_ledger
from pipeline.store.parts import Part
from pipeline.store.publish import version_name
from pipeline.store.schema import DATASETS

_MINUTE: Final = len("2031-05-04 06:15")


def print_snapshots(settings: Settings, console: Console) -> None:
    """Prints the versions that are kept, with their rows and where to read them. Raises StoreError where there is no dataset."""
    ledger_file = existing_ledger(settings.state_dir)
    table = Table(*(Column(name, overflow="fold") for name in ("version", "published (UTC)", "run", *DATASETS, "replaced (UTC)")))
    with closing(Ledger(ledger_file)) as ledger:
        kept = ledger.history.snapshots()
        for snapshot in kept:
            table.add_row(*_facts(snapshot, ledger.history.parts(snapshot.version)))
    console.print(table)
    if kept:
        folder = settings.state_dir / "snapshots" / version_name(kept[-1].version)
        console.print(f"Each has a folder of its own to read it in, e.g. {folder}/articles", highlight=False, markup=False, soft_wrap=True)


def roll_back(settings: Settings, version: int | None, console: Console) -> None:
    """Makes readers see an earlier version again, by default the last one, and prints what that did. Raises Busy, StoreError."""
    existing_ledger(settings.state_dir)
    run = RunInfo.without_pages()
    with open_dataset(settings.clean, settings.state_dir, run_id=run.run_id, retention=settings.retention, copy_to=settings.copy_to) as dataset:
        earlier = [snapshot.version for snapshot in dataset.ledger.history.snapshots() if snapshot.replaced_at]
        if version is None and not earlier:
            raise StoreError(f"no earlier version of {settings.clean} is kept")
        target = earlier[0] if version is None else version
        new = dataset.roll_back(target, run)
    lines = (
        f"{settings.clean} is as it was in version {target}: published as version {new}",
        "The next run reads again what the runs since then read. What is to come out otherwise then has to be set right before it.",
    )
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _facts(snapshot: Snapshot, parts: Sequence[Part]) -> list[str]:
    rows = Counter[str]()
    for part in parts:
        rows["rejected" if part.dataset == "duplicates" else part.dataset] += part.rows
    counts = (f"{rows[dataset]:,}" for dataset in DATASETS)
    return [str(snapshot.version), _minute(snapshot.published_at), snapshot.run_id, *counts, _minute(snapshot.replaced_at or "is shown")]


def _minute(instant: str) -> str:
    return instant[:_MINUTE].replace("T", " ")
