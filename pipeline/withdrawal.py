"""Takedowns: which articles a person means, what goes with them, and what repeats them and stays."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.learn import Resources, forget_pages
from pipeline.report.html import delete_reports
from pipeline.settings import Settings
from pipeline.stages.metadata import article_id, clean_url
from pipeline.store.accounts import RunInfo, new_run_id
from pipeline.store.dataset import Dataset, open_dataset
from pipeline.store.withdraw import Withdrawal


class UnknownArticle(Exception):  # noqa: N818 - reads as what happened
    """No article has this id, and it is no address that could be kept out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What a takedown did: the ids that are kept out, how many of them were articles, the version without them, and what repeats them and stays."""

    ids: tuple[str, ...]
    articles: int
    version: int
    repeated_by: tuple[str, ...]


def withdraw(settings: Settings, article: str, reason: str) -> Withdrawn:
    """Withdraws the article of this id or address, and returns what that did; an address that no article has yet is kept out all the same.

    Raises UnknownArticle for anything else, Busy where a run holds the dataset, StoreError where it is not fit for use.
    """
    now = datetime.now(UTC)
    run_id = new_run_id(now)
    with open_dataset(settings.clean, settings.state_dir, run_id=run_id, retention=settings.retention) as dataset:
        ids = _ids(dataset, article)
        standings = dataset.ledger.standings(sorted(ids))
        if not standings and clean_url(article) is None and not ids & dataset.ledger.withdrawn().keys():
            raise UnknownArticle(f"{article!r} is neither the id nor the address of an article in {settings.clean}")
        repeated_by = tuple(name for withdrawn in sorted(ids) for name in dataset.ledger.repeating(withdrawn) if name not in ids)
        run = RunInfo(run_id=run_id, started_at=now, pages_read=0)
        delete_reports(settings.clean, ids)
        observations = _observations_without(dataset, ids, run_id)
        version = dataset.withdraw(Withdrawal(ids=ids, reason=reason, run=run, observations=observations))
    return Withdrawn(ids=tuple(sorted(ids)), articles=len(standings), version=version, repeated_by=repeated_by)


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


def _observations_without(dataset: Dataset, ids: frozenset[str], name: str) -> tuple[str, ...]:
    """The learned observations but for those of these articles."""
    observations = dataset.learned("observations")
    if not observations:
        return ()
    with TemporaryDirectory(dir=dataset.shelf.staging, prefix="withdraw-", ignore_cleanup_errors=True) as temporary:
        target = dataset.learned_dir("observations") / f"{name}.parquet"
        return (forget_pages(observations, sorted(ids), target, Resources(temporary=Path(temporary))).name,)
