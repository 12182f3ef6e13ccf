"""What each article shows of its site's templates: one row a block that may be one, and one for the article itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.learn.templates_text import block_hash, is_telling, normalised
from pipeline.records import Block, Draft
from pipeline.stages.body.model import KEEP_SCORE
from pipeline.stages.guards import is_prose, is_reported_speech
from pipeline.stages.metadata import article_id, host_of, site_of
from pipeline.stages.metadata.dates import choose_dates
from pipeline.stages.metadata.urls import choose_canonical
from pipeline.stages.words import word_count
from pipeline.stages.zones import zones_of
from pipeline.store import operations

MAX_WORDS: Final = 60  # a longer block is prose
STORY_BLOCKS: Final = 3  # the longest paragraphs, which print versions and reprints share
MIN_STORY_BLOCKS: Final = 2  # a single one may be the site's own
SAMPLE_CHARACTERS: Final = 600  # nearly always the whole block: a person copies it to pin or veto it
BUCKETS: Final = 4_096  # of sites: what shards are made of
ROW_GROUP_ROWS: Final = 50_000

OBSERVATIONS: Final = pa.schema(
    {
        "bucket": pa.int32(),  # of the site
        "site": pa.string(),
        "host": pa.string(),
        "page": pa.int64(),  # of the article's id: the same when it is fetched again
        "story": pa.int64(),  # of its longest paragraphs: the same in a print version
        "day": pa.date32(),  # of publication, else of fetching; null where neither is known
        "fetched": pa.date32(),
        "block": pa.int64(),  # hash of the normalised words; null in the article's own row
        "words": pa.int32(),
        "zone": pa.string(),  # head, tail or any
        "tag": pa.string(),
        "score": pa.int32(),  # the model's, in thousandths
        "text": pa.string(),
    }.items()
)


class Place(NamedTuple):
    """Where an article stands: the hash of its id, its site and its host."""

    page: int
    site: str
    host: str


def write_observations(path: Path, pages: Iterable[Iterable[Mapping[str, Any]]]) -> None:
    """Writes each page's rows to one durable file, those of a few thousand pages in memory at a time."""
    with operations.replacing(path) as file, pq.ParquetWriter(file, OBSERVATIONS, compression="zstd") as writer:
        rows: list[Mapping[str, Any]] = []
        for page in pages:
            rows.extend(page)
            if len(rows) >= ROW_GROUP_ROWS:
                writer.write_table(pa.Table.from_pylist(rows, schema=OBSERVATIONS))
                rows = []
        writer.write_table(pa.Table.from_pylist(rows, schema=OBSERVATIONS))


def observed_sites(path: Path) -> set[str]:
    """Returns the sites whose pages a file of observations shows."""
    return set(pq.read_table(path, columns=["site"])["site"].unique().to_pylist())


def page_observations(draft: Draft) -> Iterator[dict[str, Any]]:
    """Yields the rows of one page: its own, then one for each text that may be a template's; none for a page of no known site."""
    place = place_of(draft)
    if place is None:
        return
    article = {
        "bucket": site_bucket(place.site),
        **place._asdict(),
        "story": _story(draft.blocks) or place.page,
        "day": _day(draft),
        "fetched": _fetched(draft),
    }
    yield article
    seen: set[int] = set()
    for block, zones in zip(draft.blocks, zones_of(draft.blocks, ()), strict=True):
        key = template_key(block)
        if key is not None and key not in seen:  # a pull quote repeats a line of the one article
            seen.add(key)
            yield article | {
                "block": key,
                "words": word_count(block.text),
                "zone": next(iter(zones - {"any"})) if len(zones) == 2 else "any",
                "tag": block.tag,
                "score": round(block.score * 1000),
                "text": block.text[:SAMPLE_CHARACTERS],
            }


def place_of(draft: Draft) -> Place | None:
    """Returns where the draft's article will stand, by its canonical address; None where it has no address, for then its site is not known."""
    address = choose_canonical(draft.candidates, draft.url)[0].value
    site, host = site_of(address), host_of(address)
    if site is None or host is None:
        return None
    return Place(block_hash(article_id(address, draft.origin.uri, draft.origin.record)), site, host)


def template_key(block: Block) -> int | None:
    """Returns the hash of a block's normalised words; None for what can be no template: prose, reported speech, what says too little."""
    if word_count(block.text) > MAX_WORDS:
        return None
    words = normalised(block.text)
    return block_hash(words) if is_telling(words) and not is_reported_speech(block.text) else None


def site_bucket(site: str) -> int:
    """Returns the bucket of a site, 0 to 4,095, the same on every machine."""
    return int.from_bytes(hashlib.blake2b(site.encode(), digest_size=8).digest()) % BUCKETS


def _story(blocks: Sequence[Block]) -> int | None:
    """The hash of the longest paragraphs; None where there are too few to tell one story from another."""
    prose = {block.text for block in blocks if block.score >= KEEP_SCORE and is_prose(block)}
    longest = sorted(prose, key=lambda text: (-len(text), text))[:STORY_BLOCKS]
    return block_hash("\n".join(map(normalised, longest))) if len(longest) >= MIN_STORY_BLOCKS else None


def _day(draft: Draft) -> date | None:
    """The publisher's day of the article, else that of the fetch."""
    dates = choose_dates(draft.candidates, url=draft.url, fetched_at=draft.fetched_at, language=draft.language)
    return dates.published_day or _fetched(draft)


def _fetched(draft: Draft) -> date | None:
    return draft.fetched_at.astimezone(UTC).date() if draft.fetched_at else None
