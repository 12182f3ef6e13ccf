"""Measures time and memory of finding duplicates among a million invented articles, in one run and in one that brings a few more.

    .venv/bin/python benchmarks/scale.py [--articles 1000000] [--more 1000] [--words 120] [--memory 1GB] [--folder FOLDER]

The fingerprints are made first, and kept in the folder for the next time. What is measured is a process of its own that does nothing but find duplicates;
the texts that it asks for are made anew as it asks, and the time that this takes is part of the figure.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.duplicates import invented_fingerprint
from benchmarks.invented_stories import FIRST_INSTANT, article_number, invented_article
from benchmarks.tables import print_table
from pipeline.learn.database import Resources
from pipeline.learn.duplicates import DuplicatesTask, find_duplicates
from pipeline.learn.duplicates_files import Fingerprint, write_fingerprints

THREADS: Final = 2
FILE_ARTICLES: Final = 100_000
_MEBI: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a run took, and how many verdicts came of it. `own_seconds` are without those of making texts."""

    seconds: float
    own_seconds: float
    peak_bytes: int
    texts: int
    verdicts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measuring:
    """A run to measure, and how long its articles are, in words."""

    task: DuplicatesTask
    words: int


def main() -> None:
    """Prints time and peak memory of a run over all articles and of one over a few more."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--more", type=int, default=1_000)
    parser.add_argument("--words", type=int, default=120, help="of an article, about")
    parser.add_argument("--memory", default="1GB", help="limit that DuckDB keeps to; Python's own comes on top")
    parser.add_argument("--folder", type=Path, default=Path("scale"), help="where the fingerprints go")
    arguments = parser.parse_args()
    folder = arguments.folder / f"{arguments.words}-words"
    folder.mkdir(parents=True, exist_ok=True)
    resources = Resources(temporary=folder / "temporary", memory=arguments.memory, threads=THREADS)
    count, more = arguments.articles, arguments.more
    known = tuple(_fingerprints(folder, start, min(start + FILE_ARTICLES, count), arguments.words) for start in range(0, count, FILE_ARTICLES))
    new = (_fingerprints(folder, count, count + more, arguments.words),)
    first = DuplicatesTask(new=known, found=folder / "first-pairs.parquet", resources=resources)
    second = DuplicatesTask(new=new, known=known, known_pairs=(first.found,), found=folder / "second-pairs.parquet", resources=resources)
    rows = [
        _row(name, files, _in_own_process(Measuring(task=task, words=arguments.words)))
        for name, files, task in ((f"{count:,} articles", known, first), (f"{more:,} more", new, second))
    ]
    print_table(
        f"Finding duplicates, {THREADS} threads, DuckDB limited to {arguments.memory}",
        ["run", "seconds", "without making texts", "peak RSS, MiB", "fingerprints, MiB", "texts asked for", "verdicts"],
        rows,
    )


def measured(measuring: Measuring) -> Measured:
    """Returns what the run takes in this process, which should be a new one: its peak of memory is of its whole life."""
    asked, making = 0, 0.0

    def texts(ids: Collection[str]) -> dict[str, str]:
        nonlocal asked, making
        started = perf_counter()
        made = {article: invented_article(article_number(article), measuring.words).text for article in ids}
        asked, making = asked + len(ids), making + perf_counter() - started
        return made

    started = perf_counter()
    verdicts = find_duplicates(measuring.task, texts)
    seconds = perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Measured(seconds=seconds, own_seconds=seconds - making, peak_bytes=peak, texts=asked, verdicts=len(verdicts))


def _in_own_process(measuring: Measuring) -> Measured:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measured, measuring).result()


def _fingerprints(folder: Path, start: int, end: int, words: int) -> Path:
    """The file of the fingerprints of these articles, made where it is not there yet."""
    path = folder / f"{start}-{end}.parquet"
    if not path.exists():
        write_fingerprints(path, _invented(start, end, words), FIRST_INSTANT + timedelta(minutes=start))
    return path


def _invented(start: int, end: int, words: int) -> Iterator[Fingerprint]:
    for number in range(start, end):
        yield invented_fingerprint(invented_article(number, words))


def _row(name: str, files: Sequence[Path], run: Measured) -> list[str]:
    size = sum(path.stat().st_size for path in files)
    figures = [
        f"{run.seconds:.1f}",
        f"{run.own_seconds:.1f}",
        f"{run.peak_bytes / _MEBI:,.0f}",
        f"{size / _MEBI:,.1f}",
        f"{run.texts:,}",
        f"{run.verdicts:,}",
    ]
    return [name, *figures]


if __name__ == "__main__":
    main()
