"""`copydesk changes` and `copydesk export`: what is published, for those who take it further."""

from __future__ import annotations

import sys
from pathlib import Path

import orjson
from rich.console import Console

from pipeline.changes import changes_since
from pipeline.export import Shape, export


def write_changes(clean: Path, since: str) -> None:
    """Writes what changed since a run to standard output, a JSON object a line. Raises StoreError where that cannot be told."""
    for change in changes_since(clean, since):
        sys.stdout.buffer.write(orjson.dumps(change, option=orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


def print_export(clean: Path, target: Path, shape: Shape, console: Console) -> None:
    """Exports, and prints what was written. Raises StoreError where nothing was published, or the target is there."""
    console.print(f"{export(clean, target, shape):,} articles: {target}", highlight=False, markup=False, soft_wrap=True)
