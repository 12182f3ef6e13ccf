"""Takedowns: which articles a person means, what repeats them, and what goes with them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.learn import (
    FINGERPRINTS_KIND,
    OBSERVATIONS_KIND,
    PAIRS_KIND,
    Resources,
    find_copies,
    forget_pages,
    withdrawal,
    write_fingerprints,
)
from pipeline.report.html import delete_reports
from pipeline.settings import Settings
from pipeline.stages.metadata import article_id, clean_url, page_id
from pipeline.store import operations
from pipeline.store.accounts import RunInfo
from pipeline.store.cache import cached_files
from pipeline.store.dataset import Dataset, open_dataset
from pipeline.store.drafts import BrokenDrafts, identities
from pipeline.store.ledger import existing_ledger
from pipeline.store.withdraw import Withdrawal
from pipeline.versions import extractor_version


class UnknownArticle(Exception):  # noqa: N818 - reads as what happened
    """No article has this id, and it is no address that could be kept out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What a takedown did: the ids that were meant and those of their copies, all kept out; how many were articles; the version without them."""

    ids: tuple[str, ...]
    copies: tuple[str, ...]
    articles: int
    version: int


def withdraw(settings: Settings, article: str, reason: str) -> Withdrawn:
    """Withdraws the article of this id or address, and all that is similar to it, and returns what that did; an address that no article has yet is kept
    out all the same.

    Raises UnknownArticle for anything else, Busy where a run holds the dataset, StoreError where there is none, or it is not fit for use.
    """
    existing_ledger(settings.state_dir)
    run = RunInfo.without_pages()
    with open_dataset(settings.clean, settings.state_dir, run_id=run.run_id, retention=settings.retention, copy_to=settings.copy_to) as dataset:
        ids = _ids(dataset, article)
        if not dataset.ledger.standings(sorted(ids)) and clean_url(article) is None and not ids & dataset.ledger.withdrawn().keys():
            raise UnknownArticle(f"{article!r} is neither the id nor the address of an article in {settings.clean}")
        copies = _copies(dataset, ids)
        articles = len(dataset.ledger.standings(sorted(ids | copies)))
        version = _take_down(dataset, ids, copies, reason, run)
    return Withdrawn(ids=tuple(sorted(ids)), copies=tuple(sorted(copies)), articles=articles, version=version)


def keep_out(dataset: Dataset, copies: AbstractSet[str], drafts: Iterable[Path]) -> None:
    """Withdraws what a run has found to repeat withdrawn articles, before any of it is published; `drafts` are the files that the run has read."""
    reason, run = "repeats what was withdrawn", RunInfo.without_pages()
    if dataset.ledger.standings(sorted(copies)):  # a page that said something else before
        _take_down(dataset, frozenset(), copies, reason, run)
        return
    for file in _drafts_of(drafts, copies):
        operations.unlink(file)
    with dataset.ledger.transaction():
        dataset.ledger.put_withdrawn(sorted(copies), reason, run.started_at)


def _take_down(dataset: Dataset, ids: AbstractSet[str], copies: AbstractSet[str], reason: str, run: RunInfo) -> int:
    everything = frozenset(ids | copies)
    delete_reports(dataset.shelf.clean, everything)
    learned = {OBSERVATIONS_KIND: _observations_without(dataset, everything, run.run_id)}
    if copies:
        learned[FINGERPRINTS_KIND] = _fingerprints_without(dataset, copies, run)
    drafts = tuple(_drafts_of((file.path for file in cached_files(dataset.state)), everything))
    return dataset.withdraw(Withdrawal(ids=everything, reason=reason, run=run, drafts=drafts, learned=learned))


def _ids(dataset: Dataset, article: str) -> frozenset[str]:
    """The id that was given; else those of the articles with this address, and the one that an article would have there."""
    address = clean_url(article)
    if address is None:
        return frozenset({_normal(article)})
    found = {article_id(address, "", "")}
    for part in dataset.ledger.live_parts():
        if part.dataset in {"articles", "held"}:
            rows = pq.read_table(dataset.data_dir / part.name, columns=["id", "url", "canonical_url"])
            addresses = pa.array([article, address])
            named = pc.or_(pc.is_in(rows["canonical_url"], value_set=addresses), pc.is_in(rows["url"], value_set=addresses))
            found.update(rows.filter(named)["id"].to_pylist())
    return frozenset(found)


def _normal(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return text


def _copies(dataset: Dataset, ids: AbstractSet[str]) -> frozenset[str]:
    with TemporaryDirectory(dir=dataset.shelf.staging, prefix="withdraw-", ignore_cleanup_errors=True) as temporary:
        resources = Resources(temporary=Path(temporary))
        return frozenset(find_copies(ids, dataset.learned(FINGERPRINTS_KIND), dataset.learned(PAIRS_KIND), resources)) - ids


def _drafts_of(files: Iterable[Path], ids: AbstractSet[str]) -> Iterator[Path]:
    """Those of the drafts files that hold a page of these articles, and those that nobody can or will read: damaged ones, and other extractors'."""
    return (file for file in files if file.parent.name != extractor_version() or _holds(file, ids))


def _holds(file: Path, ids: AbstractSet[str]) -> bool:
    try:
        return any((page.rejected or page_id(page.candidates, page.url, page.origin)) in ids for page in identities(file))
    except BrokenDrafts:
        return True


def _observations_without(dataset: Dataset, ids: Collection[str], name: str) -> tuple[str, ...]:
    """The learned observations but for those of these articles."""
    observations = dataset.learned(OBSERVATIONS_KIND)
    if not observations:
        return ()
    with TemporaryDirectory(dir=dataset.shelf.staging, prefix="withdraw-", ignore_cleanup_errors=True) as temporary:
        target = dataset.learned_dir(OBSERVATIONS_KIND) / f"{name}.parquet"
        return (forget_pages(observations, sorted(ids), target, Resources(temporary=Path(temporary))).name,)


def _fingerprints_without(dataset: Dataset, ids: Iterable[str], run: RunInfo) -> tuple[str, ...]:
    """The learned fingerprints, and that these articles count no more: what repeats a copy, and not what it is a copy of, may be published."""
    target = dataset.learned_dir(FINGERPRINTS_KIND) / f"{run.run_id}.parquet"
    write_fingerprints(target, map(withdrawal, sorted(ids)), run.started_at)
    return (*(file.name for file in dataset.learned(FINGERPRINTS_KIND)), target.name)
