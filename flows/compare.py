"""`copydesk compare`: what other rules, or another run, would change; needs no Prefect."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.compare import Change, Comparison
from pipeline.report.printable import printable

_RULES_SHOWN = 20
_CHARACTERS_SHOWN = 300


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Prints the counts, fields and rules that differ, and the largest differences of text."""
    console.print(
        f"{comparison.articles:,} articles compared: {comparison.changed:,} come out otherwise ({comparison.changed_share:.2%}); "
        f"{comparison.vanished:,} are no articles any more, {comparison.appeared:,} are new ones",
        highlight=False,
        soft_wrap=True,
    )
    if comparison.fields:
        fields = Table("field", "articles", title="fields that differ", title_justify="left")
        for name, articles in comparison.fields.most_common():
            fields.add_row(name, f"{articles:,}")
        console.print(fields)
    _print_rules(comparison, console)
    for change in comparison.largest:
        _print_change(change, console)


def _print_rules(comparison: Comparison, console: Console) -> None:
    differing = {rule: sides for rule, sides in comparison.removed.items() if sides[0] != sides[1]}
    if not differing:
        return
    table = Table("rule", "before", "after", "difference", title="characters removed, by rule", title_justify="left")
    by_difference = sorted(differing.items(), key=lambda entry: (-abs(entry[1][1] - entry[1][0]), entry[0]))
    for rule, (before, after) in by_difference[:_RULES_SHOWN]:
        table.add_row(escape(rule), f"{before:,}", f"{after:,}", f"{after - before:+,}")
    console.print(table)


def _print_change(change: Change, console: Console) -> None:
    console.print(f"\n[bold]{escape(printable(change.name))}[/bold]: {', '.join(change.fields)}", highlight=False, soft_wrap=True)
    for mark, style, paragraphs in (("-", "red", change.lost), ("+", "green", change.gained)):
        for paragraph in paragraphs:
            shown = printable(paragraph if len(paragraph) <= _CHARACTERS_SHOWN else f"{paragraph[:_CHARACTERS_SHOWN]}…")
            console.print(f"{mark} {shown}", style=style, markup=False, highlight=False, soft_wrap=True)
