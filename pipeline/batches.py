"""A batch: what any engine maps. Extraction reads its slices and writes drafts; cleaning reads drafts and writes parts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from heapq import nlargest
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from pipeline.learn import fingerprint, observed_sites, page_observations, site_templates, write_fingerprints, write_observations
from pipeline.outcomes import clean_outcome, kept_out, unreadable_outcome
from pipeline.pages import Cleaned, clean_draft
from pipeline.progress import page_done
from pipeline.records import Draft, RawPage, Reason, Rejected, Skipped
from pipeline.rules import load_rules
from pipeline.sandbox import Request, thread_sandbox
from pipeline.settings import ColumnNames, Limits
from pipeline.sources import Slice, is_gone, or_gone, read_slice
from pipeline.stages.fingerprint import article_digest
from pipeline.stages.metadata import site_of
from pipeline.store import operations
from pipeline.store.cache import mark_used
from pipeline.store.drafts import BrokenDrafts, check_drafts, draft_outcomes, is_lasting, read_drafts, skipped_records, write_drafts
from pipeline.store.keys import newest_rows
from pipeline.store.parts import write_part
from pipeline.store.rows import Stamp, articles_table, in_utc, keys_table, rejected_table, removed_table
from pipeline.store.staging import BatchParts

# What is held in memory before it is written: whichever comes first.
PART_PAGES: Final = 5_000
PART_CHARACTERS: Final = 16_000_000
SLOWEST_PAGES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The slices that one call reads, and where its drafts go: a name made of all that extraction depends on.

    Without slices it is of inputs whose pages are known to be among those of the drafts file.
    """

    number: int
    slices: tuple[Slice, ...]
    inputs: frozenset[str]
    columns: ColumnNames
    limits: Limits
    rules: Path | None
    drafts: Path
    withdrawn: Mapping[str, str] = field(hash=False)  # reasons by id: articles that are kept out


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTime:
    """How long extraction took for a page, in milliseconds of CPU time; reading its file is not in it."""

    uri: str
    record: str
    url: str | None
    milliseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What extraction tells of a batch; its pages are in the drafts file."""

    number: int
    drafts: Path
    pages: Counter[str]  # by input
    crashed: int
    broken: Counter[str]  # records that cannot be read, by input
    skipped: Counter[str]  # records that are no pages, by kind
    reused: bool  # the drafts were there already
    gone: frozenset[str] = frozenset()  # inputs that could not be opened any more
    slowest: tuple[PageTime, ...] = ()  # the slowest first; none where the drafts were there


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservingTask:
    """A batch's drafts, and where goes what they show of their sites' templates."""

    number: int
    drafts: Path
    observations: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningTask:
    """A batch's drafts, and all that turns those of its inputs into rows."""

    number: int
    drafts: Path
    inputs: frozenset[str]
    observations: Path
    templates: Path | None  # of all sites; None: nothing was ever learned
    data_dir: Path
    rules: Path | None
    min_words: int
    withdrawn: Mapping[str, str]
    stamp: Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts over the pages of a batch, for the run's report."""

    reasons: Counter[str] = field(default_factory=Counter)
    sites: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)  # characters removed, by rule
    languages: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Adds another batch's counts."""
        for name in self.__slots__:
            getattr(self, name).update(getattr(other, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanedBatch:
    """What cleaning tells of a batch; its rows are in the parts."""

    number: int
    parts: tuple[BatchParts, ...]
    articles: int
    rejected: int
    tally: Tally


def extract_batch(batch: Batch) -> Extracted:
    """Reads the batch's pages and writes their drafts, unless they are there; returns the counts. Environment errors propagate."""
    reused = _has_drafts(batch)
    slowest: list[PageTime] = []
    if reused:
        mark_used(batch.drafts)
    else:
        met: defaultdict[str, Counter[str]] = defaultdict(Counter)
        write_drafts(batch.drafts, _extracted_pages(batch, met, slowest), met)
    skipped = skipped_records(batch.drafts, batch.inputs)
    pages = Counter(dict.fromkeys(skipped, 0))  # an input of which nothing is a page has drafts, too
    reasons: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    for uri, reason in draft_outcomes(batch.drafts):
        if uri in batch.inputs:
            pages[uri] += 1
            reasons[reason][uri] += 1
    return Extracted(
        number=batch.number,
        drafts=batch.drafts,
        pages=pages,
        crashed=reasons[Reason.CRASHED].total(),
        broken=reasons[Reason.BROKEN_RECORD],
        skipped=sum(skipped.values(), Counter[str]()),
        reused=reused,
        gone=_gone_inputs(batch.drafts) & batch.inputs if reasons[Reason.BROKEN_RECORD] else frozenset(),
        slowest=tuple(slowest),
    )


def _has_drafts(batch: Batch) -> bool:
    """Whether the batch's drafts are there, whole, and serve. A damaged file is deleted; where the batch has nothing else, raises BrokenDrafts."""
    if batch.slices and not batch.drafts.exists():
        return False
    try:
        check_drafts(batch.drafts)
        if batch.slices and not is_lasting(batch.drafts):
            return False
    except BrokenDrafts as error:
        operations.unlink(batch.drafts)
        if not batch.slices:
            raise BrokenDrafts(f"{batch.drafts} was damaged, and is deleted: run again, and it is made anew where its inputs are there") from error
        return False
    return not (batch.slices and _gone_inputs(batch.drafts))  # what was gone then may be there now


def _gone_inputs(drafts: Path) -> frozenset[str]:
    """The inputs that could not be opened any more when these drafts were made."""
    if all(reason != Reason.BROKEN_RECORD for _, reason in draft_outcomes(drafts)):
        return frozenset()
    return frozenset(page.origin.uri for page in read_drafts(drafts) if isinstance(page, Rejected) and is_gone(page.detail))


def slowest_pages(pages: Iterable[PageTime]) -> list[PageTime]:
    """Returns the slowest of these pages, the slowest first."""
    return nlargest(SLOWEST_PAGES, pages, key=attrgetter("milliseconds"))


def _extracted_pages(batch: Batch, skipped: defaultdict[str, Counter[str]], slowest: list[PageTime]) -> Iterator[Draft | Rejected]:
    for outcome, cpu_ms in thread_sandbox().drafts(_requests(batch, skipped)):
        slowest[:] = slowest_pages([*slowest, _page_time(outcome, cpu_ms)])
        yield kept_out(outcome, batch.withdrawn)
        page_done()


def _requests(batch: Batch, skipped: defaultdict[str, Counter[str]]) -> Iterator[Request | Rejected]:
    rules = load_rules(batch.rules)
    for piece in batch.slices:
        for record in or_gone(piece, read_slice(piece, batch.columns)):
            if isinstance(record, Skipped):
                skipped[piece.file.uri][record.kind] += 1
            elif isinstance(record, RawPage):
                yield Request(page=record, sites=rules.sites_to_select(site_of(record.url)), limits=batch.limits)
            else:
                yield unreadable_outcome(record)


def _page_time(page: Draft | Rejected, milliseconds: float) -> PageTime:
    return PageTime(uri=page.origin.uri, record=page.origin.record, url=page.url, milliseconds=round(milliseconds, 1))


def observe_batch(task: ObservingTask) -> int:
    """Writes what the batch's drafts show of their sites' templates; returns how many pages crash in this. Environment errors propagate."""
    crashes: list[Rejected] = []
    write_observations(task.observations, _observed_pages(task, crashes))
    return len(crashes)


def _observed_pages(task: ObservingTask, crashes: list[Rejected]) -> Iterator[list[dict[str, Any]]]:
    for page in read_drafts(task.drafts):
        rows = page if isinstance(page, Rejected) else clean_outcome(page, lambda draft: list(page_observations(draft)))
        if not isinstance(rows, Rejected):
            yield rows
        elif rows is not page:  # it shows nothing of its site, and is cleaned all the same
            crashes.append(rows)


def clean_batch(task: CleaningTask) -> CleanedBatch:
    """Cleans the batch's drafts and writes its parts; returns their names and counts. Environment errors propagate."""
    rules = load_rules(task.rules)
    templates = site_templates(task.templates, observed_sites(task.observations), rules)
    clean = partial(clean_draft, rules=rules, min_words=task.min_words, templates=templates, withdrawn=task.withdrawn)
    parts: list[BatchParts] = []
    tally, counts = Tally(), Counter[type]()
    cleaned = (page if isinstance(page, Rejected) else clean_outcome(page, clean) for page in read_drafts(task.drafts, task.inputs))
    while chunk := _chunk(cleaned):
        articles = [page for page in chunk if isinstance(page, Cleaned)]
        rejected = [page for page in chunk if isinstance(page, Rejected)]
        parts.append(_write_parts(task, f"{task.number:05d}-{len(parts):03d}", articles, rejected))
        _count(tally, articles, rejected)
        counts.update(map(type, chunk))
    return CleanedBatch(number=task.number, parts=tuple(parts), articles=counts[Cleaned], rejected=counts[Rejected], tally=tally)


def _chunk(pages: Iterator[Cleaned | Rejected]) -> list[Cleaned | Rejected]:
    """The next pages that make one part; none at the end."""
    chunk: list[Cleaned | Rejected] = []
    characters = 0
    for page in islice(pages, PART_PAGES):
        chunk.append(page)
        characters += _characters(page)
        if characters >= PART_CHARACTERS:
            break
    return chunk


def _characters(page: Cleaned | Rejected) -> int:
    if isinstance(page, Rejected):
        return len(page.text_sample or "")
    return len(page.article.text) + sum(len(removal.text) for removal in page.removals)


def _write_parts(task: CleaningTask, number: str, articles: list[Cleaned], rejected: list[Rejected]) -> BatchParts:
    stamp = task.stamp
    keys = keys_table((page.article, article_digest(in_utc(page.article))) for page in articles)
    newest = [articles[row] for row in newest_rows(keys)]
    tables = {
        "articles": articles_table(((page.article, page.templates_version) for page in newest), stamp),
        "rejected": rejected_table(rejected, stamp),
        "removed": removed_table(((page.article, page.removals) for page in newest), stamp),
        "keys": keys,
    }
    parts = {name: write_part(task.data_dir, name, table, f"{name}-{stamp.run_id}-{number}.parquet") for name, table in tables.items()}
    fingerprints = task.data_dir / f"fingerprints-{stamp.run_id}-{number}.parquet"
    write_fingerprints(fingerprints, (fingerprint(page.article) for page in newest), stamp.processed_at)
    return BatchParts(**parts, fingerprints=fingerprints.name)


def _count(tally: Tally, articles: list[Cleaned], rejected: list[Rejected]) -> None:
    tally.reasons.update(page.reason.value for page in rejected)
    tally.sites.update(page.article.site for page in articles if page.article.site)
    tally.languages.update(page.article.language for page in articles if page.article.language)
    tally.flags.update(flag.value for page in articles for flag in page.article.flags)
    for page in articles:
        for removal in page.removals:
            tally.rules[removal.rule_id] += len(removal.text)
