"""Compares the CPU that a page costs, from its bytes to the finished row: copydesk's, and that of trafilatura's `bare_extraction` with metadata.

    .venv/bin/python benchmarks/cost.py [CORPUS ...] [--pages 150]

Both work on the same pages in one process, page by page, in turns as to who is first: what slows the machine slows both. Trafilatura's caches
are emptied before each page, else whoever is second would find there what the first has worked out (copydesk uses trafilatura too).
"""

from __future__ import annotations

import argparse
import gc
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median, quantiles
from time import process_time
from types import ModuleType
from typing import Any, Final
from unittest.mock import patch

import pyarrow.parquet as pq
from trafilatura import bare_extraction
from trafilatura.meta import reset_caches

from benchmarks.corpora import CORPORA, named_corpora
from benchmarks.tables import print_table
from pipeline import drafting, pages
from pipeline.records import Media, Origin, RawPage, Reject, SourceFormat
from pipeline.rules import load_rules
from pipeline.settings import Settings
from pipeline.stages import extract

SAMPLE_PAGES: Final = 150
# With the first ones models are loaded, rules compiled for one language after the other, and their automata built word by word: a run's start, and no page's cost.
WARM_UP_PAGES: Final = 400
STAGES: Final[dict[str, tuple[ModuleType, str]]] = {
    "decode": (drafting, "decode"),
    "parse": (drafting, "parse_page"),
    "extract": (extract, "extract_blocks"),
    "metadata": (drafting, "read_candidates"),
    "language": (drafting, "detect_language"),
    "trim": (pages, "trim"),
    "choose": (pages, "choose_metadata"),
}
_MIN_WORDS: Final = Settings().min_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """CPU seconds on the same pages: of each page, by system; and, summed over the pages, of copydesk's stages."""

    copydesk: list[float]
    trafilatura: list[float]
    stages: Mapping[str, float]

    @property
    def ratio(self) -> float:
        """Copydesk's CPU to trafilatura's."""
        return sum(self.copydesk) / sum(self.trafilatura)


def main() -> None:
    """Prints cost per page and copydesk's stages, for the corpora that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="*", help=f"of {', '.join(CORPORA)}; all, where none is named")
    parser.add_argument("--pages", type=int, default=SAMPLE_PAGES, help="pages a corpus at the most, spread over it evenly")
    arguments = parser.parse_args()
    costs = measured_costs(arguments.corpus, arguments.pages)
    per_page = [[name, system, *_figures(getattr(cost, system))] for name, cost in costs.items() for system in ("copydesk", "trafilatura")]
    print_table("CPU per page, ms", ["corpus", "system", "pages", "mean", "median", "p95"], per_page)
    print_table("Copydesk's stages, ms a page on average", ["corpus", *STAGES, "rest"], [[name, *_stage_means(cost)] for name, cost in costs.items()])


def measured_costs(names: Sequence[str], pages: int) -> dict[str, Cost]:
    """Returns what the corpora of these names cost, all where none is given, each on so many pages at the most."""
    return {
        corpus.stem: measured_cost(sampled_pages(corpus, pages), sampled_pages(corpus, WARM_UP_PAGES, first=1)) for corpus in named_corpora(names)
    }


def sampled_pages(corpus: Path, limit: int, first: int = 0) -> list[RawPage]:
    """Returns every n-th page of a corpus file from the first one on, as the Parquet reader would give it; n is 2 or more."""
    rows = pq.ParquetFile(corpus).metadata.num_rows
    table = pq.read_table(corpus, columns=["id", "url", "html"]).take(list(range(first, rows, max(2, -(-rows // limit)))))
    return [
        RawPage(origin=Origin(uri=corpus.name, format=SourceFormat.PARQUET, record=row["id"]), media=Media.HTML, body=row["html"], url=row["url"])
        for row in table.to_pylist()
    ]


def measured_cost(sample: list[RawPage], others: list[RawPage]) -> Cost:
    """Returns what both systems spent on the sample, once they have done the other pages."""
    measured = {page.origin.record for page in sample}
    for page in others:
        if page.origin.record not in measured:
            _clean(page)
            _extract(page)
    gc.collect()
    gc.freeze()  # what both have loaded is not looked through again and again, as in a worker of copydesk's
    seconds: dict[Callable[[RawPage], None], list[float]] = {_clean: [], _extract: []}
    with _clocked_stages() as stages:
        for number, page in enumerate(sample):
            for system in (_clean, _extract) if number % 2 else (_extract, _clean):
                reset_caches()
                started = process_time()
                system(page)
                seconds[system].append(process_time() - started)
    gc.unfreeze()
    return Cost(copydesk=seconds[_clean], trafilatura=seconds[_extract], stages=stages)


def _clean(page: RawPage) -> None:
    rules = load_rules(None)  # read once, then kept
    with suppress(Reject):  # a page that is refused costs what it costs
        pages.clean_draft(drafting.draft_page(page), rules, min_words=_MIN_WORDS)


def _extract(page: RawPage) -> None:
    bare_extraction(page.body, url=page.url, with_metadata=True)


@contextmanager
def _clocked_stages() -> Iterator[Mapping[str, float]]:
    """Inside the block each stage adds its CPU seconds to the mapping."""
    spent: defaultdict[str, float] = defaultdict(float)
    with ExitStack() as clocks:
        for stage, (module, name) in STAGES.items():
            clocks.enter_context(patch.object(module, name, _clocked(getattr(module, name), stage, spent)))
        yield spent


def _clocked(function: Callable[..., Any], stage: str, spent: defaultdict[str, float]) -> Callable[..., Any]:
    def clocked(*args: object, **kwargs: object) -> object:
        started = process_time()
        try:
            return function(*args, **kwargs)
        finally:
            spent[stage] += process_time() - started

    return clocked


def _figures(seconds: list[float]) -> list[str]:
    return [f"{len(seconds)}", *(f"{value * 1000:.1f}" for value in (mean(seconds), median(seconds), quantiles(seconds, n=20)[-1]))]


def _stage_means(cost: Cost) -> list[str]:
    spent = [*(cost.stages[stage] for stage in STAGES), sum(cost.copydesk) - sum(cost.stages.values())]
    return [f"{seconds / len(cost.copydesk) * 1000:.1f}" for seconds in spent]


if __name__ == "__main__":
    main()
