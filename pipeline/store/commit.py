"""The commit of a run: settle what its batches staged, write the edition, and record both in one transaction of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.store.accounts import Commit, Counts, RunInfo
from pipeline.store.edition import Settled, prepare_edition, record_edition
from pipeline.store.errors import StoreError
from pipeline.store.ledger import InputRow, Ledger
from pipeline.store.rejections import Sums, settle_rejections, sums_in, sums_of, superseded
from pipeline.store.settle import Outcome
from pipeline.store.staging import BatchParts, Settlement


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a run hands in: its batches' parts, the inputs it read, and those it did not read but saw again under another time or inode.

    `learned` names, for each kind, the learned files that count from this run on; `input_drafts` the drafts files of each input it read.
    """

    run: RunInfo
    batches: tuple[BatchParts, ...] = ()
    inputs: tuple[InputRow, ...] = ()
    seen_again: tuple[InputRow, ...] = ()
    learned: Mapping[str, Sequence[str]] = field(default_factory=dict)
    input_drafts: Mapping[str, Sequence[str]] = field(default_factory=dict)


def commit_run(ledger: Ledger, directory: Path, submission: Submission) -> Commit:
    """Returns what the run did, once the ledger holds it; to publish is the caller's next step. Raises AccountingError, StoreError."""
    run, batches = submission.run, submission.batches
    _check(ledger, directory, run, batches)
    settlement = Settlement(directory, batches, ledger.standings)
    counts = _counts(settlement, batches)
    counts.check(run.pages_read)
    sums = _staged_sums(directory, run, batches, settlement)
    rejections = settle_rejections((row.uri for row in submission.inputs), sums, ledger.rejections)
    settled = Settled(directory=directory, run=run, batches=batches, articles=settlement, rejections=rejections)
    published = ledger.published()
    standing = published.version if published else 0
    # The first run publishes even an empty dataset, so that readers find its folders.
    version = standing + 1 if published is None or counts.new or counts.revised or rejections.changed else None
    _record(ledger, settled, submission, counts, version)
    return Commit(version=version or standing, published=version is not None, counts=counts)


def _record(ledger: Ledger, settled: Settled, submission: Submission, counts: Counts, version: int | None) -> None:
    edition = prepare_edition(ledger, settled) if version else None
    with ledger.transaction():
        ledger.add_run(settled.run, counts, datetime.now(UTC), version)
        ledger.add_inputs([*submission.inputs, *submission.seen_again])
        ledger.put_input_drafts(submission.input_drafts)
        for kind, names in submission.learned.items():
            ledger.put_learned(kind, names)
        for batch in range(len(settled.batches)):
            ledger.put_pages((it.id, it.page) for it in settled.articles.articles(batch) if it.outcome is Outcome.UNCHANGED)
        if edition and version:
            record_edition(ledger, settled, edition, version)


def _check(ledger: Ledger, directory: Path, run: RunInfo, batches: Sequence[BatchParts]) -> None:
    if ledger.knows_run(run.run_id):
        raise StoreError(f"a run {run.run_id} has committed before; each run needs an id of its own")
    for batch in batches:
        for part in (batch.articles, batch.rejected, batch.removed, batch.keys):
            path = directory / part.name if part else None
            if part and path and (not path.is_file() or path.stat().st_size != part.bytes):
                raise StoreError(f"{path} is not the {part.bytes} bytes that its batch wrote; run again")


def _counts(settlement: Settlement, batches: Sequence[BatchParts]) -> Counts:
    superseded = settlement.count(Outcome.SUPERSEDED)
    return Counts(
        new=settlement.count(Outcome.NEW),
        revised=settlement.count(Outcome.REVISED),
        unchanged=settlement.count(Outcome.UNCHANGED),
        rejected=superseded + sum(batch.rejected.rows for batch in batches if batch.rejected),
        superseded=superseded,
    )


def _staged_sums(directory: Path, run: RunInfo, batches: Sequence[BatchParts], settlement: Settlement) -> Iterator[Sums]:
    for number, batch in enumerate(batches):
        if batch.rejected:
            yield sums_in(directory / batch.rejected.name)
        rows = settlement.superseded_rows(number)
        if batch.keys and rows:
            yield sums_of(superseded(directory / batch.keys.name, rows, run))
