"""The rows of the three datasets as DuckDB sees them: those that a run has staged, or those that readers see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from duckdb import DuckDBPyConnection

from pipeline.learn import Resources, connected, view_files
from pipeline.store.errors import StoreError
from pipeline.store.schema import DATASETS
from pipeline.store.staging import BatchParts


@contextmanager
def staged_rows(directory: Path, batches: Sequence[BatchParts], resources: Resources) -> Iterator[DuckDBPyConnection]:
    """Yields a database whose articles, rejected and removed are what the batches staged in the directory: all pages that the run read."""
    with connected(resources) as database:
        for dataset, schema in DATASETS.items():
            parts = (getattr(batch, dataset) for batch in batches)
            view_files(database, dataset, [directory / part.name for part in parts if part], schema)
        yield database


@contextmanager
def published_rows(clean: Path, resources: Resources) -> Iterator[DuckDBPyConnection]:
    """Yields a database whose articles, rejected and removed are what readers see. Raises StoreError where nothing was published."""
    with connected(resources) as database:
        for dataset, schema in DATASETS.items():
            files = sorted((clean / dataset).glob("*/*.parquet"))
            if not files:
                raise StoreError(f"{clean / dataset} holds no Parquet: nothing was published there; `copydesk clean` comes first")
            view_files(database, dataset, files, schema)
        yield database
