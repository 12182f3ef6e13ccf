"""Rows of the datasets as pages to look at: an article with its removals, or why a page gave none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from duckdb import DuckDBPyConnection

from pipeline.learn import Resources
from pipeline.records import Action, Article, Flag, Image, Kind, Layer, Origin, Reason, Rejected, Removal, SourceFormat
from pipeline.report.page_view import PageView, published_blocks
from pipeline.report.staged import published_rows

Row = dict[str, Any]


def published_views(clean: Path, name: str) -> list[PageView]:
    """Returns the published article of this id, else the pages that were rejected under it; none where no page has it.

    Raises StoreError where nothing was published.
    """
    with TemporaryDirectory(prefix="copydesk-") as temporary, published_rows(clean, Resources(temporary=Path(temporary))) as database:
        return article_views(database, [name]) or [
            PageView(outcome=_rejected(row)) for row in _rows(database, "SELECT * FROM rejected WHERE id IN $ids", [name])
        ]


def article_views(database: DuckDBPyConnection, ids: Sequence[str]) -> list[PageView]:
    """Returns those of these articles that the database has, in the order of the ids."""
    removals: defaultdict[str, list[Removal]] = defaultdict(list)
    for row in _rows(database, "SELECT * FROM removed WHERE id IN $ids ORDER BY id, position", ids):
        removals[row["id"]].append(_removal(row))
    articles = [_article(row) for row in _rows(database, "SELECT * FROM articles WHERE id IN $ids", ids)]
    views = {it.id: PageView(outcome=it, blocks=published_blocks(it.text, removals[it.id])) for it in articles}
    return [views[name] for name in ids if name in views]


def _rows(database: DuckDBPyConnection, query: str, ids: Sequence[str]) -> list[Row]:
    rows: list[Row] = database.sql(query, params={"ids": list(ids)}).to_arrow_table().to_pylist()
    return rows


def _article(row: Row) -> Article:
    values = {field.name: row[field.name] for field in fields(Article) if field.name in row}
    lists: Row = {
        "authors": tuple(row["authors"]),
        "keywords": tuple(row["keywords"]),
        "images": tuple(Image(**image) for image in row["images"]),
        "flags": tuple(map(Flag, row["flags"])),
    }
    return Article(**values | lists, origin=_origin(row))


def _rejected(row: Row) -> Rejected:
    values = {field.name: row[field.name] for field in fields(Rejected) if field.name in row}
    return Rejected(**values | {"reason": Reason(row["reason"])}, origin=_origin(row))


def _removal(row: Row) -> Removal:
    values = {field.name: row[field.name] for field in fields(Removal)}
    return Removal(**values | {"action": Action(row["action"]), "kind": Kind(row["kind"]), "layer": Layer(row["layer"])})


def _origin(row: Row) -> Origin:
    return Origin(uri=row["source_uri"], format=SourceFormat(row["source_format"]), record=row["source_record"])
