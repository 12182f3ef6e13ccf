"""A run's pages in figures: how long and how old, what their fields hold, which sites and rules; and some articles to look at.

All of it is counted in DuckDB over the files that the run's batches staged: what comes into this process is bounded, however many pages there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from duckdb import DuckDBPyConnection

from pipeline.learn import Resources
from pipeline.report.histograms import Bar, day_bars, word_bars
from pipeline.report.page_view import PageView
from pipeline.report.published import article_views
from pipeline.report.staged import staged_rows
from pipeline.store.dataset import Dataset
from pipeline.store.staging import BatchParts

SAMPLE_ARTICLES: Final = 24
SAMPLE_WORDS: Final = 3_000  # longer articles are not in the sample: the page stays below a megabyte
SAMPLE_REMOVED: Final = 20_000  # characters, and likewise
MIN_ARTICLES: Final = 10  # of a site in the run, before a field that none of them has is worth a word
_SITES: Final = 25
_RULES: Final = 25
_GAPS: Final = 5

# What it takes for an article to have the field, by column.
_COVERED: Final = {
    **{name: f"{name} IS NOT NULL" for name in ("title", "date_published_day", "date_published", "language", "canonical_url")},
    **{name: f"len({name}) > 0" for name in ("authors", "images", "keywords")},
    **{name: f"{name} IS NOT NULL" for name in ("site_name", "section", "description", "standfirst", "article_type")},
}
_COVERAGE: Final = f"""
WITH counted AS (
    SELECT site, count(*) AS articles, {", ".join(f"count(*) FILTER ({holds}) AS {name}" for name, holds in _COVERED.items())}
    FROM articles GROUP BY site
)
SELECT field, sum(holding)::BIGINT, coalesce(list(site ORDER BY articles DESC, site) FILTER (holding = 0 AND articles >= $least AND site IS NOT NULL), [])
FROM (UNPIVOT counted ON {", ".join(_COVERED)} INTO NAME field VALUE holding) GROUP BY field
"""  # noqa: S608 - constants
_BY_SITE: Final = """
WITH kept AS (
    SELECT site, count(*) AS articles, sum(length(text)) AS characters FROM articles GROUP BY site
), lost AS (
    SELECT site, count(*) AS pages FROM rejected GROUP BY site
), taken AS (
    SELECT site, sum(length(text)) AS characters FROM removed WHERE action <> 'moved' GROUP BY site
), counted AS (
    SELECT coalesce(kept.site, lost.site) AS site, coalesce(articles, 0) + coalesce(lost.pages, 0) AS pages, coalesce(lost.pages, 0) AS rejected,
        coalesce(kept.characters, 0) AS kept, coalesce(taken.characters, 0) AS taken
    FROM kept FULL JOIN lost ON kept.site IS NOT DISTINCT FROM lost.site LEFT JOIN taken ON taken.site IS NOT DISTINCT FROM kept.site
)
SELECT coalesce(site, ''), pages, rejected / pages, coalesce(taken / nullif(taken + kept, 0), 0) FROM counted ORDER BY pages DESC, site LIMIT $most
"""
_BY_RULE: Final = """
SELECT rule_id, kind, count(*), sum(length(text))::BIGINT FROM removed GROUP BY ALL ORDER BY 4 DESC, rule_id, kind LIMIT $most
"""
# Sites take turns, each with an article that something was taken out of, where it has one; ids are hashes, so that their order is chance, and every time the same.
_SAMPLE: Final = """
WITH taken AS (
    SELECT id, sum(length(text)) AS characters FROM removed GROUP BY id
), candidates AS (
    SELECT id, site, coalesce(characters, 0) AS taken FROM articles LEFT JOIN taken USING (id)
    WHERE word_count <= $words QUALIFY count(*) OVER (PARTITION BY id) = 1
)
SELECT id FROM candidates WHERE taken <= $removed
ORDER BY row_number() OVER (PARTITION BY site ORDER BY (taken = 0), id), id LIMIT $most
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many articles have a field, and the sites of some articles none of which has it: the first few, and how many there are."""

    field: str
    articles: int
    lacking: tuple[str, ...]
    lacking_sites: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFigures:
    """A site's pages in the run; shares are 0 to 1. `removed_share` is of the articles' characters; what moved to a field does not count."""

    site: str  # empty: pages without an address
    pages: int
    rejected_share: float
    removed_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFigures:
    """What a rule took out as one kind."""

    rule_id: str
    kind: str
    blocks: int
    characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is said of all pages that a run read. `articles` are those that cleaning gave, before repeated and superseded ones were set aside."""

    articles: int
    words: tuple[Bar, ...]
    days: tuple[Bar, ...]
    coverage: tuple[Coverage, ...]
    sites: tuple[SiteFigures, ...]
    rules: tuple[RuleFigures, ...]
    sample: tuple[PageView, ...]


def run_figures(dataset: Dataset, batches: Sequence[BatchParts]) -> Figures:
    """Returns the figures of the pages that the batches staged; to be asked for before the run is committed, which may take staged files away."""
    with TemporaryDirectory(dir=dataset.shelf.staging, prefix="figures-", ignore_cleanup_errors=True) as temporary:
        return staged_figures(dataset.data_dir, batches, Resources(temporary=Path(temporary)))


def staged_figures(directory: Path, batches: Sequence[BatchParts], resources: Resources) -> Figures:
    """Returns the figures of the pages that the batches staged in a directory."""
    with staged_rows(directory, batches, resources) as database:
        sample = {"words": SAMPLE_WORDS, "removed": SAMPLE_REMOVED, "most": SAMPLE_ARTICLES}
        return Figures(
            articles=_asked(database, "SELECT count(*) FROM articles")[0][0],
            words=word_bars(_counts(database, "SELECT word_count, count(*) FROM articles GROUP BY 1")),
            days=day_bars(_days(database)),
            coverage=_coverage(database),
            sites=tuple(SiteFigures(**_named(SiteFigures, row)) for row in _asked(database, _BY_SITE, most=_SITES)),
            rules=tuple(RuleFigures(**_named(RuleFigures, row)) for row in _asked(database, _BY_RULE, most=_RULES)),
            sample=tuple(article_views(database, [name for (name,) in _asked(database, _SAMPLE, **sample)])),
        )


def _asked(database: DuckDBPyConnection, query: str, **values: int) -> list[tuple[Any, ...]]:
    return database.execute(query, values).fetchall()


def _counts(database: DuckDBPyConnection, query: str) -> Counter[int]:
    return Counter(dict(_asked(database, query)))


def _days(database: DuckDBPyConnection) -> Counter[date]:
    query = "SELECT date_published_day, count(*) FROM articles WHERE date_published_day IS NOT NULL GROUP BY 1"
    return Counter(dict(_asked(database, query)))


def _coverage(database: DuckDBPyConnection) -> tuple[Coverage, ...]:
    found = {field: (int(articles), sites) for field, articles, sites in _asked(database, _COVERAGE, least=MIN_ARTICLES)}
    stated = ((name, *found.get(name, (0, []))) for name in _COVERED)
    return tuple(Coverage(field=name, articles=articles, lacking=tuple(sites[:_GAPS]), lacking_sites=len(sites)) for name, articles, sites in stated)


def _named(kind: type, row: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(kind.__slots__, row, strict=True))  # type: ignore[attr-defined]
