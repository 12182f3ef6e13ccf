"""What commands print as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.report.printable import printable
from pipeline.report.summary import Summary
from pipeline.rules import Problem
from pipeline.store.schema import SCHEMA_VERSION
from pipeline.withdrawal import Withdrawn

_REASONS_SHOWN = 10
_FILES_SHOWN = 10


def summary_table(summary: Summary) -> Table:
    """Returns a run's numbers: pages in, and what became of them."""
    table = Table(title=f"run {summary.run_id}", title_justify="left", show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(style="dim")
    rate = summary.pages_read / summary.seconds if summary.seconds else 0.0
    table.add_row("pages read", f"{summary.pages_read:,}", f"{summary.files_read:,} files, {summary.seconds:.1f} s, {rate:.0f} pages/s")
    if summary.files_cached + summary.files_left:
        cached, left = f"{summary.files_cached:,} cleaned from the cache", f"{summary.files_left:,} not cached and left as they were"
        table.add_row("files gone", f"{summary.files_cached + summary.files_left:,}", f"{cached}, {left}")
    table.add_row("new articles", f"{summary.new:,}", "")
    table.add_row("revised", f"{summary.revised:,}", "")
    table.add_row("unchanged", f"{summary.unchanged:,}", f"and {summary.pages_known:,} pages of {summary.files_known:,} unchanged files, not read")
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in summary.rejected_by_reason.most_common(_REASONS_SHOWN))
    table.add_row("rejected", f"{summary.rejected:,}", reasons)
    if summary.skipped_by_kind:
        kinds = ", ".join(f"{kind} {count:,}" for kind, count in summary.skipped_by_kind.most_common(_REASONS_SHOWN))
        table.add_row("no pages", f"{summary.skipped_by_kind.total():,}", Text(printable(kinds)))  # the suffix of a file may be anything
    return table


def damage(summary: Summary) -> Iterator[str]:
    """Yields a line for each of the files with the most records that cannot be read, and one for how many more there are."""
    for uri, records in summary.damaged_files.most_common(_FILES_SHOWN):
        yield f"damaged: {printable(uri)}: {records:,} {'record' if records == 1 else 'records'} cannot be read; it is read again when it changes"
    more = len(summary.damaged_files) - _FILES_SHOWN
    if more > 0:
        yield f"damaged: {more:,} more files, in the report"


def problems_table(problems: Sequence[Problem]) -> Table:
    """Returns what `check-rules` found: file, rule, example, and what happened."""
    table = Table("file", "rule", "example", "problem")
    for problem in problems:
        table.add_row(Text(problem.file), Text(problem.rule_id), Text(problem.example or ""), Text(problem.what))
    return table


def schema_table(name: str, schema: pa.Schema) -> Table:
    """Returns a dataset's columns with type, whether they may be null, and meaning."""
    table = Table("column", "type", "null", "meaning", title=f"{name} (schema {SCHEMA_VERSION})", title_justify="left")
    for field in schema:
        table.add_row(Text(field.name), Text(str(field.type)), "yes" if field.nullable else "no", Text(field.metadata[b"doc"].decode()))
    return table


def print_withdrawal(done: Withdrawn, console: Console) -> None:
    """Prints what a takedown did, and what went because it tells the same."""
    lines = [f"{name} is kept out from now on" for name in done.ids]
    lines += [f"{name} tells the same, and is kept out too" for name in done.copies]
    if not done.articles:
        lines.append("no article has this id or address: should one come, it is kept out")
    lines.append(f"{done.articles} articles taken out: published version {done.version}; earlier versions are kept no longer")
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)
