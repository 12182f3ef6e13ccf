"""What changed in a published dataset since a run, told from what is published alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from pipeline.store.errors import StoreError
from pipeline.store.publish import open_manifest

RUN_ID: Final = re.compile(r"\d{8}(T(\d{2}){0,3}(Z(-[0-9a-f]*)?)?)?$")  # or the beginning of one
_ROWS_AT_A_TIME: Final = 10_000
_CHANGES: Final = """
    SELECT id, CASE revision WHEN 1 THEN 'new' ELSE 'revised' END, canonical_url, run_id FROM read_parquet($articles) WHERE run_id > $since
    UNION ALL
    SELECT id, arg_max(reason, run_id), arg_max(url, run_id), max(run_id) AS last FROM read_parquet($rejected)
    WHERE run_id > $since AND id NOT IN (SELECT id FROM read_parquet($articles)) GROUP BY id
    ORDER BY ALL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of an id since a run, and the run that did it.

    `now` is new, revised (there was an earlier row, maybe one of before that run), or, for an id that is no article now, the reason: withdrawn, duplicate, …
    """

    id: str
    now: str
    url: str | None
    run_id: str


def changes_since(clean: Path, since: str) -> Iterator[Change]:
    """Yields the changes after a run, by id. Who takes in the new and revised rows and drops the other ids has what is published.

    `since` is a run's id, or the beginning of one (20310504T06: what changed from then on, in UTC). Raises StoreError where nothing was published, or where
    an earlier version was gone back to since: rows of then count again, whose run is older.
    """
    manifest = open_manifest(clean)
    rollback = manifest["last_rollback"]
    if rollback and rollback > since:
        raise StoreError(f"run {rollback} went back to an earlier version of {clean}: read all of it once, and ask for changes since that run")
    files = {name: [str(clean / file["path"]) for file in manifest["datasets"][name]["files"]] for name in ("articles", "rejected")}
    with closing(duckdb.connect()) as database:
        found = database.execute(_CHANGES, files | {"since": since})
        while rows := found.fetchmany(_ROWS_AT_A_TIME):
            yield from (Change(id=row[0], now=row[1], url=row[2], run_id=row[3]) for row in rows)
