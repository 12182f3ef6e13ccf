"""The ledger's tables, as the steps that bring a file of any earlier version up to date."""

from __future__ import annotations

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
STEPS: Final = tuple([statement for statement in step.split(";\n") if statement.strip()] for step in (_FIRST, _SECOND))
LEDGER_VERSION: Final = len(STEPS)
