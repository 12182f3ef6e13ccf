"""Drafts as Parquet, one file a batch: what extraction read, so that cleaning parses no HTML, today or with tomorrow's rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.records import PASSING_REASONS, Block, Candidate, Draft, Flag, Image, Media, MetaField, Origin, Reason, Rejected, SourceFormat
from pipeline.store import operations
from pipeline.store.errors import StoreError
from pipeline.store.schema import IMAGES, STRINGS, TIMESTAMP

_BLOCK: Final = tuple(field.name for field in fields(Block))
ROW_GROUP_PAGES: Final = 250  # a page's draft is about 10 kB: a few MB in memory at a time
_SKIPPED_KEY: Final = b"copydesk.skipped"
_PASSING_KEY: Final = b"copydesk.passing"


def _structs(**fields: pa.DataType) -> pa.DataType:
    return pa.list_(pa.field("element", pa.struct(list(fields.items())), nullable=False))


_REJECTED: Final = pa.struct(
    {
        "id": pa.string(),
        "site": pa.string(),
        "stage": pa.string(),
        "reason": pa.string(),
        "detail": pa.string(),
        "title": pa.string(),
        "text_sample": pa.string(),
        "char_count": pa.int64(),
        "elapsed_ms": pa.float64(),
        "attempts": pa.int32(),
    }.items()
)
DRAFTS: Final = pa.schema(
    {
        "uri": pa.string(),
        "format": pa.string(),
        "record": pa.string(),
        "sha256": pa.string(),
        "url": pa.string(),
        "fetched_at": TIMESTAMP,
        "rejected": _REJECTED,  # set: the page was unfit, and what stands below is empty
        "media": pa.string(),
        "charset": pa.string(),
        "extractor": pa.string(),
        "blocks": _structs(tag=pa.string(), text=pa.string(), link_share=pa.float64(), links=STRINGS, score=pa.float64(), doubts=STRINGS),
        "candidates": _structs(field=pa.string(), source=pa.string(), value=pa.string()),
        "images": IMAGES,
        "language": pa.string(),
        "language_confidence": pa.float64(),
        "flags": STRINGS,
    }.items()
)


class BrokenDrafts(StoreError):  # noqa: N818 - reads as what happened
    """A file of drafts that cannot be read: nothing is lost by deleting it."""


class Identity(NamedTuple):
    """What tells which article a page stands for; where it was rejected, that is known already."""

    rejected: str | None
    candidates: tuple[Candidate, ...]  # for the article's address
    url: str | None
    origin: Origin


def write_drafts(path: Path, pages: Iterator[Draft | Rejected], skipped: Mapping[str, Counter[str]]) -> None:
    """Writes the pages to one durable file, a row group at a time; it appears only when it is whole.

    `skipped` counts, by input and kind, the records that are no pages; it may grow while the pages are read.
    """
    with operations.replacing(path) as file, pq.ParquetWriter(file, DRAFTS, compression="zstd", write_page_checksum=True) as writer:
        rows: list[dict[str, Any]] = []
        passing = 0
        for page in pages:
            passing += _may_pass(page)
            rows.append(_draft_row(page) if isinstance(page, Draft) else _rejected_row(page))
            if len(rows) == ROW_GROUP_PAGES:
                writer.write_table(pa.Table.from_pylist(rows, schema=DRAFTS))
                rows = []
        writer.write_table(pa.Table.from_pylist(rows, schema=DRAFTS))
        writer.add_key_value_metadata({_SKIPPED_KEY: orjson.dumps(skipped), _PASSING_KEY: str(passing)})


def _may_pass(page: Draft | Rejected) -> bool:
    """Whether another extraction of the page may give something else."""
    return page.reason in PASSING_REASONS if isinstance(page, Rejected) else Flag.EXTRACTION_INTERRUPTED in page.flags


def is_lasting(path: Path) -> bool:
    """Returns whether another extraction of a drafts file's pages would give the same, as far as is known. Raises BrokenDrafts."""
    with _opened(path) as file:
        return int(file.metadata.metadata[_PASSING_KEY]) == 0


@contextmanager
def _opened(path: Path) -> Iterator[pq.ParquetFile]:
    """The file, open. Raises BrokenDrafts for what is no Parquet, and from inside the block where a page of it is damaged."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            yield file
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:  # the system's, such as a missing file; Arrow's own have no number
            raise
        raise BrokenDrafts(f"{path} is damaged ({error}); delete it, and a run that needs it makes it anew") from error


def read_drafts(path: Path, inputs: Collection[str] | None = None) -> Iterator[Draft | Rejected]:
    """Yields the pages of a drafts file, or only those of these inputs, in order, holding one row group in memory. Raises BrokenDrafts."""
    with _opened(path) as file:
        for group in range(file.num_row_groups):
            rows = file.read_row_group(group)
            if inputs is not None:
                rows = rows.filter(pc.is_in(rows["uri"], value_set=pa.array(inputs, pa.string())))
            for row in rows.to_pylist():
                yield _rejected(row) if row["rejected"] else _draft(row)


def draft_outcomes(path: Path) -> Iterator[tuple[str, str | None]]:
    """Yields the input's name, and the reason where it was rejected, of each page of a drafts file. Raises BrokenDrafts."""
    with _opened(path) as file:
        for rows in file.iter_batches(columns=["uri", "rejected.reason"]):
            for row in rows.to_pylist():
                yield row["uri"], row["rejected"] and row["rejected"]["reason"]


