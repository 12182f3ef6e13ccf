"""The check of a dataset: that ledger, files, hashes and accounts say one thing. It changes nothing."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.records import Reason
from pipeline.store.dataset import LEARNED
from pipeline.store.errors import REBUILD, StoreError
from pipeline.store.ledger import Ledger
from pipeline.store.parts import Part, distinct_values, read_columns
from pipeline.store.publish import Shelf, version_name
from pipeline.store.rejections import sums_of
from pipeline.store.schema import REJECTED
from pipeline.store.settle import Placement

# The ledger's column that names the part of each dataset in which what belongs to an article's row is.
_FILE_COLUMNS: Final = {
    "removed": "removed_file",
    "held_removed": "removed_file",
    "duplicates": "duplicates_file",
}


def check_dataset(clean: Path, state: Path) -> Iterator[str]:
    """Yields one sentence for each thing that is not as it must be. The caller holds the lock."""
    shelf = Shelf.of(clean, state)
    path = state / "ledger.db"
    if not path.is_file():
        yield f"{path} is missing; {REBUILD}"
        return
    try:
        with closing(Ledger(path)) as ledger, closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            yield from chain(_check_ledger(database), _check_accounts(database), _check_articles(database))
            yield from chain(_check_parts(shelf, ledger, database), _check_shown(shelf, ledger), _check_learned(state, database))
    except StoreError as error:
        yield f"{error}"
    except sqlite3.DatabaseError as error:
        yield f"{path} cannot be read to its end: {error}; {REBUILD}"


def _check_ledger(database: sqlite3.Connection) -> Iterator[str]:
    for (message,) in database.execute("PRAGMA integrity_check"):
        if message != "ok":
            yield f"the ledger is damaged: {message}"
    for table, *_ in database.execute("PRAGMA foreign_key_check"):
        yield f"the ledger's table {table} names something that is not there"


def _check_accounts(database: sqlite3.Connection) -> Iterator[str]:
    query = "SELECT run_id, pages_read, new + revised + unchanged + rejected FROM runs ORDER BY started_at"
    for run_id, read, known in database.execute(query):
        if read != known:
            yield f"run {run_id} read {read} pages, and {known} are accounted for"
    query = """
        SELECT run_id, pages_read, coalesce(sum(inputs.pages), 0),
            runs.rowid > coalesce((SELECT max(rowid) FROM runs WHERE rolled_back_to NOT NULL), 0)
            AND runs.rowid = (SELECT max(rowid) FROM runs WHERE pages_read > 0)
            AND NOT EXISTS (SELECT 1 FROM inputs AS again JOIN runs AS later USING (run_id) WHERE later.rowid > runs.rowid)
        FROM runs LEFT JOIN inputs USING (run_id) GROUP BY run_id ORDER BY started_at
    """
    for run_id, read, of_inputs, is_last in database.execute(query):
        # Of what an earlier run read, a later one may have read some again, or have gone back behind it.
        if of_inputs > read or (is_last and of_inputs != read):
            yield f"run {run_id} read {read} pages, and the inputs that it was the last to read have {of_inputs}"


def _check_articles(database: sqlite3.Connection) -> Iterator[str]:
    """No article that was withdrawn stands, and those that are held back, and no others, lie where no reader looks."""
    for (name,) in database.execute("SELECT id FROM articles JOIN withdrawn USING (id) ORDER BY id"):
        yield f"article {name} was withdrawn, and the ledger has it all the same"
    query = """
        SELECT id, placement, dataset FROM articles JOIN files ON number = articles_file
        WHERE dataset != CASE placement WHEN ? THEN 'held' ELSE 'articles' END ORDER BY id
    """
    for name, placement, dataset in database.execute(query, [Placement.HELD]):
        yield f"article {name} is {placement} by the ledger, and its row lies in a file of {dataset}"


def _check_parts(shelf: Shelf, ledger: Ledger, database: sqlite3.Connection) -> Iterator[str]:
    """Every file that is kept is what it was, and those of today's version hold just the rows that the ledger says."""
    live = {part.name: number for number, part in ledger.numbered_parts()}
    rows = _Rows(database)
    query = "SELECT name, dataset, rows, bytes, sha256 FROM files ORDER BY name"
    for row in database.execute(query):
        part = Part(**dict(zip(Part.__slots__, row, strict=True)))
        problem = _problem(shelf.data / part.name, part)
        if problem:
            yield f"{shelf.data / part.name} {problem}"
            rows.are_all &= part.name not in live
        elif part.name in live:
            yield from rows.check(shelf.data / part.name, part.dataset, live[part.name])
    yield from rows.check_broken()
    known = ledger.file_names()
    for file in sorted(shelf.data.glob("*")):
        if file.name not in known:
            yield f"{file} belongs to no version; the next run deletes it"


