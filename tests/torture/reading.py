"""Readers as users write them, looping in processes of their own while commits go on."""

from __future__ import annotations

import json
import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds

from tests.store.conftest import Desk, Story

STORIES: Final = 24
WORDS: Final = 20  # of each story at first; what one gains another loses

_LOUD: Final = (OSError, duckdb.Error, pl.exceptions.PolarsError, pa.ArrowException, KeyError, ValueError)
Sight = tuple[int, int, int]  # rows, ids, words in all
RIGHT: Final[Sight] = (STORIES, STORIES, STORIES * WORDS)


def edition(commit: int) -> list[Story]:
    """The stories as of a commit: each time some words go from one to another, and one is told by a page of its own."""
    words = [WORDS] * STORIES
    for number in range(commit):
        words[number % STORIES] -= 1
        words[(number * 7 + 1) % STORIES] += 1
    return [Story(id=f"s{it}", uri=f"feed-{it % 3}.jsonl", record=str(it), text=" ".join(["tide"] * count)) for it, count in enumerate(words)]


def _duckdb(desk: Desk) -> Sight:
    with duckdb.connect() as database:
        query = "SELECT count(*), count(DISTINCT id), sum(word_count) FROM read_parquet(?)"
        (row,) = database.execute(query, [f"{desk.clean}/articles/**/*.parquet"]).fetchall()
    return row[0], row[1], int(row[2])


def _polars(desk: Desk) -> Sight:
    rows = pl.scan_parquet(f"{desk.clean}/articles/**/*.parquet").select(pl.len(), pl.col("id").n_unique(), pl.col("word_count").sum().alias("words"))
    (row,) = rows.collect().rows()
    return row


def _pandas(desk: Desk) -> Sight:
    rows = pd.read_parquet(desk.clean / "articles", columns=["id", "word_count"])
    return len(rows), rows["id"].nunique(), int(rows["word_count"].sum())


def _pyarrow(desk: Desk) -> Sight:
    return _sight(ds.dataset(desk.clean / "articles", format="parquet").to_table(columns=["id", "word_count"]))


def _pinned(desk: Desk) -> Sight:
    """Reads the version that the manifest names where it is kept, and holds its rows against the manifest's."""
    manifest = json.loads((desk.clean / "_manifest.json").read_bytes())
    folder = desk.state / "snapshots" / f"v{manifest['version']:06d}"
    for dataset, said in manifest["datasets"].items():
        if ds.dataset(folder / dataset, format="parquet").count_rows() != said["rows"]:
            return 0, 0, 0
    return _sight(ds.dataset(folder / "articles", format="parquet").to_table(columns=["id", "word_count"]))


def _sight(rows: pa.Table) -> Sight:
    ids, words = rows["id"].to_pylist(), rows["word_count"].to_pylist()
    return len(ids), len(set(ids)), sum(words)


READERS: Final[Mapping[str, Callable[[Desk], Sight]]] = {
    "duckdb": _duckdb,
    "polars": _polars,
    "pandas": _pandas,
    "pyarrow": _pyarrow,
    "pinned": _pinned,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """What a reader saw: right reads, wrong ones, and errors by kind."""

    right: int
    wrong: list[Sight]
    errors: Counter[str]


def _read_on(name: str, folder: Path, begun: Event, over: Event, results: Any) -> None:
    desk, right, wrong, errors = Desk(folder), 0, [], Counter[str]()
    while not over.is_set():
        try:
            sight = READERS[name](desk)
        except _LOUD as error:
            errors[type(error).__name__] += 1
            continue
        right += sight == RIGHT
        if sight != RIGHT:
            wrong.append(sight)
        begun.set()
    results.put((name, Reads(right=right, wrong=wrong, errors=errors)))


@contextmanager
def reading(folder: Path) -> Iterator[dict[str, Reads]]:
    """Lets all readers loop while the block runs; afterwards what they saw is in what is yielded."""
    context = multiprocessing.get_context("spawn")
    over, results = context.Event(), context.Queue()
    begun = {name: context.Event() for name in READERS}
    processes = [context.Process(target=_read_on, args=(name, folder, begun[name], over, results)) for name in READERS]
    reads: dict[str, Reads] = {}
    for process in processes:
        process.start()
    try:
        for name, event in begun.items():
            assert event.wait(120), f"{name} has read nothing"
        yield reads
    finally:
        over.set()
        reads.update(results.get(timeout=60) for _ in processes)
        for process in processes:
            process.join()
