"""A whole run: plan, extract, learn, clean, publish. The one file to read first.

    raw pages ─► read ─► extract ─► learn ─► clean ─► publish ─► clean/*.parquet
                 (IO)    (per page)  (across pages)  (per page)   (atomic)

Per-page work is a pure function over batches, which an engine runs anywhere; what pages say of each other is learned
between the two passes; the dataset's commit is the only step that readers can see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from typing import Final, Protocol

from pipeline.batches import Batch, CleanedBatch, CleaningTask, Extracted, Tally, clean_batch, extract_batch, slowest_pages
from pipeline.batching import plan_batches
from pipeline.days import ALL_DAYS, Days
from pipeline.duplicates import FoundRepeats, find_repeats
from pipeline.engines import Engine
from pipeline.learning import LearnedTemplates, learn_templates, observations_of
from pipeline.planning import Plan, check_paths, plan_run
from pipeline.records import Reason
from pipeline.report.drift import Drift, watch_sites
from pipeline.report.figures import Figures, run_figures
from pipeline.report.html import write_report
from pipeline.report.summary import RUNS, StageClock, Summary, write_summary
from pipeline.rules import load_rules
from pipeline.settings import Settings
from pipeline.store.accounts import Commit, RunInfo, new_run_id
from pipeline.store.cache import prune_cache
from pipeline.store.commit import Submission
from pipeline.store.dataset import Dataset, open_dataset
from pipeline.store.ledger import InputRow
from pipeline.store.rows import Stamp
from pipeline.store.schema import SCHEMA_VERSION
from pipeline.store.staging import Settlement
from pipeline.versions import copydesk_version, extractor_version
from pipeline.withdrawal import keep_out

MAX_CRASHED_SHARE: Final = 0.05
MIN_CRASHED_PAGES: Final = 20


class RunFailed(Exception):  # noqa: N818 - reads as what happened
    """A run that must publish nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What a run set out to do, what came of all its batches, and what their articles repeat."""

    stamp: Stamp
    plan: Plan
    extracted: Sequence[Extracted]
    learned: LearnedTemplates
    cleaned: Sequence[CleanedBatch]
    articles: Settlement
    found: FoundRepeats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Published:
    """What a run did to the dataset, and what is said of its pages."""

    commit: Commit
    drift: tuple[Drift, ...]
    figures: Figures


class Observer(Protocol):
    """Is told how a run goes on: a progress bar, or log lines."""

    def planned(self, plan: Plan, batches: Sequence[Batch]) -> None:
        """Told before anything is read; and again where all is done anew, without copies of withdrawn articles."""

    def extracted(self, batch: Extracted) -> None:
        """Told of each batch whose drafts are written."""

    def cleaned(self, batch: CleanedBatch) -> None:
        """Told of each batch whose rows are written."""


def clean_dataset(settings: Settings, engine: Engine, observer: Observer, *, reclean: bool = False, days: Days = ALL_DAYS) -> Summary:
    """Cleans RAW into CLEAN and returns what came of it; where days are given, the files alone that have pages fetched then.

    Raises Busy where another run holds the dataset, InputError for RAW that can't be read at all, RunFailed where the
    installation rather than single pages seems broken. What readers see changes in one step at the end, or not at all.
    """
    check_paths(settings)
    started = datetime.now(UTC)
    run_id = new_run_id(started)
    clock = StageClock()
    stamp = Stamp(run_id=run_id, processed_at=started, extractor_version=extractor_version(), rules_version=load_rules(settings.rules).version)
    with open_dataset(settings.clean, settings.state_dir, run_id=run_id, retention=settings.retention, copy_to=settings.copy_to) as dataset:
        while True:
            plan = plan_run(settings, dataset, run_id, reclean=reclean, days=days)
            batches = plan_batches(plan, settings, dataset)
            observer.planned(plan, batches)
            clock.end("plan")
            extracted = _extract(batches, engine, observer)
            clock.end("extract")
            learned = _learn(dataset, batches, extracted, engine, stamp)
            clock.end("learn")
            cleaned = _clean(_cleaning_tasks(batches, settings, dataset, learned, stamp), engine, observer)
            clock.end("clean")
            articles = dataset.settle([part for result in cleaned for part in result.parts])
            found = find_repeats(dataset, articles, run_id)
            clock.end("deduplicate")
            if not found.copies:
                break
            # Copies of withdrawn articles: all is done again without them, so that no draft, learned line or row has their words.
            keep_out(dataset, found.copies, [batch.drafts for batch in batches])
        work = _Work(stamp=stamp, plan=plan, extracted=extracted, learned=learned, cleaned=cleaned, articles=articles, found=found)
        published = _publish(dataset, settings, work, clock)
        summary = replace(_summary(work, published.commit, dataset), stage_seconds=clock.seconds, drift=published.drift)
        write_summary(summary, settings.clean)
        write_report(summary, published.figures, settings.clean)
        prune_cache(settings.state_dir, extractor_version(), settings.cache_bytes)
        dataset.prune_runs(settings.clean / RUNS)
        return summary


def _extract(batches: Sequence[Batch], engine: Engine, observer: Observer) -> list[Extracted]:
    """Every batch's drafts, written. Raises RunFailed where so many pages crash that the installation must be broken."""
    results = []
    for result in engine.map(extract_batch, batches):
        observer.extracted(result)
        results.append(result)
    _check_crashes(sum(result.crashed for result in results), sum(result.pages.total() for result in results))
    return results