def identities(path: Path) -> Iterator[Identity]:
    """Yields, for each page of a drafts file, what tells which article it stands for. Raises BrokenDrafts."""
    with _opened(path) as file:
        for rows in file.iter_batches(columns=["uri", "format", "record", "url", "rejected.id", "candidates"]):
            for row in rows.to_pylist():
                found = [candidate for candidate in row["candidates"] or () if candidate["field"] == MetaField.CANONICAL_URL]
                yield Identity(row["rejected"] and row["rejected"]["id"], tuple(map(_candidate, found)), row["url"], _origin(row))


def addresses(path: Path) -> set[str]:
    """Returns the addresses of the pages of a drafts file. Raises BrokenDrafts."""
    with _opened(path) as file:
        found: list[str | None] = pc.unique(file.read(columns=["url"])["url"]).to_pylist()
    return {url for url in found if url is not None}


def check_drafts(path: Path) -> None:
    """Raises BrokenDrafts unless every page of the file can be read."""
    with _opened(path) as file:
        for group in range(file.num_row_groups):
            file.read_row_group(group)


def page_count(path: Path) -> int:
    """Returns how many pages a drafts file holds. Raises BrokenDrafts."""
    with _opened(path) as file:
        rows: int = file.metadata.num_rows
    return rows


def skipped_records(path: Path, inputs: Collection[str]) -> dict[str, Counter[str]]:
    """Returns the counts, by input and kind, of these inputs' records that are no pages. Raises BrokenDrafts."""
    with _opened(path) as file:
        counts: dict[str, dict[str, int]] = orjson.loads(file.metadata.metadata[_SKIPPED_KEY])
    return {uri: Counter(kinds) for uri, kinds in counts.items() if uri in inputs}


def _draft_row(draft: Draft) -> dict[str, Any]:
    return {
        **asdict(draft.origin),
        "sha256": draft.sha256,
        "url": draft.url,
        "fetched_at": draft.fetched_at,
        "media": draft.media,
        "charset": draft.charset,
        "extractor": draft.extractor,
        "blocks": [{name: getattr(block, name) for name in _BLOCK} for block in draft.blocks],  # asdict() takes ten times as long
        "candidates": [{"field": found.field, "source": found.source, "value": found.value} for found in draft.candidates],
        "images": [{"url": image.url, "caption": image.caption, "credit": image.credit, "alt": image.alt} for image in draft.images],
        "language": draft.language,
        "language_confidence": draft.language_confidence,
        "flags": sorted(draft.flags),
    }


def _rejected_row(rejected: Rejected) -> dict[str, Any]:
    return {
        **asdict(rejected.origin),
        "sha256": rejected.source_sha256,
        "url": rejected.url,
        "fetched_at": rejected.fetched_at,
        "rejected": {field.name: getattr(rejected, field.name) for field in _REJECTED},
    }


def _origin(row: dict[str, Any]) -> Origin:
    return Origin(uri=row["uri"], format=SourceFormat(row["format"]), record=row["record"])


def _candidate(found: dict[str, str]) -> Candidate:
    return Candidate(field=MetaField(found["field"]), source=found["source"], value=found["value"])


def _draft(row: dict[str, Any]) -> Draft:
    return Draft(
        origin=_origin(row),
        media=Media(row["media"]),
        sha256=row["sha256"],
        url=row["url"],
        fetched_at=row["fetched_at"],
        charset=row["charset"],
        extractor=row["extractor"],
        blocks=tuple(Block(**{**block, "links": tuple(block["links"]), "doubts": tuple(block["doubts"])}) for block in row["blocks"]),
        candidates=tuple(map(_candidate, row["candidates"])),
        images=tuple(Image(**image) for image in row["images"]),
        language=row["language"],
        language_confidence=row["language_confidence"],
        flags=frozenset(Flag(flag) for flag in row["flags"]),
    )


def _rejected(row: dict[str, Any]) -> Rejected:
    facts = row["rejected"] | {"reason": Reason(row["rejected"]["reason"])}
    return Rejected(origin=_origin(row), source_sha256=row["sha256"], url=row["url"], fetched_at=row["fetched_at"], **facts)
