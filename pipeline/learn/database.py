"""A DuckDB for one question: in memory and, where that is not enough, in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What DuckDB may use in a process."""

    temporary: Path  # folder for what does not fit into memory
    memory: str = "512MB"
    threads: int = 1


def connected(resources: Resources) -> duckdb.DuckDBPyConnection:
    """Returns a new empty database, which keeps to the resources, fetches nothing and prints nothing."""
    database = duckdb.connect(
        config={
            "memory_limit": resources.memory,
            "threads": resources.threads,
            "temp_directory": str(resources.temporary),
            "preserve_insertion_order": False,  # what needs an order asks for it
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    database.execute("SET enable_progress_bar = false")
    return database


def view_files(database: duckdb.DuckDBPyConnection, name: str, paths: Sequence[Path], schema: pa.Schema) -> None:
    """Gives the rows of Parquet files of a schema a name; DuckDB can't read a list of no files."""
    rows = database.read_parquet([str(path) for path in paths]) if paths else database.from_arrow(schema.empty_table())
    rows.create_view(name)
