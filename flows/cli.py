"""The `copydesk` command. Commands that need no flow import no Prefect."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from cronsim import CronSim, CronSimError
from rich.console import Console

from flows import cli_published, cli_rules
from flows.exits import Exit
from flows.explain import article_views, record_view, show_views
from flows.flags import CleanArgument, CleanFlag, DaskFlag, EngineFlag, PathsArgument, RecleanFlag, SinceFlag, UntilFlag, WorkersFlag
from flows.init import write_config
from flows.report import report_path
from flows.server import ServerFailed
from pipeline.changes import RUN_ID
from pipeline.cluster import ClusterUnfit
from pipeline.config_file import SettingsError
from pipeline.days import Days, NoDays
from pipeline.engines import WorkerDied
from pipeline.report.printable import printable
from pipeline.rules import NoRules, RuleError, load_rules
from pipeline.run import RunFailed
from pipeline.sandbox import SandboxBroken
from pipeline.settings import EngineKind, Settings, dataset_names, load_settings
from pipeline.sources import InputError
from pipeline.store.errors import Busy, StoreError
from pipeline.store.schema import SCHEMA_VERSION
from pipeline.versions import copydesk_version, extractor_version
from pipeline.withdrawal import UnknownArticle

_EXITS: Final[tuple[tuple[type[Exception], Exit], ...]] = (
    (Busy, Exit.BUSY),
    (InputError, Exit.USAGE),
    (SettingsError, Exit.USAGE),
    (NoDays, Exit.USAGE),
    (UnknownArticle, Exit.USAGE),
    (StoreError, Exit.FAILED),
    (NoRules, Exit.USAGE),
    (RuleError, Exit.FAILED),
    (RunFailed, Exit.FAILED),
    (WorkerDied, Exit.FAILED),
    (ClusterUnfit, Exit.FAILED),
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


@app.command(
    epilog="Examples:  copydesk clean raw clean   ·   copydesk clean crawl.warc.gz feed.jsonl clean   ·   copydesk clean --json raw clean   ·   "
    "copydesk clean --reclean --since 2031-03-01 --until 2031-03-31"
)
def clean(  # noqa: PLR0913, PLR0917 - a parameter for each flag
    paths: PathsArgument = None,
    workers: WorkersFlag = None,
    engine: EngineFlag = None,
    dask_address: DaskFlag = None,
    reclean: RecleanFlag = False,
    since: SinceFlag = None,
    until: UntilFlag = None,
    fail_on_drift: Annotated[
        bool, typer.Option("--fail-on-drift", help="End with exit code 4 where a site's pages come out otherwise than they used to, twice in a row.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the run's report as JSON, and nothing else, on standard output.")] = False,
) -> None:
    """Clean raw pages into a dataset: a Prefect flow run that publishes one new version, or says that nothing changed."""
    from flows.run_once import run_once  # noqa: PLC0415 - imports prefect

    days = Days(since=since and since.date(), until=until and until.date())
    raise typer.Exit(
        run_once(
            _settings(paths, workers=workers, engine=engine, dask_address=dask_address),
            reclean=reclean,
            days=days,
            as_json=as_json,
            fail_on_drift=fail_on_drift,
        )
    )


@app.command(epilog='Example:  copydesk serve --cron "0 * * * *" raw clean')
def serve(
    cron: Annotated[str, typer.Option("--cron", help='When to run, e.g. "0 * * * *" for every full hour (UTC).')],
    paths: PathsArgument = None,
    workers: WorkersFlag = None,
    engine: EngineFlag = None,
    dask_address: DaskFlag = None,
) -> None:
    """Clean on a schedule, in this process, until it is stopped. Starts an API server of its own where none is configured."""
    from flows.schedule import serve_schedule  # noqa: PLC0415 - as above

    try:
        CronSim(cron, datetime.now(UTC))
    except CronSimError as error:
        raise typer.BadParameter(f'{cron!r} is no cron expression, such as "0 * * * *" for every full hour: {error}') from error
    serve_schedule(_settings(paths, workers=workers, engine=engine, dask_address=dask_address), cron)


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


@app.command(epilog="Examples:  copydesk report   ·   copydesk report 20310504T061500Z-3fa9c1   ·   copydesk report my-articles 20310504T06")
def report(
    clean: CleanArgument = None,
    run: Annotated[
        str | None,
        typer.Argument(metavar="[RUN]", help="The run's id, or its beginning; also without CLEAN. Default: the last run.", show_default=False),
    ] = None,
) -> None:
    """Print the path of a run's report, a page for the browser: figures, warnings, and articles before and after."""
    if clean and run is None and RUN_ID.match(clean) and clean not in dataset_names() and not Path(clean).exists():
        clean, run = None, clean
    typer.echo(report_path(load_settings(clean=clean).clean, run))


@app.command(epilog="Example:  copydesk init && $EDITOR copydesk.toml")
def init() -> None:
    """Write a copydesk.toml here, in which every setting stands with its meaning and default."""
    typer.echo(f"{write_config()}: change what is to differ, then `copydesk clean`")


@app.command(epilog="Examples:  copydesk doctor   ·   copydesk doctor my-articles")
def doctor(clean: CleanArgument = None) -> None:
    """Check what a run needs, of one dataset or of all: versions, folders, disk, the worker that extracts, Prefect's server. Exit code 1 where something is missing."""
    from flows.doctor import examine  # noqa: PLC0415 - as above

    console, found = Console(), Exit.DONE
    for name in (dataset_names() if clean is None else ()) or (clean,):
        if name != clean:
            console.print(f"dataset {name}", markup=False)
        found = max(found, examine(load_settings(clean=name), console))
    raise typer.Exit(found)


app.add_typer(cli_published.app)
app.add_typer(cli_rules.app)


def _settings(paths: list[str] | None, **flags: object) -> Settings:
    """The settings for a run over these paths: RAW... CLEAN, a dataset's name, or none of them."""
    known = dataset_names()
    if paths is not None and len(paths) == 1 and paths[0] not in known and (not known or "://" in paths[0] or Path(paths[0]).exists()):
        raise typer.BadParameter(
            "give RAW and CLEAN, e.g. `copydesk clean raw clean`, or the name of a dataset of copydesk.toml, or nothing where it has one"
        )
    raw = tuple(paths[:-1]) if paths and len(paths) > 1 else None
    if also := next((path for path in raw or () if path in known and not Path(path).exists()), None):
        raise SettingsError(f"{also} is a dataset of copydesk.toml, and no path: a run cleans one, `copydesk clean {also}`")
    settings = load_settings(raw=raw, clean=paths[-1] if paths else None, **flags)
    if flags.get("dask_address") and settings.engine is EngineKind.LOCAL:
        raise SettingsError("--dask-address goes with --engine dask: give both, for batches run on this machine without")
    return settings
