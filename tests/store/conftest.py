"""A small newsroom for the store's tests: invented stories, staged as batches stage them, and what readers then see."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.records import Duplicates, Repeat
from pipeline.settings import Retention
from pipeline.store.accounts import Commit, RunInfo
from pipeline.store.check import check_dataset
from pipeline.store.commit import Submission
from pipeline.store.dataset import Dataset, open_dataset
from pipeline.store.keys import KEYS, newest_rows
from pipeline.store.ledger import InputRow
from pipeline.store.parts import write_part
from pipeline.store.rebuild import rebuild_ledger
from pipeline.store.schema import ARTICLES, DATASETS, REJECTED, REMOVED
from pipeline.store.staging import BatchParts

DAY_0 = datetime(2031, 5, 1, 6, 30, tzinfo=UTC)
OF_THE_RUN = {"run_id", "processed_at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An article as a page tells it; `day` is when the page was fetched, in days from the first."""

    id: str
    text: str = "The ferry to Brackwater sails again."
    uri: str = "monday.jsonl"
    record: str = "0"
    day: int | None = 0
    removals: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """A page that gave no article."""

    uri: str = "monday.jsonl"
    record: str = "0"
    detail: str = "Four words of text."
    reason: str = "too_short"


Page = Story | Misfit
Rows = dict[str, list[dict[str, Any]]]


class Desk:
    """One dataset in a folder of its own."""

    def __init__(self, folder: Path, retention: Retention = Retention(versions=1, grace_hours=0)) -> None:  # noqa: B008 - it is frozen
        self.clean = folder / "clean"
        self.state = folder / ".copydesk" / "clean"
        self.retention = retention

    @contextmanager
    def open(self, run_id: str | None = None) -> Iterator[Dataset]:
        with open_dataset(self.clean, self.state, run_id=run_id, retention=self.retention) as dataset:
            yield dataset

    def run(
        self,
        run_id: str,
        *batches: Sequence[Page],
        pages_read: int | None = None,
        repeats: Mapping[str, Repeat | None] | None = None,
        duplicates: Duplicates = Duplicates.REJECT,
        started_at: datetime = DAY_0,
    ) -> Commit:
        """Stages the batches and commits them, as a run does; `repeats` is what it found out of duplicates."""
        pages = [page for batch in batches for page in batch]
        with self.open(run_id) as dataset:
            parts = [stage(dataset.data_dir, f"{run_id}-{number:04d}", batch, run_id) for number, batch in enumerate(batches)]
            broken = Counter(page.uri for page in pages if isinstance(page, Misfit) and page.reason == "broken_record")
            inputs = [input_row(uri, run_id, count, broken[uri]) for uri, count in sorted(Counter(page.uri for page in pages).items())]
            run = RunInfo(run_id=run_id, started_at=started_at, pages_read=len(pages) if pages_read is None else pages_read)
            articles = dataset.settle(parts)
            return dataset.commit(Submission(run=run, articles=articles, repeats=repeats or {}, duplicates=duplicates, inputs=tuple(inputs)))

    def roll_back(self, version: int, run_id: str) -> int:
        with self.open(run_id) as dataset:
            return dataset.roll_back(version, RunInfo(run_id=run_id, started_at=DAY_0, pages_read=0))

    def rebuild(self, run_id: str) -> None:
        """A ledger made anew from what is published, and then what a run would do at its start."""
        run = RunInfo(run_id=run_id, started_at=DAY_0, pages_read=0)
        rebuild_ledger(self.clean, self.state, run, digest_of, {})
        with self.open(run_id):
            pass

    def problems(self) -> list[str]:
        """What a check of the dataset finds."""
        return list(check_dataset(self.clean, self.state))

    def kept(self) -> dict[str, set[str]]:
        """The texts of the articles of each version that is kept, by the name of its folder."""
        folders = sorted((self.state / "snapshots").glob("v*"))
        return {folder.name: {row["text"] for row in _rows_in(folder / "articles")} for folder in folders}

    def facts(self) -> dict[str, list[tuple[Any, ...]]]:
        """What the ledger says of articles, rejected pages, inputs and what was learned, wherever their rows may lie."""
        queries = {
            "articles": "SELECT id, source_uri, source_record, digest, fetched_at, revision, placement, duplicate_of FROM articles ORDER BY id",
            "rejections": "SELECT source_uri, sum(rows) FROM rejections GROUP BY source_uri ORDER BY source_uri",
            "inputs": "SELECT uri, sha256 FROM inputs ORDER BY uri",
            "learned": "SELECT kind, name FROM learned ORDER BY kind, name",
        }
        with closing(sqlite3.connect(self.state / "ledger.db")) as database:
            return {name: database.execute(query).fetchall() for name, query in queries.items()}

    def rows(self, *, of_the_run: bool = False) -> Rows:
        """What readers see, by dataset, in a fixed order, without the columns that name the run."""
        hidden = set() if of_the_run else OF_THE_RUN
        return {
            dataset: sorted(({name: value for name, value in row.items() if name not in hidden} for row in self.raw_rows(dataset)), key=repr)
            for dataset in DATASETS
        }

    def raw_rows(self, dataset: str) -> list[dict[str, Any]]:
        return _rows_in(self.clean / dataset)

    def texts(self) -> dict[str, tuple[str, int]]:
        """Text and revision of each published article, by id; fails where an id stands twice."""
        rows = self.raw_rows("articles")
        texts = {row["id"]: (row["text"], row["revision"]) for row in rows}
        assert len(texts) == len(rows)
        return texts

    def rejections(self) -> list[tuple[str, str, str, str]]:
        """Source, record, reason and detail of each published rejected row."""
        return sorted((row["source_uri"], row["source_record"], row["reason"], row["detail"]) for row in self.raw_rows("rejected"))

    def superseded(self) -> list[tuple[str, str]]:
        """Source and record of each page that lost to a newer one."""
        return [(uri, record) for uri, record, reason, _ in self.rejections() if reason == "superseded"]

    def manifest(self) -> dict[str, Any]:
        return orjson.loads((self.clean / "_manifest.json").read_bytes())

    def data_files(self) -> set[str]:
        return {file.name for file in (self.state / "data").iterdir()}


