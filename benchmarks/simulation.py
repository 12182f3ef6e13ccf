"""Simulates what a run learns across ten million articles: fingerprints and counted blocks are drawn at random, in the files and by the code of a real run.

    .venv/bin/python benchmarks/simulation.py [--articles 10000000] [--rows 10000000] [--memory 4GB] [--folder FOLDER]

One fingerprint in a hundred is an earlier one's again, with another id and text. Blocks are those of sites with 300 articles each: of the 30 rows an
article, a third are lines that its site repeats. Each part is a process of its own; its peak of memory is of its whole life.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import shutil
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Final, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.tables import print_table
from pipeline.learn.database import Resources
from pipeline.learn.duplicates import DuplicatesTask, find_duplicates
from pipeline.learn.duplicates_files import FINGERPRINTS, write_fingerprint_rows
from pipeline.learn.duplicates_sketch import BANDS, PERMUTATIONS
from pipeline.learn.templates_learn import LearningTask, learn_shard, learning_tasks
from pipeline.learn.templates_observe import BUCKETS, OBSERVATIONS
from pipeline.learning import SHARD_ROWS

FILE_ROWS: Final = 250_000
MORE: Final = 1_000  # articles of the run after
COPIES_EVERY: Final = 100
SITE_ARTICLES, BLOCKS_AN_ARTICLE, REPEATED_BLOCKS = 300, 30, 10
SHARD_MEMORY: Final = "512MB"
_THREADS: Final = 2
_MEBI: Final = 1024 * 1024
Task = TypeVar("Task")
_DAY: Final = datetime(2031, 3, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Seconds and peak memory of a process, in MiB, and how many rows came out."""

    seconds: float
    peak_mib: float
    rows: int


