"""The figures of a battery, on standard output: `make torture` shows them."""

from __future__ import annotations

import sys


def tell(line: str) -> None:
    sys.stdout.write(f"\n{line}\n")
