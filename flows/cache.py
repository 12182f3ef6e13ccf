"""`copydesk cache`: what the cache of drafts holds, and deleting from it; needs no Prefect."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Column, Table

from pipeline.settings import Settings
from pipeline.store.cache import DRAFTS, CachedFile, cached_files, prune_cache
from pipeline.store.drafts import page_count
from pipeline.store.ledger import existing_ledger
from pipeline.store.lock import hold_lock
from pipeline.versions import extractor_version

_UNITS: Final = ("bytes", "KiB", "MiB", "GiB", "TiB")
_STEP: Final = 1024


def print_cache(settings: Settings, console: Console) -> None:
    """Prints what the cache holds, by extractor version, and its cap. Raises StoreError where there is no dataset, or a file is broken."""
    state = _state(settings)
    table = Table(
        Column("extractor", overflow="fold"), "files", "pages", "size", "oldest use", "newest use", title=f"{state / DRAFTS}", title_justify="left"
    )
    size = 0
    for version, files in groupby(cached_files(state), key=lambda file: file.extractor_version):
        found = list(files)
        table.add_row(*_facts(version, found))
        size += sum(file.bytes for file in found)
    if table.rows:
        console.print(table)
    else:
        console.print(f"{state / DRAFTS} is empty", highlight=False, markup=False, soft_wrap=True)
    console.print(f"{_size(size)} of {_size(settings.cache_bytes)} that runs keep (cache_bytes)", highlight=False, markup=False, soft_wrap=True)


def delete_cached(settings: Settings, keep_bytes: int, console: Console) -> None:
    """Deletes drafts until so many bytes are left, and prints how much that was. Raises Busy where a run holds the dataset, StoreError where there is none."""
    state = _state(settings)
    with hold_lock(state, None):
        pruned = prune_cache(state, extractor_version(), keep_bytes)
    files = f"{len(pruned):,} {'file' if len(pruned) == 1 else 'files'}"
    console.print(f"deleted {files}, {_size(sum(file.bytes for file in pruned))}", highlight=False, markup=False, soft_wrap=True)


def _state(settings: Settings) -> Path:
    return existing_ledger(settings.state_dir).parent


def _facts(version: str, files: list[CachedFile]) -> list[str]:
    """The cells of one version."""
    uses = sorted(file.used_at for file in files)
    pages = sum(page_count(file.path) for file in files)
    name = version if version == extractor_version() else f"{version} (not used any more)"
    return [
        name,
        f"{len(files):,}",
        f"{pages:,}",
        _size(sum(file.bytes for file in files)),
        *(f"{use:%Y-%m-%d %H:%M} UTC" for use in (uses[0], uses[-1])),
    ]


def _size(count: float) -> str:
    unit = 0
    while count >= _STEP and unit < len(_UNITS) - 1:
        count /= _STEP
        unit += 1
    return f"{count:,.1f} {_UNITS[unit]}" if unit else f"{count:,.0f} bytes"