def _problem(path: Path, part: Part) -> str | None:
    if not path.is_file():
        return "is gone"
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != part.sha256:
        return f"is not what was written: its SHA-256 is {digest}, and was {part.sha256}"
    try:
        rows = pq.read_metadata(path).num_rows
    except pa.ArrowException as error:
        return f"is no Parquet that can be read: {error}"
    return None if rows == part.rows else f"has {rows} rows, and the ledger says {part.rows}"


class _Rows:
    """Holds the rows of live parts against the ledger, part by part; then what it counted in all of them, unless one of them could not be read."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._reasons: Counter[tuple[str, str]] = Counter()  # of rejected rows, by source and reason
        self.are_all = True

    def check(self, path: Path, dataset: str, number: int) -> Iterator[str]:
        """Yields what is wrong with the rows of a part that the ledger knows by this number."""
        if dataset == "rejected":
            yield from self._check_rejected(path, number)
        elif dataset in {"articles", "held"}:
            yield from self._check_articles(path, number)
        else:
            query = f"SELECT id FROM articles WHERE {_FILE_COLUMNS[dataset]} = ?"  # noqa: S608 - a constant
            yield from _strangers(path, {name for (name,) in self._database.execute(query, [number])}, distinct_values(path, "id"))

    def check_broken(self) -> Iterator[str]:
        """Yields the inputs that have more or fewer records that cannot be read than the rejected rows tell of."""
        inputs = self._database.execute("SELECT uri, broken FROM inputs WHERE broken NOT NULL ORDER BY uri") if self.are_all else ()
        for uri, broken in inputs:
            told = self._reasons[uri, Reason.BROKEN_RECORD]
            # A takedown may have silenced some: they then have its reason.
            if not told <= broken <= told + self._reasons[uri, Reason.WITHDRAWN]:
                yield f"{uri} has {broken} records that cannot be read by the ledger, and {told} by its rejected rows; `copydesk clean --reclean` counts anew"

    def _check_rejected(self, path: Path, number: int) -> Iterator[str]:
        rejected = read_columns(path, REJECTED.names)
        self._reasons.update(zip(rejected["source_uri"].to_pylist(), rejected["reason"].to_pylist(), strict=True))
        rows = self._database.execute("SELECT source_uri, rows, digest FROM rejections WHERE file = ?", [number])
        if sums_of(rejected) != {uri: (count, int(digest, 16)) for uri, count, digest in rows}:
            yield f"{path} holds other rejected pages than the ledger says"

    def _check_articles(self, path: Path, number: int) -> Iterator[str]:
        said = dict(self._database.execute("SELECT id, revision FROM articles WHERE articles_file = ?", [number]))
        rows = read_columns(path, ["id", "revision"])
        held = dict(zip(rows["id"].to_pylist(), rows["revision"].to_pylist(), strict=True))
        if said.keys() != held.keys():
            yield from _strangers(path, said.keys(), held.keys())
        elif len(held) != rows.num_rows:
            yield f"{path} holds an article twice"
        else:
            others = sorted(name for name in held if said[name] != held[name])
            for name in others[:1]:
                more = f" (and {len(others) - 1} more articles in another one)" if others[1:] else ""
                yield f"{path} holds revision {held[name]} of article {name}, and the ledger says {said[name]}{more}"


def _strangers(path: Path, said: AbstractSet[str], held: AbstractSet[str]) -> Iterator[str]:
    if said != held:
        yield f"{path} holds rows of {len(held - said)} articles of which the ledger does not know, and lacks {len(said - held)} that it should hold"


def _check_shown(shelf: Shelf, ledger: Ledger) -> Iterator[str]:
    """What readers see is today's version, and earlier ones are whole."""
    published = ledger.published()
    try:
        differences = list(shelf.differences(published, ledger.live_parts())) if published else []
        if published and differences:
            others = f" (and {len(differences) - 1} more differences)" if differences[1:] else ""
            yield f"{shelf.clean} does not show version {published.version}: {differences[0]}{others}; the next run repairs it"
    except StoreError:
        return  # a data file is gone, and was named above
    for snapshot in ledger.history.snapshots():
        folder = shelf.snapshots / version_name(snapshot.version)
        if {file.name for file in folder.glob("*/*.parquet")} - {"empty.parquet"} != shelf.names_shown(ledger.history.parts(snapshot.version)):
            yield f"{folder} is not version {snapshot.version} as it was"


def _check_learned(state: Path, database: sqlite3.Connection) -> Iterator[str]:
    for kind, name in database.execute("SELECT kind, name FROM learned ORDER BY kind, name"):
        path = state / LEARNED / kind / name
        try:
            pq.read_metadata(path)
        except FileNotFoundError:
            yield f"{path} is gone"
        except pa.ArrowException as error:
            yield f"{path} is no Parquet that can be read: {error}"
