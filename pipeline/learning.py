"""What a run learns across its pages, between extraction and cleaning: the templates of their sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pyarrow.parquet as pq

from pipeline.batches import Batch, ObservingTask, observe_batch
from pipeline.engines import Engine
from pipeline.learn import OBSERVATIONS_KIND, TEMPLATES_KIND, MergeTask, Resources, compact_observations, learn_shard, learning_tasks, merge_templates
from pipeline.store.dataset import LEARNED, Dataset
from pipeline.store.errors import StoreError
from pipeline.store.ledger import Ledger, existing_ledger
from pipeline.store.rows import Stamp

MAX_FILES: Final = 300  # of observations; more are made one. Counting reads 200 files as fast as one; making them one takes five times as long
SHARD_ROWS: Final = 3_000_000  # about 100,000 articles: half a gigabyte of memory is enough for twice as many


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedTemplates:
    """The templates that count in this run, which files count once it is committed, and how many pages crashed when they were observed."""

    templates: Path | None
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    crashed: int = 0


def observations_of(dataset: Dataset, batch: Batch) -> Path:
    """Returns the file that holds a batch's observations, named as its drafts are: by all that they depend on."""
    return dataset.learned_dir(OBSERVATIONS_KIND) / batch.drafts.name


def known_files(state: Path, kind: str) -> tuple[Path, ...]:
    """Returns the learned files of a kind that count, for those who only look, while a run may hold the dataset. Raises StoreError where there is none."""
    with closing(Ledger(existing_ledger(state))) as ledger:
        return tuple(state / LEARNED / kind / name for name in ledger.learned(kind))


def learn_templates(dataset: Dataset, batches: Sequence[Batch], engine: Engine, stamp: Stamp) -> LearnedTemplates:
    """Returns the templates of all sites, with those of this run's sites learned anew from all their pages, of all runs so far.

    The result depends on the pages alone: not on their order, on batches, or on where the engine does what. What is written counts when the run is
    committed, and is deleted when it is not.
    """
    earlier = next(iter(_counting(dataset, TEMPLATES_KIND)), None)
    if not batches:
        return LearnedTemplates(templates=earlier)
    crashed = _observe(dataset, batches, engine)
    touched = [observations_of(dataset, batch) for batch in batches]
    # A killed run's folder is deleted with all of `staging` when the dataset is opened next.
    with TemporaryDirectory(dir=dataset.shelf.staging, prefix="learn-", ignore_cleanup_errors=True) as temporary:
        resources = Resources(temporary=Path(temporary))
        observations = sorted({*_counting(dataset, OBSERVATIONS_KIND), *touched})
        if len(observations) > MAX_FILES:
            observations = [compact_observations(observations, dataset.learned_dir(OBSERVATIONS_KIND) / f"{stamp.run_id}.parquet", resources)]
        shards = 1 + sum(pq.read_metadata(file).num_rows for file in observations) // SHARD_ROWS
        tasks = learning_tasks(observations, touched, shards=shards, resources=resources, today=stamp.processed_at.date())
        parts = sorted(engine.map(learn_shard, tasks))
        merge = MergeTask(
            parts=tuple(parts),
            touched=tuple(touched),
            target=dataset.learned_dir(TEMPLATES_KIND) / f"{stamp.run_id}.parquet",
            resources=resources,
            earlier=(earlier,) if earlier else (),
        )
        templates = merge_templates(merge)
    names = {OBSERVATIONS_KIND: [file.name for file in observations], TEMPLATES_KIND: [templates.name]}
    return LearnedTemplates(templates=templates, names=names, crashed=crashed)


def _observe(dataset: Dataset, batches: Sequence[Batch], engine: Engine) -> int:
    """Writes the observations of the batches that have none yet; returns how many pages crashed in this."""
    counting = set(dataset.learned(OBSERVATIONS_KIND))
    files = {batch: observations_of(dataset, batch) for batch in batches}
    tasks = [ObservingTask(number=batch.number, drafts=batch.drafts, observations=file) for batch, file in files.items() if file not in counting]
    return sum(engine.map(observe_batch, tasks))


def _counting(dataset: Dataset, kind: str) -> tuple[Path, ...]:
    """The learned files of a kind that count. Raises StoreError where one is missing."""
    files = dataset.learned(kind)
    missing = next((file for file in files if not file.is_file()), None)
    if missing:
        raise StoreError(f"{missing} is missing, and the ledger counts on it: put the state folder back as it was")
    return files
