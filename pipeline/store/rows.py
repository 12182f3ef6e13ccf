"""Records as rows: articles, rejected pages and removals as tables of the published schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from pipeline.records import RETRYABLE_REASONS, SAMPLE_CHARACTERS, Article, Flag, Image, Origin, Rejected, Removal, SourceFormat
from pipeline.store.keys import KEYS
from pipeline.store.schema import ARTICLES, REJECTED, REMOVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What the run adds to each of its rows."""

    run_id: str
    processed_at: datetime
    extractor_version: str
    rules_version: str


def articles_table(articles: Iterable[tuple[Article, str | None]], stamp: Stamp) -> pa.Table:
    """Returns the articles, each given with the version of its templates, as rows of schema v1.

    All are first revisions; the commit raises those that replace earlier ones.
    """
    return pa.Table.from_pylist([_article_row(article, templates_version, stamp) for article, templates_version in articles], schema=ARTICLES)


def in_utc(article: Article) -> Article:
    """Returns the article with its instants in UTC, as its row has them: what is hashed of it can then be hashed again from its row."""
    published, modified = (instant and instant.astimezone(UTC) for instant in (article.date_published, article.date_modified))
    return replace(article, date_published=published, date_modified=modified)


def article_of(row: Mapping[str, Any]) -> Article:
    """Returns the article that a row of `articles` says, as `articles_table` was given it."""
    facts = {name: row[name] for name in Article.__slots__ if name in row}
    lists = {"authors": tuple(row["authors"]), "keywords": tuple(row["keywords"]), "flags": tuple(map(Flag, row["flags"]))}
    origin = Origin(uri=row["source_uri"], format=SourceFormat(row["source_format"]), record=row["source_record"])
    return Article(**(facts | lists | {"images": tuple(Image(**image) for image in row["images"]), "origin": origin}))


def rejected_table(pages: Iterable[Rejected], stamp: Stamp) -> pa.Table:
    """Returns the rejected pages as rows of schema v1."""
    return pa.Table.from_pylist([_rejected_row(page, stamp) for page in pages], schema=REJECTED)


def removed_table(articles: Iterable[tuple[Article, Sequence[Removal]]], stamp: Stamp) -> pa.Table:
    """Returns each article's removals as rows of schema v1."""
    rows = [
        _public(removal)
        | {"id": article.id, "site": article.site, "language": article.language, "rules_version": stamp.rules_version, "run_id": stamp.run_id}
        for article, removals in articles
        for removal in removals
    ]
    return pa.Table.from_pylist(rows, schema=REMOVED)


def keys_table(articles: Iterable[tuple[Article, str]]) -> pa.Table:
    """Returns one key a staged article, given with its digest: what the commit decides by."""
    return pa.Table.from_pylist([_key_row(article, digest) for article, digest in articles], schema=KEYS)


def _key_row(article: Article, digest: str) -> dict[str, Any]:
    shared = {name: getattr(article, name) for name in KEYS.names if name in Article.__slots__}
    facts = {"digest": digest, "text_sample": article.text[:SAMPLE_CHARACTERS], "char_count": len(article.text)}
    return shared | _source(article.origin) | facts


def _article_row(article: Article, templates_version: str | None, stamp: Stamp) -> dict[str, Any]:
    return {
        **_public(article),
        **_source(article.origin),
        "images": [asdict(image) for image in article.images],
        "revision": 1,
        "duplicate_of": None,
        "extractor_version": stamp.extractor_version,
        "rules_version": stamp.rules_version,
        "templates_version": templates_version,
        "processed_at": stamp.processed_at,
        "run_id": stamp.run_id,
    }


def _rejected_row(page: Rejected, stamp: Stamp) -> dict[str, Any]:
    return {
        **_public(page),
        **_source(page.origin),
        "retryable": page.reason in RETRYABLE_REASONS,
        "processed_at": stamp.processed_at,
        "run_id": stamp.run_id,
    }


def _public(record: Article | Rejected | Removal) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__ if name != "origin"}


def _source(origin: Origin) -> dict[str, str]:
    return {"source_uri": origin.uri, "source_format": origin.format, "source_record": origin.record}
