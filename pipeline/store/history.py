"""The ledger's history: which versions are kept, the files of each, and the way back to them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Final

from pipeline.store.parts import Part

_STATEMENTS_AT_A_TIME: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A version that is kept, when it was published, and when another took its place (ISO 8601, UTC; None: readers see it)."""

    version: int
    run_id: str
    published_at: str
    replaced_at: str | None


class History:
    """The versions that a ledger keeps. Reading is free; writing happens inside the ledger's transaction."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def snapshots(self) -> list[Snapshot]:
        """Returns the versions that are kept, the newest first."""
        query = "SELECT version, run_id, committed_at, replaced_at FROM snapshots JOIN runs USING (version) ORDER BY version DESC"
        return [Snapshot(version=row[0], run_id=row[1], published_at=row[2], replaced_at=row[3]) for row in self._database.execute(query)]

    def parts(self, version: int) -> list[Part]:
        """Returns the parts of a version that is kept, by name."""
        query = """
            SELECT name, dataset, rows, bytes, sha256 FROM snapshot_files JOIN files ON number = file WHERE version = ? ORDER BY name
        """
        names = Part.__slots__
        return [Part(**dict(zip(names, row, strict=True))) for row in self._database.execute(query, [version])]

    def add(self, version: int) -> None:
        """Records that this version, of the files that are live now, takes the place of the one that readers see."""
        self._database.execute("UPDATE snapshots SET replaced_at = ? WHERE replaced_at IS NULL", [datetime.now(UTC).isoformat()])
        self._database.execute("INSERT INTO snapshots (version) VALUES (?)", [version])
        self._database.execute("INSERT INTO snapshot_files SELECT ?, number FROM files WHERE dead_version IS NULL", [version])

    def go_back(self, version: int, new: int) -> None:
        """Makes the files of a version that is kept live again, and takes back whatever was changed after it; `new` is the version that this makes.

        That is noted as any change is: what was taken back can be had again.
        """
        of_version = "(SELECT file FROM snapshot_files WHERE version = ?)"
        self._database.execute(f"UPDATE files SET dead_version = NULL WHERE number IN {of_version}", [version])  # noqa: S608 - a constant
        died = f"UPDATE files SET dead_version = ? WHERE dead_version IS NULL AND number NOT IN {of_version}"  # noqa: S608 - the same
        self._database.execute(died, [new, version])
        query = "SELECT number, statement FROM undo WHERE version > ? AND number <= ? ORDER BY number DESC LIMIT ?"
        last = self._database.execute("SELECT coalesce(max(number), 0) FROM undo").fetchone()[0]
        while statements := self._database.execute(query, [version, last, _STATEMENTS_AT_A_TIME]).fetchall():
            for _, statement in statements:
                self._database.execute(statement)
            last = statements[-1][0] - 1

    def forget(self, keep: int, replaced_before: datetime) -> None:
        """Forgets the versions that were replaced before this, but for the last ones, `keep` of them; and the files that no version has."""
        last = "SELECT version FROM snapshots WHERE replaced_at NOT NULL ORDER BY version DESC LIMIT ?"
        forget = f"DELETE FROM snapshots WHERE replaced_at < ? AND version NOT IN ({last})"  # noqa: S608 - a constant
        self._database.execute(forget, [replaced_before.isoformat(), keep])
        self._database.execute("DELETE FROM undo WHERE version <= (SELECT min(version) FROM snapshots)")
        self._database.execute("DELETE FROM files WHERE dead_version NOT NULL AND number NOT IN (SELECT file FROM snapshot_files)")

    def learned(self, kind: str) -> set[str]:
        """Returns the names of the learned files of a kind that count, or would again after going back."""
        rows = self._database.execute("SELECT name FROM learned WHERE kind = ?", [kind])
        undone = self._database.execute("SELECT substr(learned, ?) FROM undo WHERE learned GLOB ? || '/*'", [len(kind) + 2, kind])
        return {name for (name,) in chain(rows, undone)}
