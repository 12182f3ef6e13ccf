"""A ledger that cannot be used says so in one sentence."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.store.errors import StoreError
from pipeline.store.ledger import Ledger
from pipeline.store.ledger_tables import LEDGER_VERSION, STEPS
from pipeline.store.parts import Part


def test_a_newer_ledger_is_refused(tmp_path: Path):
    path = tmp_path / "ledger.db"
    Ledger(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {LEDGER_VERSION + 1}")
    with pytest.raises(StoreError, match="newer copydesk"):
        Ledger(path)


def test_a_ledger_of_an_earlier_version_is_brought_up_to_date_with_what_it_holds(tmp_path: Path):
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(path)) as database:
        for statement in STEPS[0]:
            database.execute(statement)
        database.execute("INSERT INTO runs VALUES ('r1', '2031-05-01', '2031-05-01', 7, 3, 3, 0, 0, 0, 0)")
        database.execute("INSERT INTO inputs VALUES ('a.warc', 10, 20, 30, '00', '', 'warc', 3, 'r1')")
        database.execute("PRAGMA user_version = 1")
        database.commit()
    with closing(Ledger(path)) as ledger, ledger.transaction():
        ledger.put_learned("templates", ["r2.parquet"])
        published = ledger.published()
        assert published
        assert published.version == 7
        assert ledger.learned("templates") == ["r2.parquet"]
        known = ledger.known_input("a.warc")
        assert known
        assert (known.pages, known.broken) == (3, None)


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path):
    path = tmp_path / "ledger.db"
    path.write_bytes(b"A shopping list: rope, tar, lamp oil. " * 50)
    with pytest.raises(StoreError, match=r"no ledger that can be read: .*; `copydesk fsck --rebuild` makes"):
        Ledger(path)


def test_a_ledger_that_may_not_be_written_is_not_called_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "ledger.db"
    Ledger(path).close()
    connect = sqlite3.connect
    with closing(connect(path)) as database:
        database.execute("PRAGMA journal_mode = DELETE")
    # What a user without the right to write meets; root may write wherever it likes.
    monkeypatch.setattr(sqlite3, "connect", lambda path, **options: connect(f"{path.as_uri()}?mode=ro", uri=True, **options))
    with pytest.raises(StoreError, match=f"cannot be used: .*readonly.*; this user must be able to write in {tmp_path}$"):
        Ledger(path)


def test_a_ledger_that_cannot_be_opened_says_who_must_be_able_to(tmp_path: Path):
    with pytest.raises(StoreError, match=r"cannot be used: .*; this user must be able to write in"):
        Ledger(tmp_path / "nowhere" / "ledger.db")


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path):
    part = Part(name="articles-r1-0000.parquet", dataset="articles", rows=1, bytes=2, sha256="00")
    with closing(Ledger(tmp_path / "ledger.db")) as ledger:
        with pytest.raises(sqlite3.IntegrityError), ledger.transaction():
            ledger.add_parts([part, part], 1)
        assert ledger.file_names() == set()
        with ledger.transaction():
            ledger.add_parts([part], 1)
        assert ledger.live_parts() == [part]
