"""The ledger: a SQLite file that says which data files are published, what became of each input, and where each article lies.

Its transaction is the commit point: what it holds is true, and the folders of readers are made to agree with it. It must lie on a local disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import datetime
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

import orjson

from pipeline.store import operations
from pipeline.store.accounts import Counts, RunInfo
from pipeline.store.errors import StoreError
from pipeline.store.ledger_tables import LEDGER_VERSION, STEPS
from pipeline.store.parts import Part
from pipeline.store.settle import Page, Standing

_PAGE: Final = "source_uri, source_record, source_sha256, digest, fetched_at, date_modified, date_published"
_values: Final = attrgetter(*Page.__slots__)
_MOVES: Final = {
    "articles": "UPDATE articles SET articles_file = ? WHERE articles_file = ?",
    "removed": "UPDATE articles SET removed_file = ? WHERE removed_file = ?",
    "rejected": "UPDATE rejections SET file = ? WHERE file = ?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRow:
    """An input file as a run last read it: what tells, without opening it, that it is the same, and its hash."""

    uri: str
    size: int  # bytes
    mtime_ns: int
    inode: int
    sha256: str
    facts_digest: str
    format: str
    pages: int
    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published version, the run that made it, and when (ISO 8601, UTC)."""

    version: int
    run_id: str
    published_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many rejected rows of a source a file holds, and the sum of their hashes."""

    file: int
    rows: int
    digest: int


class Ledger:
    """An open ledger. Reading is free; writing happens inside `transaction`."""

    def __init__(self, path: Path) -> None:
        try:
            # A flow may open the dataset in one thread and commit in another; it never does both at once.
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        except sqlite3.OperationalError as error:
            raise StoreError(f"{path} cannot be opened: {error}") from error
        try:
            self._prepare(path)
        except sqlite3.DatabaseError as error:
            self.close()
            raise StoreError(f"{path} is no ledger that can be read: {error}") from error
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        """Closes the file; an open transaction is undone."""
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commits what the block wrote, all of it, or nothing when it raises."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            operations.sql_commit(self._database)
        finally:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")

    def published(self) -> Published | None:
        """Returns the version that readers are to see; None before the first."""
        row = self._database.execute("SELECT version, run_id, committed_at FROM runs WHERE version NOT NULL ORDER BY version DESC LIMIT 1").fetchone()
        return Published(version=row[0], run_id=row[1], published_at=row[2]) if row else None

    def knows_run(self, run_id: str) -> bool:
        """Returns whether a run of this id has committed."""
        return self._database.execute("SELECT 1 FROM runs WHERE run_id = ?", [run_id]).fetchone() is not None

    def live_parts(self) -> list[Part]:
        """Returns the parts of the published version, by name."""
        rows = self._database.execute("SELECT name, dataset, rows, bytes, sha256 FROM files WHERE dead_version IS NULL ORDER BY name")
        return [_part(row) for row in rows]

    def part(self, number: int) -> Part:
        """Returns the part of this number."""
        return _part(self._database.execute("SELECT name, dataset, rows, bytes, sha256 FROM files WHERE number = ?", [number]).fetchone())

    def file_names(self) -> set[str]:
        """Returns the names of all data files that must be kept: the published ones and those in their time of grace."""
        return {name for (name,) in self._database.execute("SELECT name FROM files")}

    def known_input(self, uri: str) -> InputRow | None:
        """Returns the input as it was last read; None where it never was."""
        row = self._database.execute(
            "SELECT uri, size, mtime_ns, inode, sha256, facts_digest, format, pages, run_id FROM inputs WHERE uri = ?", [uri]
        ).fetchone()
        return InputRow(**dict(zip(InputRow.__slots__, row, strict=True))) if row else None

    def standings(self, ids: Sequence[str]) -> dict[str, Standing]:
        """Returns the published articles among these ids."""
        query = f"SELECT id, revision, articles_file, removed_file, {_PAGE} FROM articles WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 - a constant
        rows = self._database.execute(query, [orjson.dumps(ids).decode()])
        return {row[0]: Standing(revision=row[1], articles_file=row[2], removed_file=row[3], page=_page(row[4:])) for row in rows}

    def rejections(self, uris: Sequence[str]) -> dict[str, list[Tally]]:
        """Returns, for each of these sources that has rejected rows, the files that hold them."""
        query = "SELECT source_uri, file, rows, digest FROM rejections WHERE source_uri IN (SELECT value FROM json_each(?))"
        found: dict[str, list[Tally]] = {}
        for uri, file, rows, digest in self._database.execute(query, [orjson.dumps(uris).decode()]):
            found.setdefault(uri, []).append(Tally(file=file, rows=rows, digest=int(digest, 16)))
        return found

    def add_run(self, run: RunInfo, counts: Counts, committed_at: datetime, version: int | None) -> None:
        """Records a run, with the version it publishes where it publishes one."""
        values = [run.run_id, run.started_at.isoformat(), committed_at.isoformat(), version, run.pages_read, *astuple(counts)]
        self._database.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def add_inputs(self, inputs: Iterable[InputRow]) -> None:
        """Records inputs as they were read now."""
        self._database.executemany("INSERT OR REPLACE INTO inputs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(astuple, inputs))

    def add_parts(self, parts: Iterable[Part], version: int) -> dict[str, int]:
        """Records parts that this version publishes first; returns their numbers by name."""
        insert = "INSERT INTO files (name, dataset, rows, bytes, sha256, born_version) VALUES (?, ?, ?, ?, ?, ?)"
        return {part.name: _number(self._database.execute(insert, [*astuple(part), version])) for part in parts}

    def replace_part(self, dataset: str, old: int, new: int | None, version: int) -> None:
        """Records that this version no longer holds a part, and that what remains of its rows lies in the new one."""
        self._database.execute("UPDATE files SET dead_version = ? WHERE number = ?", [version, old])
        if new is not None:
            self._database.execute(_MOVES[dataset], [new, old])

    def put_articles(self, standings: Iterable[tuple[str, Standing]]) -> None:
        """Records articles under their ids, in place of what stood there."""
        rows = ((name, *_values(it.page), it.revision, it.articles_file, it.removed_file) for name, it in standings)
        insert = f"INSERT OR REPLACE INTO articles (id, {_PAGE}, revision, articles_file, removed_file) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - a constant
        self._database.executemany(insert, rows)

    def put_pages(self, pages: Iterable[tuple[str, Page]]) -> None:
        """Records the newest page that says what a published article says."""
        update = f"UPDATE articles SET ({_PAGE}) = (?, ?, ?, ?, ?, ?, ?) WHERE id = ? AND ({_PAGE}) IS NOT (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - a constant
        self._database.executemany(update, ((*_values(page), name, *_values(page)) for name, page in pages))

    def forget_rejections(self, uris: Iterable[str]) -> None:
        """Records that sources have no rejected rows any more."""
        self._database.executemany("DELETE FROM rejections WHERE source_uri = ?", ([uri] for uri in uris))

    def add_rejections(self, tallies: Iterable[tuple[str, Tally]]) -> None:
        """Records the rejected rows of sources."""
        rows = ((uri, tally.file, tally.rows, f"{tally.digest:032x}") for uri, tally in tallies)
        self._database.executemany("INSERT INTO rejections VALUES (?, ?, ?, ?)", rows)

    def learned(self, kind: str) -> list[str]:
        """Returns the names of the learned files of a kind that count, sorted."""
        return [name for (name,) in self._database.execute("SELECT name FROM learned WHERE kind = ? ORDER BY name", [kind])]

    def put_learned(self, kind: str, names: Iterable[str]) -> None:
        """Records which learned files of a kind count from now on."""
        self._database.execute("DELETE FROM learned WHERE kind = ?", [kind])
        self._database.executemany("INSERT INTO learned VALUES (?, ?)", ((kind, name) for name in names))

    def input_drafts(self) -> Iterator[tuple[str, str]]:
        """Yields the name of each input with those of the drafts files that hold its pages as they were last read."""
        yield from self._database.execute("SELECT uri, drafts FROM input_drafts ORDER BY uri, drafts")

    def put_input_drafts(self, drafts: Mapping[str, Iterable[str]]) -> None:
        """Records in which drafts files the pages of these inputs are."""
        self._database.executemany("DELETE FROM input_drafts WHERE uri = ?", ([uri] for uri in drafts))
        self._database.executemany("INSERT INTO input_drafts VALUES (?, ?)", ((uri, name) for uri, names in drafts.items() for name in names))

    def forget_dead_parts(self) -> None:
        """Forgets the parts that neither the published version nor the one before it holds."""
        self._database.execute("DELETE FROM files WHERE dead_version < (SELECT max(version) FROM runs)")

    def _prepare(self, path: Path) -> None:
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute("PRAGMA foreign_keys = ON")
        version = self._database.execute("PRAGMA user_version").fetchone()[0]
        if version > LEDGER_VERSION:
            raise StoreError(f"{path} was written by a newer copydesk (ledger version {version}, this one knows {LEDGER_VERSION}); upgrade copydesk")
        if version < LEDGER_VERSION:
            with self.transaction():
                for statement in chain.from_iterable(STEPS[version:]):
                    self._database.execute(statement)
                self._database.execute(f"PRAGMA user_version = {LEDGER_VERSION}")


def _number(inserted: sqlite3.Cursor) -> int:
    assert inserted.lastrowid is not None  # noqa: S101 - an INSERT into a table with row ids
    return inserted.lastrowid


def _part(row: Sequence[Any]) -> Part:
    return Part(name=row[0], dataset=row[1], rows=row[2], bytes=row[3], sha256=row[4])


def _page(row: Sequence[Any]) -> Page:
    return Page(**dict(zip(Page.__slots__, row, strict=True)))
