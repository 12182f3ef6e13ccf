"""What those who read a published dataset rely on, checked from what is published alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.report.summary import REPORT_NAME, RUNS
from pipeline.store.errors import StoreError
from pipeline.store.publish import open_manifest
from pipeline.store.schema import DATASETS, SCHEMA_VERSION

_OUTCOMES: Final = ("new", "revised", "unchanged", "rejected")
_IDS: Final = "SELECT count(*), count(DISTINCT id), count(*) FILTER (id = '') FROM read_parquet($files)"


def check_contract(clean: Path, *, max_drop: float, max_age: timedelta | None, now: datetime) -> Iterator[str]:
    """Yields what is not as the contract says, a line each: files and columns, ids, accounts, the number of articles, and how old they are.

    `max_drop` is the share of the articles of the version before that may be missing, 0 to 1; `max_age` counts from when a version was last published to
    `now`. Raises StoreError where nothing was published, or its manifest or a run's report cannot be read.
    """
    manifest = open_manifest(clean)
    if manifest["schema_version"] != SCHEMA_VERSION:
        yield f"schema version {manifest['schema_version']}, and this copydesk knows version {SCHEMA_VERSION}"
        return
    broken = [problem for name, dataset in manifest["datasets"].items() for problem in _files(clean, name, dataset["files"])]
    yield from broken
    if not broken:
        yield from _ids(clean, manifest["datasets"]["articles"]["files"])
    reports = _reports(clean)
    yield from _accounts(reports)
    before = [report for report in reports if report["dataset_version"] < manifest["version"]]
    yield from _number(manifest["datasets"]["articles"]["rows"], before, max_drop)
    age = now - datetime.fromisoformat(manifest["published_at"])
    if max_age is not None and age > max_age:
        yield f"version {manifest['version']} was published {age / timedelta(hours=1):.1f} hours ago, more than {max_age / timedelta(hours=1):g}"


def _files(clean: Path, name: str, files: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    listed = {file["path"]: file["rows"] for file in files}
    found = {path.relative_to(clean).as_posix() for path in (clean / name).rglob("*.parquet")}
    yield from (f"{path} is missing" for path in sorted(listed.keys() - found))
    yield from (f"{path} is in no manifest" for path in sorted(found - listed.keys()))
    for path in sorted(listed.keys() & found):
        try:
            file = pq.ParquetFile(clean / path)
        except pa.ArrowInvalid as error:
            yield f"{path} cannot be read: {error}"
            continue
        with file:
            yield from (f"{path}: {problem}" for problem in _columns(file.schema_arrow, DATASETS[name]))
            if file.metadata.num_rows != listed[path]:
                yield f"{path} has {file.metadata.num_rows} rows, and its manifest says {listed[path]}"


def _columns(found: pa.Schema, expected: pa.Schema) -> Iterator[str]:
    """Columns that are missing, or of another type, or that may be null where the contract says that they never are."""
    for field in expected:
        if field.name not in found.names:
            yield f"column {field.name} is missing"
        elif not found.field(field.name).equals(field):
            yield f"column {field.name} is {_kind(found.field(field.name))}, and has to be {_kind(field)}"


def _kind(field: pa.Field) -> str:
    return f"{field.type}{'' if field.nullable else ', never null'}"


def _ids(clean: Path, files: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    with closing(duckdb.connect()) as database:
        (counts,) = database.execute(_IDS, {"files": [str(clean / file["path"]) for file in files]}).fetchall()
    rows, distinct, empty = counts
    if rows != distinct:
        yield f"articles: {rows - distinct} ids come more than once"
    if empty:
        yield f"articles: {empty} ids are empty"


def _reports(clean: Path) -> list[dict[str, Any]]:
    """The numbers of the runs, the newest first. Raises StoreError for one that cannot be read."""
    return [_numbers(path) for path in sorted((clean / RUNS).glob(f"*/{REPORT_NAME}"), reverse=True)]


def _numbers(report: Path) -> dict[str, Any]:
    try:
        numbers: dict[str, Any] = orjson.loads(report.read_bytes())
    except orjson.JSONDecodeError as error:
        raise StoreError(f"{report} is damaged: {error}; delete its folder, and the contract is checked without that run") from error
    return numbers


def _accounts(reports: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for report in reports[:1]:
        told = sum(report[name] for name in _OUTCOMES)
        if told != report["pages_read"]:
            yield f"run {report['run_id']} has read {report['pages_read']} pages, and says what became of {told}"


def _number(articles: int, reports: Sequence[Mapping[str, Any]], max_drop: float) -> Iterator[str]:
    """`reports` are those of versions before today's: runs that publish nothing repeat its number, and would hide what it has lost."""
    if not articles:
        yield "there are no articles"
    before = next((report["articles"] for report in reports), None)
    if before and articles < before * (1 - max_drop):
        yield f"{articles} articles, and {before} in the version before: {1 - articles / before:.1%} are gone, more than {max_drop:.1%}"