def main() -> None:
    """Prints time, peak memory, bytes in files and results of each part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000_000)
    parser.add_argument("--rows", type=int, default=10_000_000, help="of observed blocks")
    parser.add_argument("--memory", default="4GB", help="DuckDB's limit where duplicates are found")
    parser.add_argument("--folder", type=Path, default=Path("simulation"), help="where the files go, and are kept for the next time")
    arguments = parser.parse_args()
    shutil.rmtree(arguments.folder / "temporary", ignore_errors=True)
    resources = Resources(temporary=arguments.folder / "temporary", memory=arguments.memory, threads=_THREADS)
    resources.temporary.mkdir(parents=True)
    prints = _files(arguments.folder / "fingerprints", arguments.articles, _fingerprints)
    more = _files(arguments.folder / f"fingerprints-{arguments.articles}-more", MORE, lambda _, count: _fingerprints(arguments.articles, count))
    blocks = _files(arguments.folder / "observations", arguments.rows, _observations)
    first = DuplicatesTask(new=tuple(prints), found=resources.temporary / "pairs.parquet", resources=resources)
    second = DuplicatesTask(
        new=tuple(more), known=tuple(prints), known_pairs=(first.found,), found=resources.temporary / "more.parquet", resources=resources
    )
    shards = 1 + arguments.rows // SHARD_ROWS
    tasks = learning_tasks(blocks, blocks, shards=shards, resources=replace(resources, memory=SHARD_MEMORY, threads=1), today=date(2031, 12, 31))
    rows = [
        _row(f"duplicates among {arguments.articles:,} articles", prints, _in_own_process(_duplicates, first)),
        _row(f"{MORE:,} more beside them", more, _in_own_process(_duplicates, second)),
        *(
            _row(f"templates, shard {task.number + 1} of {shards}, {arguments.rows:,} rows in all", blocks, _in_own_process(_templates, task))
            for task in tasks
        ),
    ]
    print_table(
        f"DuckDB limited to {arguments.memory}, a shard's to {SHARD_MEMORY}", ["part", "files, MiB", "seconds", "peak RSS, MiB", "rows out"], rows
    )


def _duplicates(task: DuplicatesTask) -> int:
    return len(find_duplicates(task, _texts))


def _texts(ids: Collection[str]) -> dict[str, str]:
    """The same text for an article and for its copy."""
    return {each: " ".join(f"word{int(each[-12:], 16) + place}" for place in range(40)) for each in ids}


def _templates(task: LearningTask) -> int:
    task.resources.temporary.mkdir(parents=True, exist_ok=True)
    return int(pq.read_metadata(learn_shard(task)).num_rows)


def _in_own_process(function: Callable[[Task], int], task: Task) -> Measured:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measured, function, task).result()


def _measured(function: Callable[[Task], int], task: Task) -> Measured:
    started = perf_counter()
    rows = function(task)
    return Measured(seconds=perf_counter() - started, peak_mib=_peak_mib(), rows=rows)


def _peak_mib() -> float:
    """Of this program: what getrusage says is also of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def _files(folder: Path, count: int, rows: Callable[[int, int], pa.Table]) -> list[Path]:
    """The files of so many rows, made where they are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for start in range(0, count, FILE_ROWS):
        path = folder / f"{start:09d}-{min(FILE_ROWS, count - start)}.parquet"
        if not path.exists():
            table = rows(start, min(FILE_ROWS, count - start))
            write_fingerprint_rows(path, [table]) if table.schema == FINGERPRINTS else pq.write_table(table, path, compression="zstd")
        paths.append(path)
    return paths


def _fingerprints(start: int, count: int) -> pa.Table:
    numbers = np.arange(start, start + count, dtype=np.int64)
    copies = numbers % COPIES_EVERY == COPIES_EVERY - 1
    words = np.where(copies, numbers - 1, numbers)  # whose text it is
    seeds = np.random.SeedSequence(start).spawn(2)
    bands = np.random.default_rng(seeds[0]).integers(-(2**31), 2**31, size=(count, BANDS), dtype=np.int32)
    signatures = np.random.default_rng(seeds[1]).integers(0, 256, size=(count, PERMUTATIONS), dtype=np.uint8)
    at = np.flatnonzero(copies[1:]) + 1
    bands[at], signatures[at] = bands[at - 1], signatures[at - 1]
    day = pa.array([_DAY] * count, FINGERPRINTS.field("fetched").type)
    columns = {
        "id": [f"{number:08x}-0000-4000-8000-{word:012x}" for number, word in zip(numbers, words, strict=True)],
        "content_hash": [f"{number:064x}" for number in numbers],
        "published": day,
        "fetched": day,
        "shingle_count": np.full(count, 36, dtype=np.int32),
        "bands": pa.ListArray.from_arrays(np.arange(count + 1, dtype=np.int32) * BANDS, bands.ravel()).cast(FINGERPRINTS.field("bands").type),
        "signature": pa.FixedSizeBinaryArray.from_buffers(pa.binary(PERMUTATIONS), count, [None, pa.py_buffer(signatures.tobytes())]),
        "processed_at": day,
    }
    return pa.table(columns, schema=FINGERPRINTS)


def _observations(start: int, count: int) -> pa.Table:
    return pa.Table.from_batches([pa.RecordBatch.from_pylist(list(_rows(start, count)), schema=OBSERVATIONS)])


def _rows(start: int, count: int) -> Iterator[dict[str, object]]:
    """An article's own row, then those of its blocks, the first of which its site repeats."""
    for row in range(start, start + count):
        article, place = divmod(row, BLOCKS_AN_ARTICLE)
        site = article // SITE_ARTICLES
        day = _DAY.date() + timedelta(days=article % 80)
        own = {
            "bucket": site % BUCKETS,
            "site": f"s{site}.example",
            "host": f"www.s{site}.example",
            "page": article,
            "story": article,
            "day": day,
            "fetched": day,
        }
        block = -(site * REPEATED_BLOCKS + place) if place <= REPEATED_BLOCKS else row
        yield own | (
            {"block": block, "words": 8, "zone": "tail", "tag": "p", "score": 300, "text": f"Line {block} of a site, as a page has it"}
            if place
            else {}
        )


def _row(name: str, files: list[Path], part: Measured) -> list[str]:
    size = sum(path.stat().st_size for path in files) / _MEBI
    return [name, f"{size:,.0f}", f"{part.seconds:.1f}", f"{part.peak_mib:,.0f}", f"{part.rows:,}"]


if __name__ == "__main__":
    main()
