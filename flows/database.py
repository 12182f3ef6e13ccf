"""The database that our own Prefect server begins with: a copy of an empty one, which Prefect made when copydesk was installed.

Prefect takes a new database through all its migrations: four seconds of a core, for every dataset. Run as a module, `python -m flows.database` has that done
once, for all who use this installation; without it all goes as well, and slower. Prefect brings the copy up to date as it does any database that it opens.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

NAME: Final = "prefect.db"  # Prefect's, in PREFECT_HOME


def empty_database() -> Path:
    """Returns where the empty database of this installation and its version of Prefect is, if it was made."""
    return Path(sys.prefix, "share", "copydesk", f"prefect-{version('prefect')}.db")


def make_empty_database(target: Path) -> None:
    """Has Prefect make an empty database, which takes the target's place once it is whole. Raises CalledProcessError where Prefect cannot."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as home:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}  # one may name somebody's database
        environment |= {"PREFECT_HOME": home, "DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
        command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "--yes"]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - Prefect's own command
        Path(home, NAME).replace(target)


def begin_database(home: Path, empty: Path) -> None:
    """Fills a server's database from the empty one, if there is one and the server's has no table yet: in one transaction, so whole or not at all."""
    # immutable: it may be where nobody can write, not even SQLite's lock.
    source_uri = f"{empty.as_uri()}?immutable=1"
    # What SQLite cannot do is left to Prefect, which then tells of it.
    with suppress(sqlite3.Error), closing(sqlite3.connect(source_uri, uri=True)) as source, closing(sqlite3.connect(home / NAME)) as target:
        if _has_tables(source) and not _has_tables(target):
            source.backup(target)


def _has_tables(database: sqlite3.Connection) -> bool:
    return database.execute("SELECT 1 FROM sqlite_master").fetchone() is not None


if __name__ == "__main__":
    make_empty_database(empty_database())
