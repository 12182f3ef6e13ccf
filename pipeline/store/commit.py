"""The commit of a run: settle what its batches staged, write the edition, and record both in one transaction of the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.records import Duplicates, Repeat
from pipeline.store.accounts import Commit, Counts, RunInfo, SiteRun
from pipeline.store.edition import Settled, prepare_edition, record_edition
from pipeline.store.errors import AccountingError, StoreError
from pipeline.store.ledger import InputRow, Ledger
from pipeline.store.parts import read_columns
from pipeline.store.placing import Placing, place_articles
from pipeline.store.rejections import Sums, settle_rejections, sums_in, sums_of, superseded
from pipeline.store.settle import Outcome
from pipeline.store.staging import BatchParts, Settlement


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a run hands in: its batches' articles, settled; which of them, and of earlier ones, repeat others, and what is to become of those.

    `inputs` are those that it read, `seen_again` those that it did not read but saw under another time or inode. `learned` names, for each kind, the
    learned files that count from this run on; `input_drafts` the drafts files of each input it read; `site_runs` what came of sites' pages.
    """

    run: RunInfo
    articles: Settlement
    repeats: Mapping[str, Repeat | None] = field(default_factory=dict)
    duplicates: Duplicates = Duplicates.REJECT
    inputs: tuple[InputRow, ...] = ()
    seen_again: tuple[InputRow, ...] = ()
    learned: Mapping[str, Sequence[str]] = field(default_factory=dict)
    input_drafts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    site_runs: Sequence[SiteRun] = ()


def settle_run(ledger: Ledger, directory: Path, batches: Sequence[BatchParts]) -> Settlement:
    """Returns the outcome of each article that the batches staged. Raises StoreError where a part is not as its batch wrote it."""
    for batch in batches:
        for part in (batch.articles, batch.rejected, batch.removed, batch.keys):
            path = directory / part.name if part else None
            if part and path and (not path.is_file() or path.stat().st_size != part.bytes):
                raise StoreError(f"{path} is not the {part.bytes} bytes that its batch wrote; run again")
    return Settlement(directory, batches, ledger.standings)


def commit_run(ledger: Ledger, directory: Path, submission: Submission, removed_days: int | None) -> Commit:
    """Returns what the run did, once the ledger holds it; to publish is the caller's next step. Raises AccountingError, StoreError.

    Removed blocks older than `removed_days` go with it.
    """
    run, articles = submission.run, submission.articles
    if ledger.knows_run(run.run_id):
        raise StoreError(f"a run {run.run_id} has committed before; each run needs an id of its own")
    placing = place_articles(articles, submission.repeats, submission.duplicates, ledger.standings)
    counts = _counts(articles, placing)
    counts.check(run.pages_read)
    _check_inputs(directory, submission)
    sums = _staged_sums(directory, run, articles)
    rejections = settle_rejections((row.uri for row in submission.inputs), sums, ledger.rejections)
    expired = _expired(ledger, directory, removed_days)
    settled = Settled(directory=directory, run=run, articles=articles, placing=placing, rejections=rejections, expired=expired)
    published = ledger.published()
    standing = published.version if published else 0
    # The first run publishes even an empty dataset, so that readers find its folders.
    changed = published is None or articles.count(Outcome.NEW) or articles.count(Outcome.REVISED) or placing.moves or rejections.changed or expired
    version = standing + 1 if changed else None
    _record(ledger, settled, submission, counts, version)
    return Commit(version=version or standing, published=version is not None, counts=counts)


def _record(ledger: Ledger, settled: Settled, submission: Submission, counts: Counts, version: int | None) -> None:
    edition = prepare_edition(ledger, settled) if version else None
    with ledger.transaction():
        ledger.add_run(settled.run, counts, datetime.now(UTC), version)
        ledger.add_inputs([*submission.inputs, *submission.seen_again])
        ledger.put_input_drafts(submission.input_drafts)
        ledger.add_site_runs(settled.run.run_id, submission.site_runs)
        for kind, names in submission.learned.items():
            ledger.put_learned(kind, names)
        if edition and version:
            record_edition(ledger, settled, edition, version)
            ledger.history.add(version)
        for batch in range(len(settled.articles.batches)):
            ledger.put_pages((it.id, it.page) for it in settled.articles.articles(batch) if it.outcome is Outcome.UNCHANGED)


def _counts(articles: Settlement, placing: Placing) -> Counts:
    held = Counter(placing.held(articles))
    superseded = articles.count(Outcome.SUPERSEDED)
    return Counts(
        new=articles.count(Outcome.NEW) - held[Outcome.NEW],
        revised=articles.count(Outcome.REVISED) - held[Outcome.REVISED],
        unchanged=articles.count(Outcome.UNCHANGED) - held[Outcome.UNCHANGED],
        rejected=superseded + sum(held.values()) + sum(batch.rejected.rows for batch in articles.batches if batch.rejected),
        superseded=superseded,
        duplicates=sum(held.values()),
    )


def _check_inputs(directory: Path, submission: Submission) -> None:
    """Raises AccountingError unless the batches staged as many rows of each input as it has pages: a row of one too many could hide one too few."""
    pages = Counter({row.uri: row.pages for row in submission.inputs})
    rows = Counter[str]()
    for part in chain.from_iterable((batch.keys, batch.rejected) for batch in submission.articles.batches):
        if part:
            counts = read_columns(directory / part.name, ["source_uri"])["source_uri"].value_counts()
            rows.update(dict(zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True)))
    if rows != pages:
        uri = next(uri for uri in sorted(rows | pages) if rows[uri] != pages[uri])
        raise AccountingError(f"{pages[uri]} pages were read of {uri}, and {rows[uri]} are accounted for; nothing was published")


def _expired(ledger: Ledger, directory: Path, removed_days: int | None) -> dict[int, set[str]]:
    """The articles whose removed blocks are older than so many days, by the ledger's number of the part; None: none are."""
    if removed_days is None:
        return {}
    runs = sorted(ledger.runs_before(datetime.now(UTC) - timedelta(days=removed_days)))
    expired: dict[int, set[str]] = {}
    for number, part in ledger.numbered_parts():
        if part.dataset in {"removed", "held_removed"}:
            rows = read_columns(directory / part.name, ["id", "run_id"])
            ids = set(rows.filter(pc.is_in(rows["run_id"], value_set=pa.array(runs, pa.string())))["id"].to_pylist())
            expired |= {number: ids} if ids else {}
    return expired


def _staged_sums(directory: Path, run: RunInfo, settlement: Settlement) -> Iterator[Sums]:
    for number, batch in enumerate(settlement.batches):
        if batch.rejected:
            yield sums_in(directory / batch.rejected.name)
        rows = settlement.superseded_rows(number)
        if batch.keys and rows:
            yield sums_of(superseded(directory / batch.keys.name, rows, run))
