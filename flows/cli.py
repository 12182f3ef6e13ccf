"""The `copydesk` command. Commands that need no flow import no Prefect."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import orjson
import typer
from cronsim import CronSim, CronSimError
from rich.console import Console

from flows.cache import delete_cached, print_cache
from flows.compare import print_comparison
from flows.contract import check as check_published
from flows.exits import Exit
from flows.explain import article_views, record_view, show_views
from flows.fsck import check
from flows.report import report_path
from flows.server import ServerFailed
from flows.snapshots import print_snapshots, roll_back
from flows.tables import print_withdrawal, problems_table, schema_table
from flows.templates import print_templates
from pipeline.compare import compare_datasets, compare_rules
from pipeline.engines import WorkerDied
from pipeline.report.printable import printable
from pipeline.rules import RuleError, check_rules, load_rules
from pipeline.run import RunFailed
from pipeline.sandbox import SandboxBroken
from pipeline.settings import Settings, SettingsError, load_settings
from pipeline.sources import InputError
from pipeline.store.errors import Busy, StoreError
from pipeline.store.schema import DATASETS, SCHEMA_VERSION, schema_as_json
from pipeline.versions import copydesk_version, extractor_version
from pipeline.withdrawal import UnknownArticle
from pipeline.withdrawal import withdraw as withdraw_article

_EXITS: Final[tuple[tuple[type[Exception], Exit], ...]] = (
    (Busy, Exit.BUSY),
    (InputError, Exit.USAGE),
    (SettingsError, Exit.USAGE),
    (UnknownArticle, Exit.USAGE),
    (StoreError, Exit.FAILED),
    (RuleError, Exit.FAILED),
    (RunFailed, Exit.FAILED),
    (WorkerDied, Exit.FAILED),
    (SandboxBroken, Exit.FAILED),
    (ServerFailed, Exit.FAILED),
    (OSError, Exit.FAILED),  # disk full, no permission: the environment's, and its own text says which file
)

app: Final = typer.Typer(
    help="Cleans scraped articles: raw pages in, clean Parquet out, every removal explained.",
    epilog="Settings come from flags, then COPYDESK_… variables, then copydesk.toml in the working directory.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

WorkersFlag = Annotated[int | None, typer.Option("--workers", min=1, help="Batch processes. Default: one a core.", show_default=False)]
RecleanFlag = Annotated[bool, typer.Option("--reclean", help="Clean known, unchanged pages again too, with today's rules.")]
CleanFlag = Annotated[
    Path | None, typer.Option("--clean", help="The folder that was published in. Default: that of copydesk.toml.", show_default=False)
]
PathsArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[RAW... CLEAN]",
        help="Files or folders to read, and last the folder to publish in. Default: raw and clean of copydesk.toml.",
        show_default=False,
    ),
]


CleanArgument = Annotated[
    Path | None, typer.Argument(metavar="[CLEAN]", help="The folder that was published in. Default: that of copydesk.toml.", show_default=False)
]


def main() -> None:
    """Runs the command line; every expected failure is one clear line and an exit code."""
    try:
        app()
    except tuple(kind for kind, _ in _EXITS) as error:
        Console(stderr=True, soft_wrap=True).print(printable(f"copydesk: {error}"), style="red", markup=False, highlight=False)
        sys.exit(next(code for kind, code in _EXITS if isinstance(error, kind)))


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"copydesk {copydesk_version()} (schema {SCHEMA_VERSION}, {extractor_version()}, rules {load_rules().version})")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print versions and exit.")] = False,
) -> None:
    """Options of copydesk itself."""


@app.command(epilog="Examples:  copydesk clean raw clean   ·   copydesk clean crawl.warc.gz feed.jsonl clean   ·   copydesk clean --json raw clean")
def clean(
    paths: PathsArgument = None,
    workers: WorkersFlag = None,
    reclean: RecleanFlag = False,
    fail_on_drift: Annotated[
        bool, typer.Option("--fail-on-drift", help="End with exit code 4 where a site's pages come out otherwise than they used to, twice in a row.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the run's report as JSON, and nothing else, on standard output.")] = False,
) -> None:
    """Clean raw pages into a dataset: a Prefect flow run that publishes one new version, or says that nothing changed."""
    from flows.run_once import run_once  # noqa: PLC0415 - imports prefect

    settings = _settings(paths, workers)
    raise typer.Exit(run_once(settings, reclean=reclean, as_json=as_json, fail_on_drift=fail_on_drift))


@app.command(epilog='Example:  copydesk serve --cron "0 * * * *" raw clean')
def serve(
    cron: Annotated[str, typer.Option("--cron", help='When to run, e.g. "0 * * * *" for every full hour (UTC).')],
    paths: PathsArgument = None,
    workers: WorkersFlag = None,
) -> None:
    """Clean on a schedule, in this process, until it is stopped. Starts an API server of its own where none is configured."""
    from flows.schedule import serve_schedule  # noqa: PLC0415 - as above

    try:
        CronSim(cron, datetime.now(UTC))
    except CronSimError as error:
        raise typer.BadParameter(f'{cron!r} is no cron expression, such as "0 * * * *" for every full hour: {error}') from error
    serve_schedule(_settings(paths, workers), cron)


@app.command(
    epilog="Examples:  copydesk explain page.html   ·   copydesk explain feed.jsonl --record 17   ·   copydesk explain saved.html --url https://ledger.example/ferry"
    "   ·   copydesk explain page.html --html page-explained.html   ·   copydesk explain --id 00d9dd5a-4a7c-5d7e-9ac0-32ac24b4d1ce --clean my-articles"
)
def explain(  # noqa: PLR0913, PLR0917 - a parameter for each flag
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A page, or a container of pages.", show_default=False)] = None,
    record: Annotated[
        str | None, typer.Option("--record", help="The record's own id, or its number from 0. Default: the first.", show_default=False)
    ] = None,
    url: Annotated[str | None, typer.Option("--url", help="The page's address, for one that was saved without it.", show_default=False)] = None,
    article: Annotated[str | None, typer.Option("--id", help="Instead of a file: the id of a published article.", show_default=False)] = None,
    clean: CleanFlag = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write it to this file, as a page for the browser.", show_default=False)] = None,
) -> None:
    """Show what becomes of one page, or became of a published article: each block, kept or removed, with rule and reason; metadata with its sources."""
    if (file is None) == (article is None):
        raise typer.BadParameter("give either a file or --id and the id of an article")
    settings = load_settings(clean=clean)
    views = [record_view(file, record, settings, url)] if file else article_views(article or "", settings.clean)
    show_views(views, html, Console())


@app.command(epilog="Examples:  copydesk report   ·   copydesk report my-articles   ·   copydesk report my-articles 20310504T061500Z-3fa9c1")
def report(
    clean: CleanArgument = None,
    run: Annotated[str | None, typer.Argument(metavar="[RUN]", help="The run's id. Default: the last run.", show_default=False)] = None,
) -> None:
    """Print the path of a run's report, a page for the browser: figures, warnings, and articles before and after."""
    typer.echo(report_path(load_settings(clean=clean).clean, run))


