"""Tables that line up in a terminal and are Markdown."""

from __future__ import annotations

from collections.abc import Sequence


def print_table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints a table with its title above; columns of numbers, as the first row has them, to the right."""
    numeric = [cell[:1].isdigit() for cell in rows[0]]
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    rule = [f"{'-' * (width - 1)}:" if right else "-" * width for width, right in zip(widths, numeric, strict=True)]
    print(f"\n{title}\n")
    for row in (header, rule, *rows):
        cells = zip(row, widths, numeric, strict=True)
        print("|", " | ".join(cell.rjust(width) if right else cell.ljust(width) for cell, width, right in cells), "|")
