"""The check of a dataset: that ledger, files, hashes and accounts say one thing. It changes nothing."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.store.dataset import LEARNED
from pipeline.store.errors import REBUILD, StoreError
from pipeline.store.ledger import Ledger
from pipeline.store.parts import Part, distinct_values
from pipeline.store.publish import Shelf, version_name
from pipeline.store.rejections import sums_in

# The ledger's column that names the part of each dataset in which an article's rows are.
_FILE_COLUMNS: Final = {
    "articles": "articles_file",
    "held": "articles_file",
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
            yield from chain(_check_ledger(database), _check_accounts(database), _check_parts(shelf, ledger, database), _check_shown(shelf, ledger))
            yield from _check_learned(state, database)
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
        SELECT run_id, pages_read, rolled_back_to, coalesce(sum(inputs.pages), 0), row_number() OVER (ORDER BY committed_at DESC) = 1
        FROM runs LEFT JOIN inputs USING (run_id) GROUP BY run_id ORDER BY started_at
    """
    for run_id, read, rolled_back_to, of_inputs, is_last in database.execute(query):
        # Of what an earlier run read, a later one may have read some again, or have gone back behind it.
        if of_inputs > read or (is_last and rolled_back_to is None and of_inputs != read):
            yield f"run {run_id} read {read} pages, and the inputs that it was the last to read have {of_inputs}"


def _check_parts(shelf: Shelf, ledger: Ledger, database: sqlite3.Connection) -> Iterator[str]:
    """Every file that is kept is what it was, and those of today's version hold just the rows that the ledger says."""
    live = {part.name: number for number, part in ledger.numbered_parts()}
    query = "SELECT name, dataset, rows, bytes, sha256 FROM files ORDER BY name"
    for row in database.execute(query):
        part = Part(**dict(zip(Part.__slots__, row, strict=True)))
        problem = _problem(shelf.data / part.name, part)
        if problem:
            yield f"{shelf.data / part.name} {problem}"
        elif part.name in live:
            yield from _check_rows(shelf.data / part.name, part.dataset, live[part.name], database)
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


def _check_rows(path: Path, dataset: str, number: int, database: sqlite3.Connection) -> Iterator[str]:
    if dataset == "rejected":
        rows = database.execute("SELECT source_uri, rows, digest FROM rejections WHERE file = ?", [number])
        if sums_in(path) != {uri: (count, int(digest, 16)) for uri, count, digest in rows}:
            yield f"{path} holds other rejected pages than the ledger says"
        return
    query = f"SELECT id FROM articles WHERE {_FILE_COLUMNS[dataset]} = ?"  # noqa: S608 - a constant
    said, held = {name for (name,) in database.execute(query, [number])}, distinct_values(path, "id")
    if said != held:
        yield f"{path} holds rows of {len(held - said)} articles of which the ledger does not know, and lacks {len(said - held)} that it should hold"
    elif dataset in {"articles", "held"} and len(said) != pq.read_metadata(path).num_rows:
        yield f"{path} holds an article twice"


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