@app.command(epilog="Examples:  copydesk templates ledger.example   ·   copydesk templates www.ledger.example --clean my-articles")
def templates(
    site: Annotated[str, typer.Argument(metavar="SITE", help="Its domain, one of its hosts, or an address of one of its pages.", show_default=False)],
    clean: CleanFlag = None,
) -> None:
    """Show which lines recur on a site's pages: how often, where, since when; and which of them its rule file pins or vetoes."""
    print_templates(site, load_settings(clean=clean), Console())


@app.command(epilog="Examples:  copydesk compare clean --with-rules my-rules   ·   copydesk compare clean clean-of-the-upgrade --max-changed 0.01")
def compare(
    clean: Annotated[Path, typer.Argument(metavar="CLEAN", help="A folder that was published in.", show_default=False)],
    other: Annotated[Path | None, typer.Argument(metavar="[OTHER]", help="Another one, to compare it with.", show_default=False)] = None,
    with_rules: Annotated[
        Path | None, typer.Option("--with-rules", help="A folder of rule files, to clean cached pages with.", show_default=False)
    ] = None,
    pages: Annotated[int, typer.Option("--pages", min=1, help="With --with-rules: about how many pages.")] = 1000,
    max_changed: Annotated[
        float | None,
        typer.Option("--max-changed", min=0, max=1, help="End with exit code 4 where a greater share of the articles differs.", show_default=False),
    ] = None,
) -> None:
    """Show what other rules would change, or what differs between two datasets: articles, fields, rules, the largest differences."""
    if (other is None) == (with_rules is None):
        raise typer.BadParameter("give either another folder that was published in, or --with-rules and a folder of rule files")
    comparison = compare_datasets(clean, other) if other else compare_rules(load_settings(clean=clean), with_rules or Path(), pages)
    print_comparison(comparison, Console())
    raise typer.Exit(Exit.GATE if max_changed is not None and comparison.changed_share > max_changed else Exit.DONE)


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
def snapshots(
    clean: CleanArgument = None,
) -> None:
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


@app.command("check-rules", epilog="Example:  copydesk check-rules --rules my-rules")
def check_rule_files(
    rules: Annotated[
        Path | None, typer.Option("--rules", help="Your folder of rule files. Default: that of copydesk.toml.", show_default=False)
    ] = None,
) -> None:
    """Run every rule's own examples: what it must drop, and what it must keep."""
    loaded = load_rules(load_settings(rules=rules).rules)
    problems = check_rules(loaded)
    if problems:
        Console().print(problems_table(problems))
        raise typer.Exit(Exit.FAILED)
    examples = sum(len(rule.drops) + len(rule.keeps) for rule in loaded.rules)
    typer.echo(f"{len(loaded.rules)} rules, {examples} examples: all right (version {loaded.version})")


@app.command(epilog="Examples:  copydesk schema   ·   copydesk schema removed   ·   copydesk schema --json")
def schema(
    dataset: Annotated[
        str | None, typer.Argument(metavar="[articles|rejected|removed]", help="One dataset. Default: all three.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for tools.")] = False,
) -> None:
    """Print the published columns: type, whether they may be null, meaning."""
    if dataset is not None and dataset not in DATASETS:
        raise typer.BadParameter(f"{dataset!r} is none of {', '.join(DATASETS)}")
    names = [dataset] if dataset else list(DATASETS)
    if as_json:
        sys.stdout.buffer.write(
            orjson.dumps({name: schema_as_json(DATASETS[name]) for name in names}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        )
        return
    for name in names:
        Console().print(schema_table(name, DATASETS[name]))


def _settings(paths: list[Path] | None, workers: int | None) -> Settings:
    """The settings for a run over these paths: RAW... CLEAN, or none of them."""
    if paths is not None and len(paths) < 2:
        raise typer.BadParameter("give RAW and CLEAN, e.g. `copydesk clean raw clean`, or neither to use copydesk.toml")
    return load_settings(raw=tuple(paths[:-1]) if paths else None, clean=paths[-1] if paths else None, workers=workers)
