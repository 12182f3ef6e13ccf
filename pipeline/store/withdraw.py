"""A takedown: no row, no data file and no earlier version says any more what a withdrawn article said."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pipeline.store.accounts import NO_PAGES, RunInfo
from pipeline.store.copier import Copier
from pipeline.store.edition import Replaced, tallies
from pipeline.store.ledger import Ledger
from pipeline.store.parts import distinct_values, read_rows

_EVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Which articles go, by id, and why; `run` names what is written for it. `observations` are the learned files, without their pages, that count."""

    ids: frozenset[str]
    reason: str
    run: RunInfo
    observations: tuple[str, ...] = ()


def withdraw_articles(ledger: Ledger, directory: Path, withdrawal: Withdrawal) -> int:
    """Returns the version without the articles, once the ledger holds it; to publish is the caller's next step."""
    copier = Copier(directory, withdrawal.run)
    standings = ledger.standings(sorted(withdrawal.ids))
    articles = [ledger.part(number) for number in sorted({standing.articles_file for standing in standings.values()})]
    told = copier.withdrawn(articles, withdrawal.ids, withdrawal.reason)
    replaced = tuple(_replaced(copier, ledger, withdrawal))
    published = ledger.published()
    version = published.version + 1 if published else 1
    with ledger.transaction():
        ledger.add_run(withdrawal.run, NO_PAGES, datetime.now(UTC), version)
        numbers = ledger.add_parts([part for part in (told, *(it.new for it in replaced)) if part], version)
        ledger.put_withdrawn(sorted(withdrawal.ids), withdrawal.reason, withdrawal.run.started_at)
        for it in replaced:
            ledger.replace_part(it.dataset, it.old, numbers[it.new.name] if it.new else None, version)
        ledger.add_rejections(tallies(directory, [told] if told else [], numbers))
        ledger.put_learned("observations", withdrawal.observations)
        ledger.history.add(version)
        ledger.history.forget(keep=0, replaced_before=_EVER)  # no earlier version may be gone back to
    return version


def sources_of(ledger: Ledger, directory: Path, ids: AbstractSet[str]) -> set[str]:
    """Returns the inputs that hold pages of these articles, published or rejected."""
    uris = {standing.page.source_uri for standing in ledger.standings(sorted(ids)).values()}
    for part in ledger.live_parts():
        if part.dataset in {"rejected", "duplicates"} and ids & distinct_values(directory / part.name, "id"):
            rows = read_rows(directory, [part], ids)
            uris.update(rows["source_uri"].to_pylist() if rows else [])
    return uris


def _replaced(copier: Copier, ledger: Ledger, withdrawal: Withdrawal) -> Iterator[Replaced]:
    """The parts with rows of the articles, and the same without them."""
    for old, part in ledger.numbered_parts():
        new = copier.silence(part, withdrawal.ids, withdrawal.reason) if part.dataset == "rejected" else copier.copy(part, withdrawal.ids)
        if new != part:
            yield Replaced(old=old, dataset=part.dataset, new=new)
