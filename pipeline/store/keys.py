"""The fourth, internal kind of part: one row per article that a batch staged, by which the commit decides what becomes of it.

A batch's keys hold all its articles; its articles and removed parts only those of `newest_rows`, one an id. Rows of `removed` name
no source, so two pages of one id in one part could not be told apart any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from pipeline.store.schema import TIMESTAMP
from pipeline.store.settle import Page, newest

KEYS: Final = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("url", pa.string()),
        pa.field("site", pa.string()),
        pa.field("source_uri", pa.string(), nullable=False),
        pa.field("source_format", pa.string(), nullable=False),
        pa.field("source_record", pa.string(), nullable=False),
        pa.field("source_sha256", pa.string(), nullable=False),
        pa.field("digest", pa.string(), nullable=False),  # hash of the article's published content
        pa.field("fetched_at", TIMESTAMP),
        pa.field("date_modified", TIMESTAMP),
        pa.field("date_published", TIMESTAMP),
        pa.field("title", pa.string()),
        pa.field("text_sample", pa.string()),  # the first 500 characters
        pa.field("char_count", pa.int64(), nullable=False),
    ],
    metadata={"copydesk.dataset": "keys"},
)
PAGE_COLUMNS: Final = ("source_uri", "source_record", "source_sha256", "digest", "fetched_at", "date_modified", "date_published")
_INSTANTS: Final = ("fetched_at", "date_modified", "date_published")


def newest_rows(keys: pa.Table) -> list[int]:
    """Returns the positions, ascending, of the keys whose articles a batch writes: for each id the newest."""
    rows: dict[str, list[int]] = {}
    for position, name in enumerate(keys["id"].to_pylist()):
        rows.setdefault(name, []).append(position)
    repeated = {name: positions for name, positions in rows.items() if len(positions) > 1}
    pages = pages_of(keys) if repeated else []
    for name, positions in repeated.items():
        rows[name] = [positions[newest([pages[position] for position in positions])]]
    return sorted(positions[0] for positions in rows.values())


def pages_of(keys: pa.Table) -> Sequence[Page]:
    """Returns each row's page, in order."""
    plain = keys.select(PAGE_COLUMNS)
    for name in _INSTANTS:
        microseconds = plain[name].cast(TIMESTAMP).cast(pa.int64())
        plain = plain.set_column(plain.schema.get_field_index(name), name, microseconds)
    return [Page(**row) for row in plain.to_pylist()]
