"""Commands about rules: what they and the learned templates do, and what others would do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from flows.compare import print_comparison
from flows.exits import Exit
from flows.flags import CleanFlag
from flows.tables import problems_table
from flows.templates import print_templates
from pipeline.compare import compare_datasets, compare_rules
from pipeline.rules import check_rules, load_rules
from pipeline.settings import load_settings

app: Final = typer.Typer()


@app.command(epilog="Examples:  copydesk templates ledger.example   ·   copydesk templates www.ledger.example --clean my-articles")
def templates(
    site: Annotated[str, typer.Argument(metavar="SITE", help="Its domain, one of its hosts, or an address of one of its pages.", show_default=False)],
    clean: CleanFlag = None,
) -> None:
    """Show which lines recur on a site's pages: how often, where, since when; and which of them its rule file pins or vetoes."""
    print_templates(site, load_settings(clean=clean), Console())


@app.command(epilog="Examples:  copydesk compare clean --with-rules my-rules   ·   copydesk compare clean clean-of-the-upgrade --max-changed 0.01")
def compare(
    clean: Annotated[str, typer.Argument(metavar="CLEAN", help="A folder that was published in, or a dataset of copydesk.toml.", show_default=False)],
    other: Annotated[str | None, typer.Argument(metavar="[OTHER]", help="Another one, to compare it with.", show_default=False)] = None,
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
    settings = load_settings(clean=clean)
    comparison = compare_datasets(settings.clean, load_settings(clean=other).clean) if other else compare_rules(settings, with_rules or Path(), pages)
    print_comparison(comparison, Console())
    raise typer.Exit(Exit.GATE if max_changed is not None and comparison.changed_share > max_changed else Exit.DONE)


@app.command("check-rules", epilog="Examples:  copydesk check-rules --rules my-rules   ·   copydesk check-rules --clean my-articles")
def check_rule_files(
    rules: Annotated[
        Path | None, typer.Option("--rules", help="Your folder of rule files. Default: that of copydesk.toml.", show_default=False)
    ] = None,
    clean: CleanFlag = None,
) -> None:
    """Run every rule's own examples: what it must drop, and what it must keep."""
    folder = rules or load_settings(clean=clean).rules
    loaded, built_in = load_rules(folder), load_rules(None)
    problems = check_rules(loaded)
    if problems:
        Console().print(problems_table(problems))
        raise typer.Exit(Exit.FAILED)
    examples = sum(len(rule.drops) + len(rule.keeps) for rule in loaded.rules)
    own = (
        f"{len(loaded.rules) - len(built_in.rules)} of them from {folder}"
        if folder
        else "all of them built in; --rules or the setting names a folder of yours"
    )
    typer.echo(f"{len(loaded.rules)} rules ({own}), {examples} examples: all right (version {loaded.version})")
