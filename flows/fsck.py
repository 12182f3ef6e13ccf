"""`copydesk fsck`: whether ledger, files, hashes and accounts say one thing; and a ledger made anew; needs no Prefect."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from flows.exits import Exit
from pipeline.learn import FINGERPRINTS_KIND, OBSERVATIONS_KIND, PAIRS_KIND, TEMPLATES_KIND
from pipeline.report.printable import printable
from pipeline.settings import Settings
from pipeline.stages.fingerprint import article_digest
from pipeline.store.accounts import RunInfo
from pipeline.store.check import check_dataset
from pipeline.store.dataset import LEARNED, open_dataset
from pipeline.store.errors import StoreError
from pipeline.store.lock import hold_lock
from pipeline.store.publish import MANIFEST, read_manifest
from pipeline.store.rebuild import rebuild_ledger
from pipeline.store.rows import article_of

_KINDS: Final = (OBSERVATIONS_KIND, TEMPLATES_KIND, FINGERPRINTS_KIND, PAIRS_KIND)


def check(settings: Settings, console: Console, *, rebuild: bool) -> Exit:
    """Prints what is not as it must be and returns the exit code; makes the ledger anew where that is asked for and needed.

    Raises Busy where a run holds the dataset, StoreError where there is none, or nothing to make a ledger of.
    """
    clean, state = settings.clean.absolute(), settings.state_dir
    if not (clean / MANIFEST).is_file() and not (state / "ledger.db").is_file():
        raise StoreError(f"{clean} was never published in; `copydesk clean` comes first")
    problems = _problems(clean, state)
    _print(problems, console)
    if problems and rebuild:
        run = RunInfo.without_pages()
        with hold_lock(state, run.run_id):
            rebuild_ledger(clean, state, run, _digest, _learned(clean, state))
        with open_dataset(clean, state, run_id=run.run_id, retention=settings.retention, copy_to=settings.copy_to) as dataset:
            _say(f"the ledger was made anew, and is version {dataset.version}; the next run reads all of RAW, or its drafts", console)
        problems = _problems(clean, state)
        _print(problems, console)
    if not problems:
        _say(f"{clean} and {state}: all right", console)
    return Exit.FAILED if problems else Exit.DONE


def _problems(clean: Path, state: Path) -> list[str]:
    state.mkdir(parents=True, exist_ok=True)  # a lost state folder is a problem to report, and the lock lies in it
    with hold_lock(state, None):
        return list(check_dataset(clean, state))


def _digest(row: Mapping[str, Any]) -> str:
    return article_digest(article_of(row))


def _learned(clean: Path, state: Path) -> dict[str, list[str]]:
    """The learned files that count, as far as names tell: of what runs write, all but what a run wrote that published nothing."""
    last = read_manifest(clean / MANIFEST)["run_id"] if (clean / MANIFEST).is_file() else ""
    files = {kind: sorted(file.name for file in (state / LEARNED / kind).glob("*.parquet")) for kind in _KINDS}
    by_run = {kind: [name for name in names if kind == OBSERVATIONS_KIND or name[: len(last)] <= last] for kind, names in files.items()}
    return by_run | {TEMPLATES_KIND: by_run[TEMPLATES_KIND][-1:]}


def _print(problems: list[str], console: Console) -> None:
    for problem in problems:
        _say(printable(problem), console)


def _say(line: str, console: Console) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=True)
