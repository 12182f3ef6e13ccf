"""What readers see: version directories of hard links, swapped into place, and the manifest, written last.

The version is in the path, so that a reader whose listing straddles a publication finds a file missing, never a part of the rows.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from pipeline.store import operations
from pipeline.store.errors import StoreError
from pipeline.store.ledger import Published
from pipeline.store.parts import Part, empty_file, empty_part
from pipeline.store.schema import DATASETS, SCHEMA_VERSION

MANIFEST: Final = "_manifest.json"
_MANIFEST_KEYS: Final = frozenset({"version", "run_id", "published_at", "schema_version", "datasets"})
_PUBLISHED: Final = {dataset: {dataset} for dataset in DATASETS} | {"rejected": {"rejected", "duplicates"}}  # which parts stand in which folder
_VERSION_DIRECTORY: Final = re.compile(r"v(\d{6,})")
_NO_EXCHANGE: Final = frozenset({errno.ENOSYS, errno.EINVAL})  # an old kernel or library; a file system without it, e.g. NFS


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The folder that readers glob, the data files behind it, the place where the next version is built, and the versions that are kept.

    All are on one file system.
    """

    clean: Path
    data: Path
    staging: Path
    snapshots: Path

    @classmethod
    def of(cls, clean: Path, state: Path) -> Shelf:
        """Returns the shelf of a dataset: CLEAN, and the folders of its state."""
        return cls(clean=clean, data=state / "data", staging=state / "staging", snapshots=state / "snapshots")

    def publish(self, published: Published, live: Sequence[Part]) -> None:
        """Makes this version, of these parts, the one that readers see; `refuse_strangers` comes first, for the older version is deleted."""
        clear_directory(self.staging)
        for dataset in DATASETS:
            self._build(self.staging / dataset / version_name(published.version), dataset, live)
            self._swap(self.staging / dataset, self.clean / dataset)
        operations.fsync_directory(self.clean)
        self._write_manifest(_manifest(published, live))
        clear_directory(self.staging)

    def keep(self, version: int, parts: Sequence[Part]) -> None:
        """Makes the folder of a version that is kept, of these parts, unless it is there. It appears only when it is whole."""
        name = version_name(version)
        if (self.snapshots / name).is_dir():
            return
        for dataset in DATASETS:
            self._build(self.staging / name / dataset, dataset, parts)
        operations.rename(self.staging / name, self.snapshots / name)
        operations.fsync_directory(self.snapshots)

    def forget(self, kept: Collection[int]) -> None:
        """Deletes the folders of all versions but these. One is out of the way before its files go, so that none is ever seen in part."""
        names = {version_name(version) for version in kept}
        for folder in _entries(self.snapshots):
            if folder.name not in names:
                operations.rename(folder, self.staging / folder.name)
        clear_directory(self.staging)

    def differences(self, published: Published, live: Sequence[Part]) -> Iterator[str]:
        """Yields a phrase for each thing in which what readers see is not exactly this version. Raises StoreError where one of its data files is gone."""
        for part in live:
            if not (self.data / part.name).is_file():
                raise StoreError(f"{self.data / part.name} is gone, and the ledger needs it: put it back from a backup")
        manifest = self.clean / MANIFEST
        if not manifest.is_file() or manifest.read_bytes() != _manifest(published, live):
            yield f"{MANIFEST} is {'another' if manifest.is_file() else 'missing'}"
        for dataset in DATASETS:
            yield from self._differences_of(dataset, version_name(published.version), _of(dataset, live))

    def names_shown(self, parts: Sequence[Part]) -> set[str]:
        """Returns the names of those of these parts that readers see."""
        return {part.name for dataset in DATASETS for part in _of(dataset, parts) if part.rows}

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

    def _build(self, directory: Path, dataset: str, live: Sequence[Part]) -> None:
        operations.make_directory(directory)
        for part in _of(dataset, live):
            if part.rows:
                operations.link(self.data / part.name, directory / part.name)
            else:
                with operations.replacing(directory / part.name) as file:
                    file.write(empty_file(dataset))
        operations.fsync_directory(directory)
        operations.fsync_directory(directory.parent)

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

    def _differences_of(self, dataset: str, version: str, parts: Sequence[Part]) -> Iterator[str]:
        entries = _entries(self.clean / dataset)
        yield from (f"{dataset}/{entry.name} is not of it" for entry in entries if entry.name != version)
        if version not in {entry.name for entry in entries}:
            yield f"{dataset}/{version} is missing"
            return
        files = {file.name: file for file in _entries(self.clean / dataset / version)}
        yield from (f"{dataset}/{version}/{name} is not of it" for name in sorted(files.keys() - {part.name for part in parts}))
        for part in parts:
            if part.name not in files:
                yield f"{dataset}/{version}/{part.name} is missing"
            elif not self._is_linked(part, files[part.name]):
                yield f"{dataset}/{version}/{part.name} is a file of its own, where a link to that of the state folder was put"

    def _is_linked(self, part: Part, file: Path) -> bool:
        return file.samefile(self.data / part.name) if part.rows else file.stat().st_size == part.bytes


def open_manifest(clean: Path) -> dict[str, Any]:
    """Returns the manifest of a published dataset. Raises StoreError where nothing was published there, or it cannot be read."""
    if not (clean / MANIFEST).is_file():
        raise StoreError(f"{clean} is no published dataset: it has no {MANIFEST}")
    content = read_manifest(clean / MANIFEST)
    if lacking := sorted(_MANIFEST_KEYS - content.keys()):
        raise StoreError(f"{clean / MANIFEST} is damaged: it says no {', '.join(lacking)}; delete it, and the next run writes it anew")
    return content


def read_manifest(path: Path) -> dict[str, Any]:
    """Returns what a manifest says. Raises StoreError where it cannot be read."""
    try:
        content: dict[str, Any] = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise StoreError(f"{path} is damaged: {error}; delete it, and the next run writes it anew") from error
    return content


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


def version_name(version: int) -> str:
    """Returns the name of a version's folder, e.g. v000042."""
    return f"v{version:06d}"


def _of(dataset: str, live: Sequence[Part]) -> list[Part]:
    return [part for part in live if part.dataset in _PUBLISHED[dataset]] or [empty_part(dataset)]


def _manifest(published: Published, live: Sequence[Part]) -> bytes:
    datasets = {
        dataset: {
            "rows": sum(part.rows for part in _of(dataset, live)),
            "files": [
                {"path": f"{dataset}/{version_name(published.version)}/{part.name}", "rows": part.rows, "bytes": part.bytes, "sha256": part.sha256}
                for part in _of(dataset, live)
            ],
        }
        for dataset in DATASETS
    }
    content = {
        "version": published.version,
        "run_id": published.run_id,
        "published_at": published.published_at,
        "last_rollback": published.last_rollback,
        "schema_version": SCHEMA_VERSION,
        "datasets": datasets,
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
