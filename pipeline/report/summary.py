"""A run in numbers: what came in, what came of it, how long it took, and which versions did it."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import orjson

from pipeline.batches import PageTime
from pipeline.report.drift import Drift

RUNS: Final = "_runs"  # the folder in CLEAN that has one for each run
REPORT_NAME: Final = "report.json"
_TOP: Final = 200  # sites and rules listed; a crawl has a hundred thousand sites


class StageClock:
    """How long each stage of a run took."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.seconds: dict[str, float] = {}

    def end(self, stage: str) -> None:
        """Ends a stage, or another time of it; the next one begins."""
        now = time.monotonic()
        self.seconds[stage] = round(self.seconds.get(stage, 0.0) + now - self._began, 3)
        self._began = now


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One run's report. Pages read = new + revised + unchanged + rejected."""

    run_id: str
    started_at: datetime
    seconds: float
    dataset_version: int
    published: bool  # whether readers see a new version
    articles: int  # that readers see, of all runs
    pages_read: int
    new: int
    revised: int
    unchanged: int
    rejected: int
    superseded: int  # among the rejected
    files_read: int
    files_cached: int  # no longer in RAW; their pages were cleaned from cached drafts
    files_left: int  # no longer in RAW, and without drafts: what is published of them stayed as it was
    files_known: int  # unchanged since an earlier run, not opened
    pages_known: int  # in those files
    batches: int
    batches_reused: int  # whose drafts were there already
    rejected_by_reason: Counter[str] = field(default_factory=Counter)
    skipped_by_kind: Counter[str] = field(default_factory=Counter)  # records and files that are no pages
    damaged_files: Counter[str] = field(
        default_factory=Counter
    )  # files of RAW with records that cannot be read, and how many; also those known before
    articles_by_site: Counter[str] = field(default_factory=Counter)
    articles_by_language: Counter[str] = field(default_factory=Counter)
    articles_by_flag: Counter[str] = field(default_factory=Counter)
    removed_characters_by_rule: Counter[str] = field(default_factory=Counter)
    slowest_pages: tuple[PageTime, ...] = ()  # to extract; pages whose drafts were cached took no time
    drift: tuple[Drift, ...] = ()  # sites whose pages come out otherwise than they used to, for the second run in a row
    versions: dict[str, str] = field(default_factory=dict)
    stage_seconds: dict[str, float] = field(default_factory=dict)  # wall time of plan, extract, learn, clean, deduplicate, report and publish

    def as_json(self) -> bytes:
        """Returns the report as indented JSON; long tables cut to their largest entries, largest first."""
        values = {name: getattr(self, name) for name in self.__slots__}
        tables = {name: dict(value.most_common(_TOP)) for name, value in values.items() if isinstance(value, Counter)}
        return orjson.dumps(values | tables, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def write_summary(summary: Summary, clean: Path) -> Path:
    """Writes the run's numbers below `clean/_runs/` and returns their path."""
    path = clean / RUNS / summary.run_id / REPORT_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(summary.as_json())
    return path
