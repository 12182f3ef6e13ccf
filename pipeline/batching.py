"""How what a run will read becomes batches."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from pipeline.batches import Batch
from pipeline.planning import Plan, drafts_basis
from pipeline.settings import Settings
from pipeline.sources import Slice
from pipeline.store.dataset import Dataset
from pipeline.versions import extractor_version


def plan_batches(plan: Plan, settings: Settings, dataset: Dataset) -> list[Batch]:
    """Returns the plan's slices as batches, each with the name of its drafts; then those that drafts files of earlier runs make."""
    drafts_dir, withdrawn, basis = dataset.drafts_dir(extractor_version()), dataset.ledger.withdrawn(), drafts_basis(settings)
    digests = {row.uri: f"{row.sha256} {row.facts_digest}" for row in plan.read}
    read = [
        (tuple(group), frozenset(it.file.uri for it in group), f"{basis}{_key(group, digests)}.parquet") for group in _groups(plan.slices, settings)
    ]
    cached = [((), frozenset(uris), name) for name, uris in sorted(plan.drafts.items())]
    return [
        Batch(
            number=number,
            slices=slices,
            inputs=inputs,
            columns=settings.columns,
            limits=settings.limits,
            rules=settings.rules,
            withdrawn=withdrawn,
            drafts=drafts_dir / name,
        )
        for number, (slices, inputs, name) in enumerate([*read, *cached])
    ]


def _groups(slices: Sequence[Slice], settings: Settings) -> list[list[Slice]]:
    """The slices together, as many as one batch may have; the fullest first, so that no worker begins with much when the others are done."""
    groups: list[list[Slice]] = []
    records = size = 0
    for piece in slices:
        if not groups or records + piece.records > settings.batch_pages or size + piece.size > settings.batch_bytes:
            groups.append([])
            records = size = 0
        groups[-1].append(piece)
        records, size = records + piece.records, size + piece.size
    return sorted(groups, key=lambda group: _fullness(group, settings), reverse=True)


def _fullness(group: Sequence[Slice], settings: Settings) -> float:
    return max(sum(piece.records for piece in group) / settings.batch_pages, sum(piece.size for piece in group) / settings.batch_bytes)


def _key(group: Sequence[Slice], digests: Mapping[str, str]) -> str:
    """The rest of the name of drafts: what they are made of."""
    key = hashlib.sha256()
    for piece in group:
        key.update(f"{piece.file.uri}\0{digests[piece.file.uri]}\0{piece.format}\0{piece.start}\0{piece.stop}\n".encode())
    return key.hexdigest()[:24]
