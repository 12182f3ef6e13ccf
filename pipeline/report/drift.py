"""Whether a site's pages still come out as they used to: a relaunch or a changed template shows here before readers notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from pipeline.learn import Resources
from pipeline.report.staged import staged_rows
from pipeline.store.accounts import SiteRun
from pipeline.store.dataset import Dataset
from pipeline.store.staging import BatchParts

MIN_PAGES: Final = 30  # of a site in a run; fewer say too little
TRAILING: Final = 10  # runs of the site to compare with: what has been so for more than half of them is how the site is now
MIN_TRAILING: Final = 3
MIN_CHANGE: Final = 0.10  # of a share
STANDARD_ERRORS: Final = 3.0
MAX_RATIO: Final = 1.6  # of median lengths, either way

# What gets better is no drift; a share of removed text, or a length, may go wrong either way.
_SHARES: Final = {"rejected_share": 1, "without_title": 1, "without_date": 1, "without_author": 1, "removed_share": 0}

_FIGURES: Final = """
WITH kept AS (
    SELECT site, count(*) AS articles, median(word_count) AS words, avg((title IS NULL)::INT) AS untitled, avg((date_published_day IS NULL)::INT) AS undated,
        avg((len(authors) = 0)::INT) AS unsigned, sum(length(text)) AS characters
    FROM articles GROUP BY site
), lost AS (
    SELECT site, count(*) AS pages FROM rejected GROUP BY site
), taken AS (
    SELECT site, sum(length(text)) AS characters FROM removed WHERE action <> 'moved' GROUP BY site
), counted AS (
    SELECT site, coalesce(articles, 0) + coalesce(lost.pages, 0) AS pages, coalesce(lost.pages, 0) AS lost, words, untitled, undated, unsigned,
        coalesce(taken.characters, 0) AS taken, coalesce(kept.characters, 0) AS kept
    FROM kept FULL JOIN lost USING (site) LEFT JOIN taken USING (site)
)
SELECT site, pages, lost / pages, coalesce(words, 0), coalesce(untitled, 0), coalesce(undated, 0), coalesce(unsigned, 0), coalesce(taken / (taken + kept), 0)
FROM counted WHERE site IS NOT NULL AND pages >= $min_pages ORDER BY site
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A figure of a site that has been off for two runs in a row: what it is now, and what it was in the site's trailing runs."""

    site: str
    figure: str
    now: float
    before: float

    def __str__(self) -> str:
        return f"{self.site}: {self.figure} is {self.now:.2f}, and was {self.before:.2f}: look at some of its pages with `copydesk explain`"


def watch_sites(dataset: Dataset, batches: Sequence[BatchParts]) -> tuple[list[SiteRun], list[Drift]]:
    """Returns the figures of the sites whose pages the batches staged, each beside the site's own trailing runs, and what has been off twice."""
    with TemporaryDirectory(dir=dataset.shelf.staging, prefix="sites-", ignore_cleanup_errors=True) as temporary:
        runs = site_runs(dataset.data_dir, batches, Resources(temporary=Path(temporary)))
    return judged(runs, dataset.ledger.trailing_runs([run.site for run in runs], TRAILING))


def site_runs(directory: Path, batches: Sequence[BatchParts], resources: Resources) -> list[SiteRun]:
    """Returns the figures of each site of which the batches staged enough pages, by site."""
    with staged_rows(directory, batches, resources) as database:
        rows = database.execute(_FIGURES, {"min_pages": MIN_PAGES}).fetchall()
    return [SiteRun(**dict(zip(SiteRun.__slots__, row, strict=False))) for row in rows]


def judged(runs: Sequence[SiteRun], trailing: Mapping[str, Sequence[SiteRun]]) -> tuple[list[SiteRun], list[Drift]]:
    """Returns the runs with the names of the figures that are off, and the drift of those that were off in the site's last run, too.

    `trailing` has the site's runs before this one, the last first.
    """
    noted, found = [], []
    for run in runs:
        before = trailing.get(run.site, ())
        off = figures_off(run, before)
        noted.append(replace(run, off=off))
        found += [
            Drift(site=run.site, figure=figure, now=getattr(run, figure), before=_usual(figure, before)) for figure in off if figure in before[0].off
        ]
    return noted, found


def figures_off(run: SiteRun, trailing: Sequence[SiteRun]) -> tuple[str, ...]:
    """Returns the figures of a run that are not as in the site's trailing runs: by more than chance and by more than a little."""
    if len(trailing) < MIN_TRAILING:
        return ()
    shares = (figure for figure, direction in _SHARES.items() if _share_is_off(run, figure, _usual(figure, trailing), direction))
    words = _usual("median_words", trailing)
    is_long_or_short = not words / MAX_RATIO <= run.median_words <= words * MAX_RATIO
    return (*shares, *(("median_words",) if is_long_or_short else ()))


def _share_is_off(run: SiteRun, figure: str, usual: float, direction: int) -> bool:
    change = getattr(run, figure) - usual
    likely = (usual * run.pages + 1) / (run.pages + 2)  # Laplace: a share that was always 0 has an error, too
    bound = max(MIN_CHANGE, STANDARD_ERRORS * sqrt(likely * (1 - likely) / run.pages))
    return change > bound or (direction == 0 and -change > bound)


def _usual(figure: str, trailing: Sequence[SiteRun]) -> float:
    values: list[float] = [getattr(run, figure) for run in trailing]
    return median(values)
