"""What floors have in common: a slice of a corpus, and which figures are worse than their bounds."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq

EVERY_NTH_PAGE = {"wcxb-dev-articles": 6, "news-publishers": 3, "trafilatura-eval": 8}
CEILINGS = {"bag_f1_under_.8", "date_wrong"}  # the less the better, so 0.005 above what was measured


def slice_of(corpus: Path, folder: Path) -> Path:
    """Writes every n-th page of a corpus file below `folder` and returns that file."""
    table = pq.read_table(corpus)
    pq.write_table(table.take(list(range(0, len(table), EVERY_NTH_PAGE[corpus.stem]))), folder / corpus.name)
    return folder / corpus.name


def worse(figures: Mapping[str, float], bounds: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Returns the figures that are worse than their bounds, with these."""
    signs = {name: -1 if name in CEILINGS else 1 for name in bounds}
    return {name: (figures[name], bound) for name, bound in bounds.items() if (figures[name] - bound) * signs[name] < 0}
