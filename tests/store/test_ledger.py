"""A ledger that cannot be used says so in one sentence."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.store.errors import StoreError
from pipeline.store.ledger import LEDGER_VERSION, Ledger
from pipeline.store.parts import Part


def test_a_newer_ledger_is_refused(tmp_path: Path):
    path = tmp_path / "ledger.db"
    Ledger(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {LEDGER_VERSION + 1}")
    with pytest.raises(StoreError, match="newer copydesk"):
        Ledger(path)


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path):
    path = tmp_path / "ledger.db"
    path.write_bytes(b"A shopping list: rope, tar, lamp oil. " * 50)
    with pytest.raises(StoreError, match="no ledger"):
        Ledger(path)


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path):
    part = Part(name="articles-r1-0000.parquet", dataset="articles", rows=1, bytes=2, sha256="00")
    with closing(Ledger(tmp_path / "ledger.db")) as ledger:
        with pytest.raises(sqlite3.IntegrityError), ledger.transaction():
            ledger.add_parts([part, part], 1)
        assert ledger.file_names() == set()
        with ledger.transaction():
            ledger.add_parts([part], 1)
        assert ledger.live_parts() == [part]
