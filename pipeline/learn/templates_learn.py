"""Counts, per site and host, in how many articles each block stands: a group-by over Parquet that DuckDB does out of core, shard by shard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.learn.database import Resources, connected
from pipeline.learn.templates import TEMPLATES
from pipeline.learn.templates_observe import OBSERVATIONS
from pipeline.learn.templates_text import block_hash
from pipeline.store import operations

MIN_ARTICLES: Final = 3
MIN_PERCENT: Final = 30  # of the site's articles
MIN_DAYS: Final = 2
EXPIRY_DAYS: Final = 90
ROWS_AT_A_TIME: Final = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningTask:
    """One shard of the sites: all files that count, those whose sites are to be learned anew, and where the shard's templates go."""

    number: int  # of the shard, from 0
    observations: tuple[Path, ...]
    touched: tuple[Path, ...]
    shards: int
    target: Path
    resources: Resources
    today: date  # what was fetched later than this has a wrong clock


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeTask:
    """The shards' templates, to be one file with the earlier ones of the sites that no shard has learned anew."""

    parts: tuple[Path, ...]
    touched: tuple[Path, ...]
    target: Path
    resources: Resources
    earlier: tuple[Path, ...] = ()


# Only what was fetched in the last 90 days before the site's newest fetch counts, or before today where that is a day to come; what has no fetch date
# always does. A page counts once, however
# often it was fetched, and so does a story, on however many pages it stands: hence the smaller of the two counts. Where all that is known of a
# site is of one day, no block can be asked to stand on two.
_LEARN: Final = """
WITH seen AS NOT MATERIALIZED (
    SELECT * FROM read_parquet($observations)
    WHERE bucket % $shards = $shard AND site IN (SELECT site FROM read_parquet($touched) WHERE bucket % $shards = $shard AND block IS NULL)
), newest AS (
    SELECT site, least(max(fetched), $today) AS newest FROM seen WHERE block IS NULL GROUP BY site
), pages AS (
    SELECT site, host, page, min(story) AS story, min(day) AS day
    FROM seen JOIN newest USING (site) WHERE block IS NULL AND coalesce(fetched >= newest - $expiry_days, true) GROUP BY site, host, page
), totals AS (
    SELECT site, host, least(count(*), count(DISTINCT story)) AS articles, count(DISTINCT day) + max((day IS NULL)::INT) AS days
    FROM pages GROUP BY GROUPING SETS ((site), (site, host))
), repeated AS (
    SELECT site, block FROM seen WHERE block IS NOT NULL GROUP BY site, block HAVING count(*) >= $min_articles
), standing AS (
    SELECT site, host, page, block, min(text) AS text, max(score) AS score, min(zone) AS zone,
        bool_or(coalesce(fetched >= newest - $expiry_days, true)) AS counts, min(fetched) AS first_seen, max(fetched) AS last_seen
    FROM seen SEMI JOIN repeated USING (site, block) JOIN newest USING (site) GROUP BY site, host, page, block
), counted AS (
    SELECT site, host, block, min(text) FILTER (counts) AS text, avg(score) FILTER (counts) AS score,
        least(count(*) FILTER (counts), count(DISTINCT story) FILTER (counts)) AS support,
        count(DISTINCT day) FILTER (counts) + max((counts AND day IS NULL)::INT) AS days,
        CASE WHEN 2 * count(*) FILTER (counts AND zone = 'head') > count(*) FILTER (counts) THEN 'head'
             WHEN 2 * count(*) FILTER (counts AND zone = 'tail') > count(*) FILTER (counts) THEN 'tail' ELSE 'any' END AS zone,
        min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM standing LEFT JOIN pages USING (site, host, page) GROUP BY GROUPING SETS ((site, block), (site, host, block))
), templates AS (
    SELECT counted.*, totals.articles
    FROM counted JOIN totals ON totals.site = counted.site AND totals.host IS NOT DISTINCT FROM counted.host
    WHERE support >= $min_articles AND 100 * support >= $min_percent * articles AND counted.days >= least($min_days, totals.days)
)
SELECT site, host, lpad(lower(to_hex(block)), 16, '0') AS block, text, zone, support, articles, round(support / articles, 4) AS share, days,
    round(score / 1000, 3) AS score, first_seen, last_seen
FROM templates
WHERE host IS NULL OR (site, block) NOT IN (SELECT (site, block) FROM templates WHERE host IS NULL)
ORDER BY site, host NULLS FIRST, block
"""

