"""Which inputs are new or changed, and in which slices they are read."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final

from pipeline.days import ALL_DAYS, Days
from pipeline.records import RawPage
from pipeline.rules import load_rules
from pipeline.settings import Settings
from pipeline.sources import (
    NOT_OPENED,
    UNOPENED_FILE,
    Cutting,
    Ignored,
    InputError,
    InputFile,
    Slice,
    check_roots,
    content_digest,
    files_being_written,
    find_files,
    is_unopened,
    overlap,
    plan_slices,
    read_slice,
)
from pipeline.store import operations
from pipeline.store.dataset import INDEXES, Dataset
from pipeline.store.drafts import BrokenDrafts, is_lasting
from pipeline.store.ledger import InputRow
from pipeline.versions import extractor_version

BEING_WRITTEN: Final = "file still being written"
FETCHED_OUTSIDE: Final = "file with no page of these days"
NOT_DATED: Final = "file with no page whose time of fetching is known"


@dataclass(slots=True, kw_only=True)
class Plan:
    """What a run will read, and what it need not."""

    days: Days = ALL_DAYS
    slices: list[Slice] = field(default_factory=list)
    read: list[InputRow] = field(default_factory=list)  # their pages are counted when they are read
    seen_again: list[InputRow] = field(default_factory=list)  # known bytes under another time or inode
    cached: list[InputRow] = field(default_factory=list)  # inputs that RAW holds no more: their pages come from drafts files
    drafts: dict[str, set[str]] = field(default_factory=dict)  # names of drafts files of earlier runs, and which inputs each is read for
    left: int = 0  # inputs that RAW holds no more and that have no drafts either: what is published of them stays as it is
    known_files: int = 0
    known_pages: int = 0
    damaged: Counter[str] = field(default_factory=Counter)  # records that cannot be read in files that are known and not read again, by name
    ignored: Counter[str] = field(default_factory=Counter)  # files that are no pages, by kind


def check_paths(settings: Settings) -> None:
    """Raises InputError where RAW is missing, or where it and CLEAN, its copy or the state folder lie in each other: a run would read what it writes."""
    check_roots(settings.raw)
    for raw in settings.raw:
        for written in (settings.clean, settings.state_dir, settings.copy_to):
            if written is not None and overlap(raw, written):
                raise InputError(f"{written} and {raw} lie in each other: publish outside the folder that is read")


def plan_run(settings: Settings, dataset: Dataset, run_id: str, *, reclean: bool, days: Days = ALL_DAYS) -> Plan:
    """Returns the plan over all of RAW: size, time and inode are compared before a file is opened.

    With `reclean`, known inputs are cleaned again too, those that RAW holds no more from their drafts. Of `days` only the files that have a page which was
    fetched then are read, whole, so that their rows are those of any other run. Raises InputError where RAW is missing or has no body column.
    """
    plan = Plan(days=days)
    files = find_files(settings.raw)
    if reclean:
        _plan_cleaning_again(plan, files, settings, dataset, run_id)
    else:
        _plan_changed(plan, files, settings, dataset, run_id)
    _leave_unfinished(plan, settings.settle_seconds)
    return plan


def _plan_changed(plan: Plan, files: Sequence[InputFile], settings: Settings, dataset: Dataset, run_id: str) -> None:
    for file in files:
        with _counting_unopened(plan, file):
            _plan_if_changed(plan, file, settings, dataset, run_id)


def _plan_if_changed(plan: Plan, file: InputFile, settings: Settings, dataset: Dataset, run_id: str) -> None:
    known = dataset.known_input(file.uri)
    if known is not None and not _same_stat(file, known):
        known = _seen_again(plan, file, known)
    if known is None:
        if _is_of_its_days(plan, file, settings):
            _plan_reading(plan, file, settings, run_id)
    else:
        plan.known_files += 1
        plan.known_pages += known.pages
        if known.broken:
            plan.damaged[file.uri] = known.broken


@contextmanager
def _counting_unopened(plan: Plan, file: InputFile) -> Iterator[None]:
    """Counts a file that is gone by now, or may not be read, and goes on to the next. As it is not known by that, the next run tries again."""
    try:
        yield
    except NOT_OPENED:
        if not is_unopened(file.path):
            raise
        plan.ignored[UNOPENED_FILE] += 1


def _seen_again(plan: Plan, file: InputFile, known: InputRow) -> InputRow | None:
    """The known input where only its time or inode changed; None where its bytes, or what is known from beside it, did."""
    if not _same_bytes(file, known):
        return None
    again = replace(known, mtime_ns=file.mtime_ns, inode=file.inode)
    plan.seen_again.append(again)
    return again


def _plan_reading(plan: Plan, file: InputFile, settings: Settings, run_id: str) -> None:
    cutting = Cutting(pages=settings.batch_pages, bytes=settings.batch_bytes, indexes=settings.state_dir / INDEXES)
    pieces = plan_slices(file, settings.columns, cutting)
    if isinstance(pieces, Ignored):
        plan.ignored[pieces.kind] += 1
        return
    sha256 = content_digest(file.path)
    plan.slices.extend(pieces)
    plan.read.append(
        InputRow(
            uri=file.uri,
            size=file.size,
            mtime_ns=file.mtime_ns,
            inode=file.inode,
            sha256=sha256,
            facts_digest=file.facts_digest,
            format=pieces[0].format,
            pages=0,
            run_id=run_id,
        )
    )


def _leave_unfinished(plan: Plan, settle_seconds: float) -> None:
    """Takes out the files that somebody is still writing: the next run reads them."""
    unfinished = files_being_written([piece.file for piece in plan.slices], settle_seconds)
    plan.slices = [piece for piece in plan.slices if piece.file.uri not in unfinished]
    plan.read = [row for row in plan.read if row.uri not in unfinished]
    if unfinished:
        plan.ignored[BEING_WRITTEN] = len(unfinished)


def _plan_cleaning_again(plan: Plan, files: Sequence[InputFile], settings: Settings, dataset: Dataset, run_id: str) -> None:
    """Plans all inputs of these days: from the drafts that earlier runs made of the same bytes in the same way, else from RAW."""
    (drafts, passing), basis = _whole_drafts(dataset), drafts_basis(settings)
    for file in files:
        with _counting_unopened(plan, file):
            if not _is_of_its_days(plan, file, settings):
                continue
            known, names = dataset.known_input(file.uri), drafts.get(file.uri, [])
            serve = names and passing.isdisjoint(names) and all(name.startswith(basis) for name in names)
            if known and serve and _same_bytes(file, known):
                again = replace(known, mtime_ns=file.mtime_ns, inode=file.inode, run_id=run_id)
                plan.read.append(again)
                _plan_drafts(plan, file.uri, names)
            else:
                _plan_reading(plan, file, settings, run_id)
    # Of what RAW holds no more nobody asks on which days it was fetched: with days given, it stays as it is.
    _plan_cached(plan, {file.uri for file in files}, drafts if plan.days.are_all else {}, dataset, run_id)


def _is_of_its_days(plan: Plan, file: InputFile, settings: Settings) -> bool:
    """Whether one of a file's pages was fetched on one of the days; a file that is no page is none of theirs to judge."""
    pieces = () if plan.days.are_all else plan_slices(file, settings.columns)
    if plan.days.are_all or isinstance(pieces, Ignored):
        return True
    records = chain.from_iterable(read_slice(piece, settings.columns) for piece in pieces)
    reason = NOT_DATED
    for record in records:
        if isinstance(record, RawPage) and record.fetched_at:
            if plan.days.hold(record.fetched_at):
                return True
            reason = FETCHED_OUTSIDE
    plan.ignored[reason] += 1
    return False