def _rows_in(folder: Path) -> list[dict[str, Any]]:
    return [row for file in sorted(folder.rglob("*.parquet")) for row in pq.ParquetFile(file).read().to_pylist()]


def stage(directory: Path, suffix: str, pages: Sequence[Page], run_id: str) -> BatchParts:
    """Writes a batch's parts, as a batch process does."""
    stories = [page for page in pages if isinstance(page, Story)]
    misfits = [page for page in pages if isinstance(page, Misfit)]
    keys = table(KEYS, [_key(story) for story in stories])
    kept = [stories[row] for row in newest_rows(keys)]
    removals = [_removal(story, position, run_id) for story in kept for position in range(story.removals)]
    return BatchParts(
        articles=write_part(directory, "articles", table(ARTICLES, [_article(story, run_id) for story in kept]), f"articles-{suffix}.parquet"),
        rejected=write_part(directory, "rejected", table(REJECTED, [_misfit(misfit, run_id) for misfit in misfits]), f"rejected-{suffix}.parquet"),
        removed=write_part(directory, "removed", table(REMOVED, removals), f"removed-{suffix}.parquet"),
        keys=write_part(directory, "keys", keys, f"keys-{suffix}.parquet"),
    )


def table(schema: pa.Schema, rows: Sequence[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=schema)


def input_row(uri: str, run_id: str, pages: int, broken: int = 0) -> InputRow:
    facts = {"size": 10, "mtime_ns": 20, "inode": 30, "facts_digest": "", "format": "jsonl"}
    return InputRow(uri=uri, sha256=sha256(uri), pages=pages, run_id=run_id, broken=broken, **facts)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _fetched_at(story: Story) -> datetime | None:
    return None if story.day is None else DAY_0 + timedelta(days=story.day)


def _source(page: Page) -> dict[str, Any]:
    return {"source_uri": page.uri, "source_format": "jsonl", "source_record": page.record}


def _article(story: Story, run_id: str) -> dict[str, Any]:
    facts = {
        "id": story.id,
        "revision": 1,
        "site": "brackwater.example",
        "title": f"Ferry {story.id}",
        "text": story.text,
        "authors": ["Ada Quill"],
        "keywords": [],
        "images": [{"url": None, "caption": "The quay.", "credit": None, "alt": None}],
        "paywall_detected": False,
        "flags": [],
        "word_count": len(story.text.split()),
        "removed_block_count": story.removals,
        "content_hash": sha256(story.text),
        "simhash": 7,
        "field_sources": {"title": "og:title"},
        "extractor": "trafilatura",
        "extractor_version": "x1",
        "rules_version": "r1",
        "source_sha256": _page_hash(story),
        "charset": "utf-8",
        "fetched_at": _fetched_at(story),
        "processed_at": DAY_0,
        "run_id": run_id,
    }
    return facts | _source(story)


def _key(story: Story) -> dict[str, Any]:
    facts = {
        "id": story.id,
        "site": "brackwater.example",
        "source_sha256": _page_hash(story),
        "digest": _digest(story.text, story.removals),
        "fetched_at": _fetched_at(story),
        "title": f"Ferry {story.id}",
        "text_sample": story.text[:500],
        "char_count": len(story.text),
    }
    return facts | _source(story)


def digest_of(row: Mapping[str, Any]) -> str:
    """The digest of a published article, as its page's key has it."""
    return _digest(row["text"], row["removed_block_count"])


def _digest(text: str, removals: int) -> str:
    return sha256(f"{text}/{removals}")


def _page_hash(story: Story) -> str:
    return sha256(f"{story.text}{story.day}")


def _removal(story: Story, position: int, run_id: str) -> dict[str, Any]:
    return {
        "id": story.id,
        "position": position,
        "site": "brackwater.example",
        "action": "dropped",
        "kind": "newsletter",
        "layer": "rule",
        "rule_id": "lang/en:newsletter",
        "reason": "It asks readers to sign up.",
        "text": f"Sign up for the tide table, says {story.text}",
        "rules_version": "r1",
        "run_id": run_id,
    }


def _misfit(misfit: Misfit, run_id: str) -> dict[str, Any]:
    facts = {
        "id": f"{misfit.uri}#{misfit.record}",
        "stage": "clean",
        "reason": misfit.reason,
        "detail": misfit.detail,
        "retryable": False,
        "char_count": 20,
        "elapsed_ms": 1.5,
        "attempts": 1,
        "processed_at": DAY_0,
        "run_id": run_id,
    }
    return facts | _source(misfit)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def new_desk(tmp_path: Path) -> Callable[[], Desk]:
    """Makes desks, each with a folder of its own."""
    numbers = count()
    return lambda: Desk(tmp_path / f"desk-{next(numbers)}")
