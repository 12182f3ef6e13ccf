"""Where things lie, and a run without a flow."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds

from pipeline.batches import Batch, CleanedBatch, Extracted
from pipeline.engines import Engine, LoopEngine
from pipeline.planning import Plan
from pipeline.report.summary import Summary
from pipeline.run import clean_dataset
from pipeline.settings import Settings
from pipeline.store.schema import DATASETS

ROOT = Path(__file__).parent.parent


class Silent:
    """An observer that says nothing."""

    def planned(self, plan: Plan, batches: Sequence[Batch]) -> None: ...

    def extracted(self, batch: Extracted) -> None: ...

    def cleaned(self, batch: CleanedBatch) -> None: ...


def run(settings: Settings, engine: Engine | None = None, *, reclean: bool = False) -> Summary:
    """One run in this process."""
    return clean_dataset(settings, engine or LoopEngine(), Silent(), reclean=reclean)


def rows(clean: Path, dataset: str = "articles") -> list[dict[str, object]]:
    """The published rows of a dataset, as a reader with pyarrow gets them."""
    return ds.dataset(clean / dataset, format="parquet").to_table().to_pylist()


def content(clean: Path) -> dict[str, list[Any]]:
    """All published rows but for what names the run."""
    of_the_run = {"run_id", "processed_at", "elapsed_ms"}
    return {
        name: sorted(({key: value for key, value in row.items() if key not in of_the_run} for row in rows(clean, name)), key=repr)
        for name in DATASETS
    }
