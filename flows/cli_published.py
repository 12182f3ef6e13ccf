"""Commands about what is published: its versions, its readers' contract, its way into other programs, and takedowns."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from flows.cache import delete_cached, print_cache
from flows.contract import check as check_published
from flows.flags import CleanArgument, CleanFlag
from flows.fsck import check
from flows.reading import print_export, write_changes
from flows.snapshots import print_snapshots, roll_back
from flows.tables import print_withdrawal, schema_table
from pipeline.changes import RUN_ID
from pipeline.export import Shape
from pipeline.settings import load_settings
from pipeline.store.json_schema import json_schema_text
from pipeline.store.schema import DATASETS
from pipeline.withdrawal import withdraw as withdraw_article

DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}$")

app: Final = typer.Typer()


@app.command(epilog='Example:  copydesk withdraw https://ledger.example/mayor-resigns --reason "court order of 3 March"')
def withdraw(
    article: Annotated[str, typer.Argument(metavar="ID|URL", help="The article's id or address.", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in the `rejected` row.", show_default=False)],
    clean: CleanFlag = None,
) -> None:
    """Take an article out of all that is published, kept or cached, and keep it out."""
    print_withdrawal(withdraw_article(load_settings(clean=clean), article, reason), Console())


@app.command(epilog="Examples:  copydesk cache clean   ·   copydesk cache --prune   ·   copydesk cache --empty")
def cache(
    clean: CleanArgument = None,
    prune: Annotated[bool, typer.Option("--prune", help="Delete until no more is left than runs keep, as each run does at its end.")] = False,
    empty: Annotated[bool, typer.Option("--empty", help="Delete all of it.")] = False,
) -> None:
    """Show what the cache of drafts holds, or delete from it; a run makes anew what it needs of it."""
    if prune and empty:
        raise typer.BadParameter("give --prune or --empty")
    settings, console = load_settings(clean=clean), Console()
    if prune or empty:
        delete_cached(settings, 0 if empty else settings.cache_bytes, console)
    print_cache(settings, console)


@app.command(epilog="Examples:  copydesk snapshots   ·   copydesk snapshots my-articles")
def snapshots(clean: CleanArgument = None) -> None:
    """Show the versions that are kept: when each was published, its rows, and where to read it."""
    print_snapshots(load_settings(clean=clean), Console())


@app.command(epilog="Examples:  copydesk rollback   ·   copydesk rollback 41 --clean my-articles")
def rollback(
    version: Annotated[
        int | None, typer.Argument(metavar="[VERSION]", help="One of `copydesk snapshots`. Default: the last one before today's.", show_default=False)
    ] = None,
    clean: CleanFlag = None,
) -> None:
    """Make readers see an earlier version again; the next run reads again what was read since."""
    roll_back(load_settings(clean=clean), version, Console())


@app.command(epilog="Examples:  copydesk fsck   ·   copydesk fsck my-articles   ·   copydesk fsck --rebuild")
def fsck(
    clean: CleanArgument = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Where something is wrong, make the ledger anew from the published Parquet.")] = False,
) -> None:
    """Check that ledger, files, hashes and accounts say one thing; exit code 1 where they do not."""
    raise typer.Exit(check(load_settings(clean=clean), Console(), rebuild=rebuild))


@app.command(epilog="Examples:  copydesk changes --since 20310504T061500Z-3fa9c1   ·   copydesk changes my-articles --since 20310504")
def changes(
    since: Annotated[
        str,
        typer.Option(
            "--since", help="A run's id, or the beginning of one, which is a time: 20310504T06 (UTC); or a day: 2031-05-04.", show_default=False
        ),
    ],
    clean: CleanArgument = None,
) -> None:
    """Print the ids that are new, revised, withdrawn or otherwise gone since a run, a JSON object a line."""
    since = since.replace("-", "") if DAY.match(since) else since
    if not RUN_ID.match(since):
        raise typer.BadParameter(
            f"{since!r} is neither a run's id, such as 20310504T061500Z-3fa9c1, nor the beginning of one, such as 20310504, nor a day"
        )
    write_changes(load_settings(clean=clean).clean, since)


@app.command(
    "export",
    epilog="Examples:  copydesk export articles.jsonl --to jsonl   ·   copydesk export articles.csv --to csv   ·   copydesk export folder --to hf",
)
def export_articles(
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="The new file; with hf, the new folder.", show_default=False)],
    to: Annotated[Shape, typer.Option("--to", help="JSON lines, CSV, or a folder for the Hugging Face hub.", show_default=False)],
    clean: CleanFlag = None,
) -> None:
    """Write the published articles in another shape."""
    print_export(load_settings(clean=clean).clean, target, to, Console())


contract = typer.Typer(no_args_is_help=True, help="What readers of a dataset rely on.")
app.add_typer(contract, name="contract")


@contract.command("check", epilog="Examples:  copydesk contract check my-articles   ·   copydesk contract check my-articles --max-age 26")
def contract_check(
    clean: CleanArgument = None,
    max_drop: Annotated[float, typer.Option("--max-drop", min=0, max=1, help="Share of the articles of the run before that may be gone.")] = 0.1,
    max_age: Annotated[
        float | None, typer.Option("--max-age", min=0, help="Hours since something was last published. Default: any.", show_default=False)
    ] = None,
) -> None:
    """Check what is published against the contract: columns, ids, accounts, number and age of the articles; exit code 4 where it is broken."""
    raise typer.Exit(check_published(load_settings(clean=clean).clean, Console(), max_drop=max_drop, max_age_hours=max_age))


@app.command(epilog="Examples:  copydesk schema   ·   copydesk schema removed   ·   copydesk schema --json")
def schema(
    dataset: Annotated[
        str | None, typer.Argument(metavar="[articles|rejected|removed]", help="One dataset. Default: all three.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="All three as a JSON schema of their rows, for tools.")] = False,
) -> None:
    """Print the published columns: type, whether they may be null, meaning."""
    if dataset is not None and dataset not in DATASETS:
        raise typer.BadParameter(f"{dataset!r} is none of {', '.join(DATASETS)}")
    if as_json:
        sys.stdout.buffer.write(json_schema_text())
        return
    for name in [dataset] if dataset else DATASETS:
        Console().print(schema_table(name, DATASETS[name]))
