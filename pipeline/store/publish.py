"""What readers see: version directories of hard links, swapped into place, and the manifest, written last.

The version is in the path, so that a reader whose listing straddles a publication finds a file missing, never a part of the rows.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from pipeline.store import operations
from pipeline.store.errors import StoreError
from pipeline.store.ledger import Published
from pipeline.store.parts import Part, empty_file, empty_part
from pipeline.store.schema import DATASETS, SCHEMA_VERSION

MANIFEST: Final = "_manifest.json"
_PUBLISHED: Final = {dataset: {dataset} for dataset in DATASETS} | {"rejected": {"rejected", "duplicates"}}  # which parts stand in which folder
_VERSION_DIRECTORY: Final = re.compile(r"v(\d{6,})")
_NO_EXCHANGE: Final = frozenset({errno.ENOSYS, errno.EINVAL})  # an old kernel or library; a file system without it, e.g. NFS


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The folder that readers glob, the data files behind it, and the place where the next version is built; all on one file system."""

    clean: Path
    data: Path
    staging: Path

    def publish(self, published: Published, live: Sequence[Part]) -> None:
        """Makes this version, of these parts, the one that readers see; `refuse_strangers` comes first, for the older version is deleted."""
        clear_directory(self.staging)
        for dataset in DATASETS:
            staged = self._build(dataset, _version_name(published.version), _of(dataset, live))
            self._swap(staged, self.clean / dataset)
        operations.fsync_directory(self.clean)
        self._write_manifest(_manifest(published, live))
        clear_directory(self.staging)

    def shows(self, published: Published, live: Sequence[Part]) -> bool:
        """Returns whether readers see exactly this version. Raises StoreError where one of its data files is gone."""
        for part in live:
            if not (self.data / part.name).is_file():
                raise StoreError(f"{self.data / part.name} is gone, and the ledger needs it: put it back from a backup")
        manifest = self.clean / MANIFEST
        if not manifest.is_file() or manifest.read_bytes() != _manifest(published, live):
            return False
        return all(self._shows_dataset(dataset, _version_name(published.version), _of(dataset, live)) for dataset in DATASETS)

    def newest_version(self) -> int:
        """Returns the highest version that the readers' folders hold or name; 0 where there is none."""
        names = [entry.name for dataset in DATASETS for entry in _entries(self.clean / dataset)]
        return max((int(match[1]) for name in names if (match := _VERSION_DIRECTORY.fullmatch(name))), default=0)

    def refuse_strangers(self) -> None:
        """Raises StoreError where a dataset's folder holds what no run put there: to publish would delete it."""
        for dataset in DATASETS:
            for entry in _entries(self.clean / dataset):
                ours = _VERSION_DIRECTORY.fullmatch(entry.name) and entry.is_dir()
                strange = [file for file in _entries(entry) if file.suffix != ".parquet" or not file.is_file()] if ours else [entry]
                if strange:
                    raise StoreError(f"{strange[0]} was not put there by copydesk, which publishes in that folder; move it away")

    def _build(self, dataset: str, version: str, parts: Sequence[Part]) -> Path:
        directory = self.staging / dataset / version
        operations.make_directory(directory)
        for part in parts:
            if part.rows:
                operations.link(self.data / part.name, directory / part.name)
            else:
                with operations.replacing(directory / part.name) as file:
                    file.write(empty_file(dataset))
        operations.fsync_directory(directory)
        operations.fsync_directory(directory.parent)
        return directory.parent

    def _swap(self, staged: Path, target: Path) -> None:
        if not target.exists():
            operations.rename(staged, target)
            return
        try:
            operations.exchange(staged, target)
        except OSError as error:
            if error.errno not in _NO_EXCHANGE:
                raise
            # Readers may find nothing between the two, loudly; a crash there is repaired when the dataset is next opened.
            operations.rename(target, self.staging / f"{target.name}.old")
            operations.rename(staged, target)

    def _write_manifest(self, content: bytes) -> None:
        draft = self.staging / MANIFEST
        with operations.replacing(draft) as file:
            file.write(content)
        operations.rename(draft, self.clean / MANIFEST)
        operations.fsync_directory(self.clean)

    def _shows_dataset(self, dataset: str, version: str, parts: Sequence[Part]) -> bool:
        entries = _entries(self.clean / dataset)
        if [entry.name for entry in entries] != [version]:
            return False
        files = {file.name: file for file in _entries(entries[0])}
        return files.keys() == {part.name for part in parts} and all(self._is_linked(part, files[part.name]) for part in parts)

    def _is_linked(self, part: Part, file: Path) -> bool:
        return file.samefile(self.data / part.name) if part.rows else file.stat().st_size == part.bytes


def clear_directory(directory: Path) -> None:
    """Removes all that a folder of ours holds."""
    for entry in _entries(directory):
        if entry.is_dir() and not entry.is_symlink():
            clear_directory(entry)
            operations.remove_directory(entry)
        else:
            operations.unlink(entry)


def _entries(directory: Path) -> list[Path]:
    return sorted(directory.iterdir()) if directory.is_dir() else []


def _version_name(version: int) -> str:
    return f"v{version:06d}"


def _of(dataset: str, live: Sequence[Part]) -> list[Part]:
    return [part for part in live if part.dataset in _PUBLISHED[dataset]] or [empty_part(dataset)]


def _manifest(published: Published, live: Sequence[Part]) -> bytes:
    datasets = {
        dataset: {
            "rows": sum(part.rows for part in _of(dataset, live)),
            "files": [
                {"path": f"{dataset}/{_version_name(published.version)}/{part.name}", "rows": part.rows, "bytes": part.bytes, "sha256": part.sha256}
                for part in _of(dataset, live)
            ],
        }
        for dataset in DATASETS
    }
    content = {
        "version": published.version,
        "run_id": published.run_id,
        "published_at": published.published_at,
        "schema_version": SCHEMA_VERSION,
        "datasets": datasets,
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
