"""A takedown: no row, no data file and no earlier version says any more what a withdrawn article said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pipeline.store.accounts import NO_PAGES, RunInfo
from pipeline.store.copier import Copier
from pipeline.store.edition import Replaced, tallies
from pipeline.store.ledger import Ledger

_EVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Which articles go, by id, and why; `run` names what is written for it.

    `drafts` are the cached files that hold pages of theirs; `learned` names, by kind, the learned files without their words that count from now on.
    """

    ids: frozenset[str]
    reason: str
    run: RunInfo
    drafts: tuple[Path, ...] = ()
    learned: Mapping[str, Sequence[str]] = field(default_factory=dict)


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
        _record(ledger, replaced, numbers, version)
        silenced = [it.new for it in replaced if it.new and it.dataset == "rejected"]  # their rows are others than they were
        ledger.add_rejections(tallies(directory, [*silenced, *([told] if told else [])], numbers))
        for kind, names in withdrawal.learned.items():
            ledger.put_learned(kind, names)
        ledger.history.add(version)
        ledger.history.forget(keep=0, replaced_before=_EVER)  # no earlier version may be gone back to
    return version


def _record(ledger: Ledger, replaced: Iterable[Replaced], numbers: Mapping[str, int], version: int) -> None:
    for it in replaced:
        if it.new and it.dataset == "rejected":
            ledger.merge_parts(it.dataset, [it.old], numbers[it.new.name], version)
        else:
            ledger.replace_part(it.dataset, it.old, numbers[it.new.name] if it.new else None, version)


def _replaced(copier: Copier, ledger: Ledger, withdrawal: Withdrawal) -> Iterator[Replaced]:
    """The parts with rows of the articles, and the same without them."""
    for old, part in ledger.numbered_parts():
        new = copier.silence(part, withdrawal.ids, withdrawal.reason) if part.dataset == "rejected" else copier.copy(part, withdrawal.ids)
        if new != part:
            yield Replaced(old=old, dataset=part.dataset, new=new)