def _learn(dataset: Dataset, batches: Sequence[Batch], extracted: Sequence[Extracted], engine: Engine, stamp: Stamp) -> LearnedTemplates:
    """What this run and all earlier ones say of their sites' templates. Raises RunFailed as extraction does."""
    learned = learn_templates(dataset, batches, engine, stamp)
    _check_crashes(learned.crashed, sum(result.pages.total() for result in extracted))
    return learned


def _cleaning_tasks(batches: Sequence[Batch], settings: Settings, dataset: Dataset, learned: LearnedTemplates, stamp: Stamp) -> list[CleaningTask]:
    return [
        CleaningTask(
            number=batch.number,
            drafts=batch.drafts,
            inputs=batch.inputs,
            observations=observations_of(dataset, batch),
            templates=learned.templates,
            data_dir=dataset.data_dir,
            rules=settings.rules,
            min_words=settings.min_words,
            withdrawn=batch.withdrawn,
            stamp=stamp,
        )
        for batch in batches
    ]


def _clean(tasks: Sequence[CleaningTask], engine: Engine, observer: Observer) -> list[CleanedBatch]:
    """Every batch's rows, written and durable, and not yet published."""
    results = []
    for result in engine.map(clean_batch, tasks):
        observer.cleaned(result)
        results.append(result)
    _check_crashes(
        sum(result.tally.reasons[Reason.CRASHED.value] for result in results), sum(result.articles + result.rejected for result in results)
    )
    # The order of arrival is the engine's; what is published must not depend on it.
    return sorted(results, key=lambda result: result.number)


def _check_crashes(crashed: int, pages: int) -> None:
    if crashed >= MIN_CRASHED_PAGES and crashed > MAX_CRASHED_SHARE * pages:
        raise RunFailed(
            f"{crashed} of {pages} pages crashed: the installation is broken rather than the pages; nothing was published. "
            "Try `copydesk explain` on one of the inputs."
        )


def _publish(dataset: Dataset, settings: Settings, work: _Work, clock: StageClock) -> _Published:
    """Says which sites drift, and makes the next version of the dataset."""
    sites, drift = watch_sites(dataset, work.articles.batches)
    figures = run_figures(dataset, work.articles.batches)
    clock.end("report")
    pages, broken = (sum((getattr(result, name) for result in work.extracted), Counter[str]()) for name in ("pages", "broken"))
    gone = frozenset(chain.from_iterable(result.gone for result in work.extracted))
    commit = dataset.commit(
        Submission(
            run=RunInfo(run_id=work.stamp.run_id, started_at=work.stamp.processed_at, pages_read=pages.total()),
            articles=work.articles,
            repeats=work.found.repeats,
            duplicates=settings.duplicates,
            inputs=tuple(_as_read(row, pages, broken, gone) for row in (*work.plan.read, *work.plan.cached)),
            seen_again=tuple(work.plan.seen_again),
            learned={**work.learned.names, **work.found.names},
            input_drafts=_input_drafts(work.extracted),
            site_runs=sites,
        )
    )
    clock.end("publish")
    return _Published(commit=commit, drift=tuple(drift), figures=figures)


def _as_read(row: InputRow, pages: Counter[str], broken: Counter[str], gone: frozenset[str]) -> InputRow:
    read = replace(row, pages=pages[row.uri], broken=broken[row.uri])
    # No file has this time and hash: one that comes back as it was is read all the same.
    return replace(read, mtime_ns=-1, sha256="") if row.uri in gone else read


def _input_drafts(extracted: Sequence[Extracted]) -> dict[str, list[str]]:
    """In which drafts files the pages of each input are."""
    drafts: dict[str, list[str]] = {}
    for result in extracted:
        for uri in result.pages:
            drafts.setdefault(uri, []).append(result.drafts.name)
    return drafts


def _summary(work: _Work, commit: Commit, dataset: Dataset) -> Summary:
    stamp, plan, extracted, tally = work.stamp, work.plan, work.extracted, Tally()
    for result in work.cleaned:
        tally.add(result.tally)
    counts = commit.counts
    # Known only to the commit; a reason that no page was rejected for is not listed.
    tally.reasons.update(+Counter({Reason.SUPERSEDED.value: counts.superseded, Reason.DUPLICATE.value: counts.duplicates}))
    return Summary(
        run_id=stamp.run_id,
        started_at=stamp.processed_at,
        seconds=round((datetime.now(UTC) - stamp.processed_at).total_seconds(), 3),
        dataset_version=commit.version,
        published=commit.published,
        articles=sum(part.rows for part in dataset.ledger.live_parts() if part.dataset == "articles"),
        pages_read=sum(result.pages.total() for result in extracted),
        new=counts.new,
        revised=counts.revised,
        unchanged=counts.unchanged,
        rejected=counts.rejected,
        superseded=counts.superseded,
        files_read=len(plan.read),
        files_cached=len(plan.cached),
        files_left=plan.left,
        files_known=plan.known_files,
        pages_known=plan.known_pages,
        batches=len(extracted),
        batches_reused=sum(result.reused for result in extracted),
        rejected_by_reason=tally.reasons,
        skipped_by_kind=sum((result.skipped for result in extracted), plan.ignored),
        articles_by_site=tally.sites,
        articles_by_language=tally.languages,
        articles_by_flag=tally.flags,
        damaged_files=sum((result.broken for result in extracted), plan.damaged),
        slowest_pages=tuple(slowest_pages(chain.from_iterable(batch.slowest for batch in extracted))),
        removed_characters_by_rule=tally.rules,
        versions={
            "copydesk": copydesk_version(),
            "extractor": stamp.extractor_version,
            "rules": stamp.rules_version,
            "schema": str(SCHEMA_VERSION),
        },
    )
