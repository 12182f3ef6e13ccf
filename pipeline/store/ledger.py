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

from pipeline.records import Repeat
from pipeline.store import operations
from pipeline.store.accounts import Counts, RunInfo, SiteRun
from pipeline.store.errors import REBUILD, StoreError
from pipeline.store.history import History
from pipeline.store.ledger_tables import LEDGER_VERSION, STEPS
from pipeline.store.parts import Part
from pipeline.store.settle import Page, Place, Placement, Standing

_PAGE: Final = "source_uri, source_record, source_sha256, digest, fetched_at, date_modified, date_published"
_STANDING: Final = f"{_PAGE}, revision, articles_file, removed_file, duplicates_file, placement, duplicate_of, similarity"
_values: Final = attrgetter(*Page.__slots__)
_IN_ARTICLES: Final = "UPDATE articles SET articles_file = ? WHERE articles_file = ?"
_IN_REMOVED: Final = "UPDATE articles SET removed_file = ? WHERE removed_file = ?"
_MOVES: Final = {
    "articles": _IN_ARTICLES,
    "held": _IN_ARTICLES,
    "removed": _IN_REMOVED,
    "held_removed": _IN_REMOVED,
    "duplicates": "UPDATE articles SET duplicates_file = ? WHERE duplicates_file = ?",
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
    broken: int | None = 0  # of its pages, records that cannot be read; None: nobody counted them


_INPUT: Final = ", ".join(InputRow.__slots__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published version, the run that made it, and when (ISO 8601, UTC); and the last run that went back to an earlier version."""

    version: int
    run_id: str
    published_at: str
    last_rollback: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many rejected rows of a source a file holds, and the sum of their hashes."""

    file: int
    rows: int
    digest: int


def existing_ledger(state: Path) -> Path:
    """Returns the ledger's file in a state folder. Raises StoreError where there is none: a name may have been mistyped, and to open it would make one."""
    path = state / "ledger.db"
    if not path.is_file():
        raise StoreError(f"{path} is missing: nothing was published there; `copydesk clean` comes first")
    return path


class Ledger:
    """An open ledger. Reading is free; writing happens inside `transaction`."""

    def __init__(self, path: Path) -> None:
        try:
            # A flow may open the dataset in one thread and commit in another; it never does both at once.
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        except sqlite3.OperationalError as error:
            raise _unfit(path, error) from error
        try:
            self._prepare(path)
        except sqlite3.DatabaseError as error:
            self.close()
            raise _unfit(path, error) from error
        except StoreError:
            self.close()
            raise

    @property
    def history(self) -> History:
        """The versions that are kept."""
        return History(self._database)

    def close(self) -> None:
        """Closes the file; an open transaction is undone."""
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commits what the block wrote, all of it, or nothing when it raises. Raises StoreError where the disk does not take it."""
        try:
            self._database.execute("BEGIN IMMEDIATE")
            yield
            operations.sql_commit(self._database)
        except sqlite3.OperationalError as error:
            raise StoreError(f"the ledger cannot be written: {error}") from error
        finally:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")

    def published(self) -> Published | None:
        """Returns the version that readers are to see; None before the first."""
        last = "(SELECT run_id FROM runs WHERE rolled_back_to NOT NULL ORDER BY version DESC LIMIT 1)"
        query = f"SELECT version, run_id, committed_at, {last} FROM runs WHERE version NOT NULL ORDER BY version DESC LIMIT 1"  # noqa: S608 - a constant
        row = self._database.execute(query).fetchone()
        return Published(version=row[0], run_id=row[1], published_at=row[2], last_rollback=row[3]) if row else None

    def knows_run(self, run_id: str) -> bool:
        """Returns whether a run of this id has committed."""
        return self._database.execute("SELECT 1 FROM runs WHERE run_id = ?", [run_id]).fetchone() is not None

    def live_parts(self) -> list[Part]:
        """Returns the parts of the published version, by name."""
        rows = self._database.execute("SELECT name, dataset, rows, bytes, sha256 FROM files WHERE dead_version IS NULL ORDER BY name")
        return [_part(row) for row in rows]

    def numbered_parts(self) -> list[tuple[int, Part]]:
        """Returns the parts of the published version with their numbers."""
        rows = self._database.execute("SELECT number, name, dataset, rows, bytes, sha256 FROM files WHERE dead_version IS NULL ORDER BY number")
        return [(row[0], _part(row[1:])) for row in rows]

    def part(self, number: int) -> Part:
        """Returns the part of this number."""
        return _part(self._database.execute("SELECT name, dataset, rows, bytes, sha256 FROM files WHERE number = ?", [number]).fetchone())

    def file_names(self) -> set[str]:
        """Returns the names of all data files that must be kept: those of the published version and of the earlier ones that are kept."""
        return {name for (name,) in self._database.execute("SELECT name FROM files")}

    def known_input(self, uri: str) -> InputRow | None:
        """Returns the input as it was last read; None where it never was."""
        row = self._database.execute(f"SELECT {_INPUT} FROM inputs WHERE uri = ?", [uri]).fetchone()  # noqa: S608 - a constant
        return _input(row) if row else None

    def known_inputs(self) -> Iterator[InputRow]:
        """Yields all inputs as they were last read, by name."""
        yield from map(_input, self._database.execute(f"SELECT {_INPUT} FROM inputs ORDER BY uri"))  # noqa: S608 - a constant

    def standings(self, ids: Sequence[str]) -> dict[str, Standing]:
        """Returns what stands under those of these ids that have an article."""
        query = f"SELECT id, {_STANDING} FROM articles WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 - a constant
        return {row[0]: _standing(row[1:]) for row in self._database.execute(query, [orjson.dumps(ids).decode()])}

    def rejections(self, uris: Sequence[str]) -> dict[str, list[Tally]]:
        """Returns, for each of these sources that has rejected rows, the files that hold them."""
        query = "SELECT source_uri, file, rows, digest FROM rejections WHERE source_uri IN (SELECT value FROM json_each(?))"
        found: dict[str, list[Tally]] = {}
        for uri, file, rows, digest in self._database.execute(query, [orjson.dumps(uris).decode()]):
            found.setdefault(uri, []).append(Tally(file=file, rows=rows, digest=int(digest, 16)))
        return found

    def add_run(self, run: RunInfo, counts: Counts, committed_at: datetime, version: int | None, rolled_back_to: int | None = None) -> None:
        """Records a run, with the version it publishes where it publishes one, and the earlier one that it went back to where it did."""
        values = [run.run_id, run.started_at.isoformat(), committed_at.isoformat(), version, run.pages_read, *astuple(counts), rolled_back_to]
        self._database.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def add_inputs(self, inputs: Iterable[InputRow]) -> None:
        """Records inputs as they were read now."""
        self._database.executemany(f"INSERT OR REPLACE INTO inputs ({_INPUT}) VALUES (?{', ?' * 9})", map(astuple, inputs))  # noqa: S608 - a constant

    def add_parts(self, parts: Iterable[Part], version: int) -> dict[str, int]:
        """Records parts that this version publishes first; returns their numbers by name."""
        insert = "INSERT INTO files (name, dataset, rows, bytes, sha256, born_version) VALUES (?, ?, ?, ?, ?, ?)"
        return {part.name: _number(self._database.execute(insert, [*astuple(part), version])) for part in parts}

    def replace_part(self, dataset: str, old: int, new: int | None, version: int) -> None:
        """Records that this version no longer holds a part, and that what remains of its rows lies in the new one."""
        self._database.execute("UPDATE files SET dead_version = ? WHERE number = ?", [version, old])
        if new is not None:
            self._database.execute(_MOVES[dataset], [new, old])

    def merge_parts(self, dataset: str, olds: Iterable[int], new: int, version: int) -> None:
        """Records that from this version on one part holds the rows of several. Tallies of rejected rows are forgotten: they are to be added anew."""
        for old in olds:
            if dataset == "rejected":
                self._database.execute("DELETE FROM rejections WHERE file = ?", [old])
            self.replace_part(dataset, old, new, version)

    def put_articles(self, standings: Iterable[tuple[str, Standing]]) -> None:
        """Records articles under their ids, in place of what stood there."""
        insert = f"INSERT OR REPLACE INTO articles (id, {_STANDING}) VALUES (?{', ?' * 14})"  # noqa: S608 - a constant
        self._database.executemany(insert, ((name, *_standing_values(standing)) for name, standing in standings))

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
        counting, now = set(self.learned(kind)), set(names)
        self._database.executemany("DELETE FROM learned WHERE kind = ? AND name = ?", ((kind, name) for name in sorted(counting - now)))
        self._database.executemany("INSERT INTO learned VALUES (?, ?)", ((kind, name) for name in sorted(now - counting)))

    def input_drafts(self) -> Iterator[tuple[str, str]]:
        """Yields the name of each input with those of the drafts files that hold its pages as they were last read."""
        yield from self._database.execute("SELECT uri, drafts FROM input_drafts ORDER BY uri, drafts")

    def put_input_drafts(self, drafts: Mapping[str, Iterable[str]]) -> None:
        """Records in which drafts files the pages of these inputs are."""
        self._database.executemany("DELETE FROM input_drafts WHERE uri = ?", ([uri] for uri in drafts))
        self._database.executemany("INSERT INTO input_drafts VALUES (?, ?)", ((uri, name) for uri, names in drafts.items() for name in names))

    def trailing_runs(self, sites: Sequence[str], runs: int) -> dict[str, list[SiteRun]]:
        """Returns the last runs of each of these sites, at most so many, the last first."""
        query = f"""
            SELECT {", ".join(SiteRun.__slots__)} FROM (
                SELECT site_runs.*, row_number() OVER (PARTITION BY site ORDER BY started_at DESC, run_id DESC) AS place
                FROM site_runs JOIN runs USING (run_id) WHERE site IN (SELECT value FROM json_each(?))
            ) WHERE place <= ? ORDER BY site, place
        """  # noqa: S608 - a constant
        found: dict[str, list[SiteRun]] = {}
        for *figures, off in self._database.execute(query, [orjson.dumps(sites).decode(), runs]):
            found.setdefault(figures[0], []).append(SiteRun(**dict(zip(SiteRun.__slots__, [*figures, tuple(off.split())], strict=True))))
        return found

    def add_site_runs(self, run_id: str, runs: Iterable[SiteRun]) -> None:
        """Records what came of sites' pages in a run."""
        rows = ((it.site, run_id, *astuple(it)[1:-1], " ".join(it.off)) for it in runs)
        self._database.executemany("INSERT INTO site_runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def forget_removed(self, file: int, ids: Iterable[str]) -> None:
        """Records that a file has no removed blocks of these articles any more."""
        self._database.executemany("UPDATE articles SET removed_file = NULL WHERE id = ? AND removed_file = ?", ((name, file) for name in ids))

    def runs_before(self, instant: datetime) -> set[str]:
        """Returns the ids of the runs that began before this."""
        runs = self._database.execute("SELECT run_id, started_at FROM runs").fetchall()
        return {run_id for run_id, started_at in runs if datetime.fromisoformat(started_at) < instant}

    def withdrawn(self) -> dict[str, str]:
        """Returns the reason of each article that was withdrawn, by id."""
        return dict(self._database.execute("SELECT id, reason FROM withdrawn"))

    def put_withdrawn(self, ids: Iterable[str], reason: str, at: datetime) -> None:
        """Records that articles were withdrawn, in place of what stood there."""
        values = [(name, reason, at.isoformat()) for name in ids]
        self._database.executemany("INSERT OR REPLACE INTO withdrawn VALUES (?, ?, ?)", values)
        self._database.executemany("DELETE FROM articles WHERE id = ?", ([name] for name, _, _ in values))

    def repeating(self, name: str) -> list[str]:
        """Returns the ids of the articles that repeat this one."""
        return [other for (other,) in self._database.execute("SELECT id FROM articles WHERE duplicate_of = ? ORDER BY id", [name])]

    def _prepare(self, path: Path) -> None:
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute("PRAGMA foreign_keys = ON")
        self._database.execute("PRAGMA recursive_triggers = ON")  # or INSERT OR REPLACE would not tell what it replaces
        version = self._database.execute("PRAGMA user_version").fetchone()[0]
        if version > LEDGER_VERSION:
            raise StoreError(f"{path} was written by a newer copydesk (ledger version {version}, this one knows {LEDGER_VERSION}); upgrade copydesk")
        if version < LEDGER_VERSION:
            with self.transaction():
                for statement in chain.from_iterable(STEPS[version:]):
                    self._database.execute(statement)
                self._database.execute(f"PRAGMA user_version = {LEDGER_VERSION}")


def _unfit(path: Path, error: sqlite3.DatabaseError) -> StoreError:
    """What is wrong with a ledger that does not open: with the place, which a new one would not mend, or with the file."""
    if isinstance(error, sqlite3.OperationalError):
        return StoreError(f"{path} cannot be used: {error}; this user must be able to write in {path.parent}")
    return StoreError(f"{path} is no ledger that can be read: {error}; {REBUILD}")


def _number(inserted: sqlite3.Cursor) -> int:
    assert inserted.lastrowid is not None  # noqa: S101 - an INSERT into a table with row ids
    return inserted.lastrowid


def _part(row: Sequence[Any]) -> Part:
    return Part(name=row[0], dataset=row[1], rows=row[2], bytes=row[3], sha256=row[4])


def _standing(row: Sequence[Any]) -> Standing:
    page, (revision, articles_file, removed_file, duplicates_file, placement, duplicate_of, similarity) = row[:7], row[7:]
    return Standing(
        page=_page(page),
        revision=revision,
        articles_file=articles_file,
        removed_file=removed_file,
        duplicates_file=duplicates_file,
        place=Place(placement=Placement(placement), repeat=Repeat(duplicate_of=duplicate_of, similarity=similarity) if duplicate_of else None),
    )


def _standing_values(standing: Standing) -> tuple[object, ...]:
    place = standing.place
    repeat = (place.repeat.duplicate_of, place.repeat.similarity) if place.repeat else (None, None)
    files = (standing.articles_file, standing.removed_file, standing.duplicates_file)
    return *_values(standing.page), standing.revision, *files, place.placement, *repeat


def _input(row: Sequence[Any]) -> InputRow:
    return InputRow(**dict(zip(InputRow.__slots__, row, strict=True)))


def _page(row: Sequence[Any]) -> Page:
    return Page(**dict(zip(Page.__slots__, row, strict=True)))
