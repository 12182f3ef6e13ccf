"""The empty database that a server of our own begins with: Prefect's, and never in the place of one that holds something."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flows.database import NAME, begin_database, make_empty_database
from flows.server import api_server


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A stand-in for the empty database of Prefect's."""
    return _database(tmp_path / "empty.db", "made by Prefect")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of a server that has not started yet."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def _database(file: Path, content: str) -> Path:
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE it AS SELECT ? AS said", [content])
        database.commit()
    return file


def _content(file: Path) -> str:
    with closing(sqlite3.connect(file)) as database:
        return str(database.execute("SELECT said FROM it").fetchone()[0])


def test_a_new_server_begins_with_the_empty_database(home: Path, empty: Path):
    begin_database(home, empty)
    assert _content(home / NAME) == "made by Prefect"
    assert [file.name for file in home.iterdir()] == [NAME]


def test_a_folder_that_nobody_may_write_serves(home: Path, empty: Path):
    empty.chmod(0o444)
    before = sorted(empty.parent.iterdir())
    begin_database(home, empty)
    assert _content(home / NAME) == "made by Prefect"
    assert sorted(empty.parent.iterdir()) == before


def test_earlier_runs_stay_known(home: Path, empty: Path):
    _database(home / NAME, "runs of last year")
    begin_database(home, empty)
    assert _content(home / NAME) == "runs of last year"


@pytest.mark.parametrize("content", [None, b"", b"no database at all"], ids=["missing", "of no bytes", "broken"])
def test_without_an_empty_database_prefect_makes_its_own(home: Path, tmp_path: Path, content: bytes | None):
    if content is not None:
        (tmp_path / "other.db").write_bytes(content)
    begin_database(home, tmp_path / "other.db")
    assert not (home / NAME).exists() or (home / NAME).read_bytes() == b"", "what Prefect takes for a new database"


@pytest.mark.slow
def test_prefect_makes_it_and_finds_nothing_left_to_do_in_it(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    empty = tmp_path / "share" / "empty.db"
    monkeypatch.setattr("flows.server.empty_database", lambda: empty)
    make_empty_database(empty)
    assert [file.name for file in empty.parent.iterdir()] == ["empty.db"]
    with api_server(home):
        pass
    assert _schema(home / NAME) == _schema(empty)


def _schema(file: Path) -> list[object]:
    """Tables and indexes, and which migration was the last."""
    with closing(sqlite3.connect(file)) as database:
        return [*database.execute("SELECT name, sql FROM sqlite_master ORDER BY name"), *database.execute("SELECT * FROM alembic_version")]
