"""A DuckDB for one question: in memory and, where that is not enough, in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb


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