_MERGE: Final = """
SELECT * FROM read_parquet($parts)
UNION ALL
SELECT * FROM read_parquet($earlier) WHERE site NOT IN (SELECT site FROM read_parquet($touched))
ORDER BY site, host NULLS FIRST, block
"""

_ARTICLES: Final = "SELECT site, count(DISTINCT page) FROM read_parquet($observations) WHERE block IS NULL GROUP BY site"

_COMPACT: Final = """
SELECT DISTINCT * FROM read_parquet($observations) ORDER BY bucket, site, page, fetched, block
"""

_WITHOUT_PAGES: Final = """
SELECT DISTINCT * FROM read_parquet($observations) WHERE page NOT IN (SELECT unnest($pages)) ORDER BY bucket, site, page, fetched, block
"""


def learning_tasks(observations: Sequence[Path], touched: Sequence[Path], *, shards: int, resources: Resources, today: date) -> list[LearningTask]:
    """Returns one task a shard; each writes `shard-<number>.parquet` into the folder of the resources. How many there are changes no result."""
    folder = resources.temporary
    return [
        LearningTask(
            number=shard,
            observations=tuple(observations),
            touched=tuple(touched),
            shards=shards,
            target=folder / f"shard-{shard:04d}.parquet",
            resources=replace(resources, temporary=folder / f"shard-{shard:04d}"),  # two DuckDBs in one folder take each other's files
            today=today,
        )
        for shard in range(shards)
    ]


def learn_shard(task: LearningTask) -> Path:
    """Writes the templates of one shard's sites, those that `touched` names, to one durable file; returns its path.

    Of the sites' observations all count, in whatever files they stand; the same rows in two files count once.
    """
    values = {
        "observations": _names(task.observations),
        "touched": _names(task.touched),
        "shard": task.number,
        "shards": task.shards,
        "expiry_days": EXPIRY_DAYS,
        "today": task.today,
        "min_articles": MIN_ARTICLES,
        "min_percent": MIN_PERCENT,
        "min_days": MIN_DAYS,
    }
    return _write(_LEARN, values, TEMPLATES, task.target, task.resources)


def merge_templates(task: MergeTask) -> Path:
    """Writes one file, sorted by site, of all shards' templates and of the earlier ones of sites that were not touched; returns its path."""
    values = {"parts": _names(task.parts), "earlier": _names(task.earlier or task.parts[:1]), "touched": _names(task.touched)}
    return _write(_MERGE, values, TEMPLATES, task.target, task.resources)


def compact_observations(observations: Sequence[Path], target: Path, resources: Resources) -> Path:
    """Writes the observations of many files to one, sorted by bucket so that a shard reads little of it; returns its path. No result changes."""
    return _write(_COMPACT, {"observations": _names(observations)}, OBSERVATIONS, target, resources)


def observed_articles(observations: Sequence[Path], resources: Resources) -> dict[str, int]:
    """Returns how many distinct articles of each site were observed."""
    if not observations:
        return {}
    with connected(resources) as database:
        return dict(database.execute(_ARTICLES, {"observations": _names(observations)}).fetchall())


def forget_pages(observations: Sequence[Path], articles: Iterable[str], target: Path, resources: Resources) -> Path:
    """Writes the observations of many files, but for those of these articles, to one; returns its path."""
    values = {"observations": _names(observations), "pages": [block_hash(article) for article in articles]}
    return _write(_WITHOUT_PAGES, values, OBSERVATIONS, target, resources)


def _names(paths: Sequence[Path]) -> list[str]:
    return [str(path) for path in paths]


def _write(query: str, values: Mapping[str, object], schema: pa.Schema, target: Path, resources: Resources) -> Path:
    with connected(resources) as database, operations.replacing(target) as file, pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for rows in database.sql(query, params=dict(values)).to_arrow_reader(ROWS_AT_A_TIME):
            writer.write_table(pa.Table.from_batches([rows]).cast(schema))
    return target
