"""A ledger made anew from what is published: for one that is lost or damaged."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.records import Reason, Repeat
from pipeline.store import operations
from pipeline.store.accounts import NO_PAGES, RunInfo
from pipeline.store.dataset import make_folders
from pipeline.store.edition import tallies
from pipeline.store.errors import StoreError
from pipeline.store.keys import PAGE_COLUMNS, pages_of
from pipeline.store.ledger import Ledger
from pipeline.store.parts import Part, distinct_values
from pipeline.store.publish import MANIFEST, Shelf, clear_directory, read_manifest, version_name
from pipeline.store.schema import DATASETS
from pipeline.store.settle import Place, Placement, Standing

_ROWS_AT_A_TIME: Final = 2_000
_SIMILARITY: Final = 0.0  # of marked duplicates it is published nowhere

Digest = Callable[[Mapping[str, Any]], str]  # of a row of `articles`: the hash that batches give its article


def rebuild_ledger(clean: Path, state: Path, run: RunInfo, digest: Digest, learned: Mapping[str, Sequence[str]]) -> None:
    """Writes a ledger of the newest whole version, as a version of its own, and puts it in the old one's place, which stays as `ledger.db.old`.

    `learned` names the learned files that count. No input is known to it: the next run reads all of RAW, or its drafts. The caller holds the lock.
    Raises StoreError where no whole version is found, or a file is not what the manifest says.
    """
    shelf = Shelf.of(clean, state)
    make_folders(shelf, state)
    clear_directory(shelf.staging)
    files = _files(shelf)
    parts = list(_parts(files, _hashes(shelf.clean / MANIFEST)))
    for part, file in zip(parts, files, strict=True):
        if not (shelf.data / part.name).is_file():
            operations.link(file, shelf.data / part.name)
    operations.fsync_directory(shelf.data)
    path = shelf.staging / "ledger.db"
    with closing(Ledger(path)) as ledger, ledger.transaction():
        numbers = _record(ledger, shelf.data, parts, run, shelf.newest_version() + 1)
        _put_articles(ledger, shelf.data, parts, numbers, digest)
        for kind, names in learned.items():
            ledger.put_learned(kind, names)
    _replace(path, state / "ledger.db")


def _files(shelf: Shelf) -> list[Path]:
    """The files of the newest version that is whole. A kept one is; what readers see may be half a version if a publish was cut short."""
    kept = sorted(shelf.snapshots.glob("v*"))
    if kept and kept[-1].name == version_name(shelf.newest_version()):
        folders = [kept[-1] / dataset for dataset in DATASETS]
    else:
        folders = [folder for dataset in DATASETS for folder in (shelf.clean / dataset).glob("v*")]
        if len(folders) != len(DATASETS) or len({folder.name for folder in folders}) != 1:
            raise StoreError(f"neither {shelf.clean} nor {shelf.snapshots} holds one whole version: put one of them back from a backup")
    return [file for folder in folders for file in sorted(folder.glob("*.parquet")) if pq.read_metadata(file).num_rows]


def _hashes(manifest: Path) -> dict[str, str]:
    """The SHA-256 of each file of the version that the manifest is of, by name; none where there is no manifest."""
    datasets = read_manifest(manifest)["datasets"].values() if manifest.is_file() else ()
    return {Path(file["path"]).name: file["sha256"] for dataset in datasets for file in dataset["files"]}


def _parts(files: Sequence[Path], hashes: Mapping[str, str]) -> Iterator[Part]:
    for file in files:
        with file.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        if hashes.get(file.name, sha256) != sha256:
            raise StoreError(f"{file} is not what was published: its SHA-256 is {sha256}; put it back from a backup")
        metadata = pq.read_metadata(file)
        dataset = metadata.metadata[b"copydesk.dataset"].decode()
        yield Part(name=file.name, dataset=dataset, rows=metadata.num_rows, bytes=file.stat().st_size, sha256=sha256)


def _record(ledger: Ledger, data: Path, parts: Sequence[Part], run: RunInfo, version: int) -> dict[str, int]:
    """Records the version, its rejected pages and what was withdrawn; returns the parts' numbers by name."""
    ledger.add_run(run, NO_PAGES, datetime.now(UTC), version)
    numbers = ledger.add_parts(parts, version)
    rejected = [part for part in parts if part.dataset == "rejected"]
    for part in rejected:
        _put_withdrawn(ledger, data / part.name)
    ledger.add_rejections(tallies(data, rejected, numbers))
    ledger.history.add(version)
    return numbers


def _put_articles(ledger: Ledger, data: Path, parts: Sequence[Part], numbers: Mapping[str, int], digest: Digest) -> None:
    removed = {name: numbers[part.name] for part in parts if part.dataset == "removed" for name in distinct_values(data / part.name, "id")}
    for part in parts:
        if part.dataset == "articles":
            ledger.put_articles(_standings(data / part.name, numbers[part.name], removed, digest))


def _standings(path: Path, number: int, removed: Mapping[str, int], digest: Digest) -> Iterator[tuple[str, Standing]]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_ROWS_AT_A_TIME):
            rows = batch.to_pylist()
            keys = pa.Table.from_batches([batch]).append_column("digest", pa.array(map(digest, rows), pa.string())).select(PAGE_COLUMNS)
            for row, page in zip(rows, pages_of(keys), strict=True):
                repeat = Repeat(duplicate_of=row["duplicate_of"], similarity=_SIMILARITY) if row["duplicate_of"] else None
                place = Place(placement=Placement.MARKED, repeat=repeat) if repeat else Place()
                removed_file = removed.get(row["id"])
                yield row["id"], Standing(page=page, revision=row["revision"], articles_file=number, removed_file=removed_file, place=place)


def _put_withdrawn(ledger: Ledger, path: Path) -> None:
    rows = pq.read_table(path, columns=["id", "detail", "processed_at"], filters=[("reason", "=", Reason.WITHDRAWN.value)])
    for row in rows.to_pylist():
        ledger.put_withdrawn([row["id"]], row["detail"], row["processed_at"])


def _replace(new: Path, ledger: Path) -> None:
    """Puts a ledger in another one's place; what is left of the other's log would be taken for the new one's."""
    with new.open("rb") as file:
        operations.fsync(file.fileno())
    old = ledger.with_name("ledger.db.old")
    if ledger.is_file():
        operations.unlink(old)
        operations.link(ledger, old)
    for suffix in ("-wal", "-shm"):
        operations.unlink(ledger.with_name(f"ledger.db{suffix}"))
    operations.rename(new, ledger)
    operations.fsync_directory(ledger.parent)