def _plan_cached(plan: Plan, found: Container[str], drafts: Mapping[str, Sequence[str]], dataset: Dataset, run_id: str) -> None:
    """Adds the inputs that RAW holds no more; those are left alone of which today's extraction has not all drafts."""
    for known in dataset.ledger.known_inputs():
        if known.uri in found or not known.pages:
            continue
        if known.uri in drafts:
            plan.cached.append(replace(known, run_id=run_id))
            _plan_drafts(plan, known.uri, drafts[known.uri])
        else:
            plan.left += 1


def _plan_drafts(plan: Plan, uri: str, names: Sequence[str]) -> None:
    for name in names:
        plan.drafts.setdefault(name, set()).add(uri)


def _whole_drafts(dataset: Dataset) -> tuple[dict[str, list[str]], set[str]]:
    """The drafts files, of today's extraction, of each input of which all are there, and which of them hold what another try may give otherwise.

    One that cannot be opened is deleted.
    """
    opened, passing = set(), set()
    for file in sorted(dataset.drafts_dir(extractor_version()).iterdir()):
        try:
            if not is_lasting(file):
                passing.add(file.name)
        except BrokenDrafts:
            operations.unlink(file)
        else:
            opened.add(file.name)
    drafts: dict[str, list[str]] = {}
    for uri, name in dataset.ledger.input_drafts():
        drafts.setdefault(uri, []).append(name)
    return {uri: names for uri, names in drafts.items() if opened.issuperset(names)}, passing


def _same_stat(file: InputFile, known: InputRow) -> bool:
    return (file.size, file.mtime_ns, file.inode, file.facts_digest) == (known.size, known.mtime_ns, known.inode, known.facts_digest)


def _same_bytes(file: InputFile, known: InputRow) -> bool:
    return (file.size, file.facts_digest) == (known.size, known.facts_digest) and content_digest(file.path) == known.sha256


def drafts_basis(settings: Settings) -> str:
    """Returns how the names of drafts begin that are made today: with all that extraction depends on but its version, which names the folder, and the page."""
    selectors = load_rules(settings.rules).selectors_version
    basis = f"{settings.columns.model_dump_json()}\n{settings.limits.model_dump_json()}\n{selectors}\n"
    return f"{hashlib.sha256(basis.encode()).hexdigest()[:8]}-"
