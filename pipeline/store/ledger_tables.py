"""The ledger's tables, as the steps that bring a file of any earlier version up to date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

_FIRST: Final = """
CREATE TABLE runs (
    run_id TEXT PRIMARY KEY, started_at TEXT NOT NULL, committed_at TEXT NOT NULL,
    version INTEGER UNIQUE,  -- the version it published; null where nothing changed
    pages_read INTEGER NOT NULL, new INTEGER NOT NULL, revised INTEGER NOT NULL, unchanged INTEGER NOT NULL,
    rejected INTEGER NOT NULL, superseded INTEGER NOT NULL
);
CREATE TABLE inputs (
    uri TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL, sha256 TEXT NOT NULL,
    facts_digest TEXT NOT NULL, format TEXT NOT NULL, pages INTEGER NOT NULL, run_id TEXT NOT NULL REFERENCES runs
) WITHOUT ROWID;
CREATE TABLE files (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, dataset TEXT NOT NULL, rows INTEGER NOT NULL, bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL, born_version INTEGER NOT NULL,
    dead_version INTEGER  -- the first version without it; null while it is published
);
CREATE TABLE articles (
    id TEXT PRIMARY KEY, source_uri TEXT NOT NULL, source_record TEXT NOT NULL, source_sha256 TEXT NOT NULL, digest TEXT NOT NULL,
    fetched_at INTEGER, date_modified INTEGER, date_published INTEGER,  -- microseconds since 1970 in UTC
    revision INTEGER NOT NULL, articles_file INTEGER NOT NULL REFERENCES files, removed_file INTEGER REFERENCES files
) WITHOUT ROWID;
CREATE INDEX articles_by_file ON articles (articles_file);
CREATE INDEX articles_by_removed_file ON articles (removed_file);
CREATE TABLE rejections (
    source_uri TEXT NOT NULL, file INTEGER NOT NULL REFERENCES files, rows INTEGER NOT NULL, digest TEXT NOT NULL,
    PRIMARY KEY (source_uri, file)
) WITHOUT ROWID;
CREATE INDEX rejections_by_file ON rejections (file);
"""
# What is learned across pages, and what becomes of duplicates.
_SECOND: Final = """
CREATE TABLE learned (kind TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;
CREATE TABLE input_drafts (uri TEXT NOT NULL, drafts TEXT NOT NULL, PRIMARY KEY (uri, drafts)) WITHOUT ROWID;
CREATE TABLE site_runs (
    site TEXT NOT NULL, run_id TEXT NOT NULL REFERENCES runs, pages INTEGER NOT NULL, rejected_share REAL NOT NULL, median_words REAL NOT NULL,
    without_title REAL NOT NULL, without_date REAL NOT NULL, without_author REAL NOT NULL, removed_share REAL NOT NULL,
    off TEXT NOT NULL,  -- names of figures, with spaces between them
    PRIMARY KEY (site, run_id)
) WITHOUT ROWID;
CREATE TABLE withdrawn (id TEXT PRIMARY KEY, reason TEXT NOT NULL, withdrawn_at TEXT NOT NULL) WITHOUT ROWID;
ALTER TABLE runs ADD COLUMN duplicates INTEGER NOT NULL DEFAULT 0;
ALTER TABLE articles ADD COLUMN placement TEXT NOT NULL DEFAULT 'plain';
ALTER TABLE articles ADD COLUMN duplicate_of TEXT;
ALTER TABLE articles ADD COLUMN similarity REAL;
ALTER TABLE articles ADD COLUMN duplicates_file INTEGER REFERENCES files;
CREATE INDEX articles_by_duplicates_file ON articles (duplicates_file);
"""
# Which versions are kept, the files of each, and how to go back to them.
_THIRD: Final = """
CREATE TABLE snapshots (
    version INTEGER PRIMARY KEY,
    replaced_at TEXT  -- null while it is what readers see
);
CREATE TABLE snapshot_files (
    version INTEGER NOT NULL REFERENCES snapshots ON DELETE CASCADE, file INTEGER NOT NULL REFERENCES files, PRIMARY KEY (version, file)
) WITHOUT ROWID;
CREATE INDEX snapshot_files_by_file ON snapshot_files (file);
INSERT INTO snapshots (version) SELECT max(version) FROM runs HAVING max(version) NOT NULL;
INSERT INTO snapshot_files SELECT version, number FROM snapshots, files WHERE dead_version IS NULL;
CREATE TABLE undo (
    number INTEGER PRIMARY KEY, version INTEGER NOT NULL,  -- the one that readers saw, or were about to see, when this was changed
    statement TEXT NOT NULL,  -- takes the change back
    learned TEXT  -- the learned file (kind/name) that this would make count again
);
CREATE INDEX undo_by_version ON undo (version);
"""
# Which runs made an earlier version count again.
_FOURTH: Final = """
ALTER TABLE runs ADD COLUMN rolled_back_to INTEGER;
"""
# Which inputs are damaged: how many of their records could not be read; null where they were read before that was counted.
_FIFTH: Final = """
ALTER TABLE inputs ADD COLUMN broken INTEGER;
DROP TRIGGER inputs_INSERT;
DROP TRIGGER inputs_UPDATE;
DROP TRIGGER inputs_DELETE;
"""
# Key and other columns of the tables whose changes can be taken back. A step that adds a column to one of them must make its triggers anew.
_UNDONE: Final[Mapping[str, tuple[str, str]]] = {
    "articles": (
        "id",
        "source_uri source_record source_sha256 digest fetched_at date_modified date_published revision "
        "articles_file removed_file duplicates_file placement duplicate_of similarity",
    ),
    "rejections": ("source_uri file", "rows digest"),
    "inputs": ("uri", "size mtime_ns inode sha256 facts_digest format pages run_id"),
    "input_drafts": ("uri drafts", ""),
    "learned": ("kind name", ""),
    "site_runs": ("site run_id", "pages rejected_share median_words without_title without_date without_author removed_share off"),
}


def _undo_triggers(table: str, key: Sequence[str], columns: Sequence[str]) -> list[str]:
    """The triggers that note, for each change of a table, the statement that takes it back. Nothing is noted where no earlier version is kept."""
    kept_earlier = "(SELECT min(version) FROM snapshots) < (SELECT max(version) FROM runs)"
    everything = [*key, *columns]
    values = " || ', ' || ".join(f"quote(OLD.{name})" for name in everything)
    put_back = f"'INSERT INTO {table} ({', '.join(everything)}) VALUES (' || {values} || ')'"  # noqa: S608 - names of ours
    take_out = f"'DELETE FROM {table} WHERE ' || " + " || ' AND ' || ".join(f"'{name} = ' || quote(NEW.{name})" for name in key)  # noqa: S608 - the same
    learned = "OLD.kind || '/' || OLD.name" if table == "learned" else "NULL"

    def note(statement: str, file: str = "NULL") -> str:
        return f"INSERT INTO undo (version, statement, learned) SELECT max(version), {statement}, {file} FROM runs;"  # noqa: S608 - the same

    notes = {"INSERT": note(take_out), "DELETE": note(put_back, learned), "UPDATE": note(put_back, learned) + note(take_out)}
    return [f"CREATE TRIGGER {table}_{event} AFTER {event} ON {table} WHEN {kept_earlier} BEGIN {body} END" for event, body in notes.items()]


STEPS: Final = tuple([statement for statement in step.split(";\n") if statement.strip()] for step in (_FIRST, _SECOND, _THIRD, _FOURTH, _FIFTH))
STEPS[2].extend(trigger for table, (key, others) in _UNDONE.items() for trigger in _undo_triggers(table, key.split(), others.split()))
STEPS[4].extend(_undo_triggers("inputs", ["uri"], [*_UNDONE["inputs"][1].split(), "broken"]))
LEDGER_VERSION: Final = len(STEPS)
