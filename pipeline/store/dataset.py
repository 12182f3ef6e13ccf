"""A dataset, opened by one run at a time: CLEAN, that readers glob, and the state folder behind it."""

from __future__ import annotations

import errno
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pipeline.settings import Retention
from pipeline.store import operations
from pipeline.store.accounts import NO_PAGES, Commit, RunInfo
from pipeline.store.commit import Submission, commit_run, settle_run
from pipeline.store.errors import REBUILD, StoreError
from pipeline.store.ledger import InputRow, Ledger
from pipeline.store.lock import LOCK, hold_lock
from pipeline.store.mirror import Mirror
from pipeline.store.publish import MANIFEST, Shelf, clear_directory, read_manifest
from pipeline.store.schema import SCHEMA_VERSION
from pipeline.store.staging import BatchParts, Settlement
from pipeline.store.withdraw import Withdrawal, withdraw_articles

LEARNED: Final = "learned"
INDEXES: Final = "indexes"  # where the records of large archives begin: <content digest>.json
_PROBE: Final = ".copydesk-probe"
_RETENTION: Final = Retention()
_FOLDER_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")


@contextmanager
def open_dataset(
    clean: Path, state: Path, *, run_id: str | None = None, retention: Retention = _RETENTION, copy_to: str | None = None
) -> Iterator[Dataset]:
    """Yields the dataset, locked, with what a killed run left behind repaired. Makes the folders that are missing.

    `copy_to` is a URL in an object store. Raises Busy where another run holds it, StoreError where the folders, the ledger or the copy are not fit for use.
    """
    clean, state = clean.absolute(), state.absolute()
    shelf = Shelf.of(clean, state)
    make_folders(shelf, state)
    with hold_lock(state, run_id), closing(Ledger(state / "ledger.db")) as ledger:
        operations.fsync_directory(state)
        check_links(clean, state / LOCK)
        shelf.refuse_strangers()
        _check_schema(clean)
        dataset = Dataset(state=state, shelf=shelf, ledger=ledger, retention=retention, mirror=Mirror(copy_to) if copy_to else None)
        dataset.recover()
        yield dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """An open dataset. Batches write their parts into `data_dir`; nothing of a run is visible before `commit` ends."""

    state: Path
    shelf: Shelf
    ledger: Ledger
    retention: Retention
    mirror: Mirror | None = None

    @property
    def data_dir(self) -> Path:
        """Where parts are written; what no commit takes up is deleted."""
        return self.shelf.data

    @property
    def version(self) -> int:
        """The version that readers see; 0 before the first."""
        published = self.ledger.published()
        return published.version if published else 0

    def drafts_dir(self, extractor_version: str) -> Path:
        """Returns the folder of the drafts of this version of the extraction, made where missing."""
        if not _FOLDER_NAME.fullmatch(extractor_version):
            raise StoreError(f"{extractor_version!r} cannot name a folder")
        directory = self.state / "drafts" / extractor_version
        operations.make_directory(directory)
        return directory

    def known_input(self, uri: str) -> InputRow | None:
        """Returns the input as it was last read; None where it never was."""
        return self.ledger.known_input(uri)

    def learned(self, kind: str) -> tuple[Path, ...]:
        """Returns the learned files of a kind that count."""
        return tuple(self.learned_dir(kind) / name for name in self.ledger.learned(kind))

    def learned_dir(self, kind: str) -> Path:
        """Returns the folder of the learned files of a kind, made where missing; what no commit names is deleted."""
        directory = self.state / LEARNED / kind
        operations.make_directory(directory)
        return directory

    def settle(self, batches: Sequence[BatchParts]) -> Settlement:
        """Returns what becomes of each article that a run's batches staged. Raises StoreError where a part is not as its batch wrote it."""
        return settle_run(self.ledger, self.data_dir, batches)

    def commit(self, submission: Submission) -> Commit:
        """Commits what a run hands in and returns what that did; where it changes nothing, nothing is published.

        The earlier rejected rows of the inputs that the run read give way to the new ones.
        Raises AccountingError where the pages do not add up; StoreError where a part or a folder is not as it must be.
        """
        self.shelf.refuse_strangers()
        commit = commit_run(self.ledger, self.data_dir, submission, self.retention.removed_days)
        if commit.published:
            self._publish()
        self._collect_garbage()
        self._copy_out()
        self._delete_old_indexes()  # not after a run that failed: the next one needs them
        return commit

    def withdraw(self, withdrawal: Withdrawal) -> int:
        """Takes articles out of all that is published, kept or cached, and keeps them out; returns the version that readers see then.

        Their drafts are deleted first: a kill in between loses nothing that can't be read again. Readers of an earlier version find its files gone.
        """
        self.shelf.refuse_strangers()
        for file in withdrawal.drafts:
            operations.unlink(file)
        version = withdraw_articles(self.ledger, self.data_dir, withdrawal)
        self._publish()
        self._collect_garbage()
        self._copy_out()
        return version

    def roll_back(self, version: int, run: RunInfo) -> int:
        """Makes a new version that is what an earlier one was, and returns it. Readers, ledger and what was learned are as they were then.

        What the runs since then read counts as not read: the next run reads it again. Raises StoreError for a version that is not kept.
        """
        self.shelf.refuse_strangers()
        kept = [snapshot.version for snapshot in self.ledger.history.snapshots() if snapshot.replaced_at]
        if version not in kept:
            others = f"those that are kept are {', '.join(map(str, kept))}" if kept else "none is kept"
            raise StoreError(f"there is no earlier version {version} of {self.shelf.clean} to go back to: {others} (`copydesk snapshots`)")
        new = self.version + 1
        with self.ledger.transaction():
            self.ledger.add_run(run, NO_PAGES, datetime.now(UTC), new, rolled_back_to=version)
            self.ledger.history.go_back(version, new)
            self.ledger.history.add(new)
        self._publish()
        self._collect_garbage()
        self._copy_out()
        return new

    def prune_runs(self, folder: Path) -> None:
        """Deletes what a folder holds, each in a folder of its own, of runs that are no longer to be told of."""
        old = self.ledger.runs_before(datetime.now(UTC) - timedelta(days=self.retention.report_days))
        for run in sorted(folder.iterdir()):
            if run.name in old:
                clear_directory(run)
                operations.remove_directory(run)

    def recover(self) -> bool:
        """Deletes what a killed run left and makes readers see the ledger's version; returns whether they did not."""
        published = self.ledger.published()
        if self.shelf.newest_version() > self.version:
            raise StoreError(
                f"{self.shelf.clean} shows version {self.shelf.newest_version()}, and its ledger in {self.state} knows only {self.version}: "
                f"put the state folder back that belongs to it; where it is lost, {REBUILD}; or empty the folder to begin anew"
            )
        clear_directory(self.shelf.staging)
        self._sweep_drafts()
        stale = published is not None and any(self.shelf.differences(published, self.ledger.live_parts()))
        if stale:
            self._publish()
        self._collect_garbage()
        self._copy_out()
        return stale

    def _publish(self) -> None:
        published = self.ledger.published()
        if published:
            self.shelf.keep(published.version, self.ledger.live_parts())  # first: who reads the manifest may pin this version at once
            self.shelf.publish(published, self.ledger.live_parts())

    def _copy_out(self) -> None:
        """Makes the copy in an object store, where there is one, show what the folder shows."""
        if self.mirror is None:
            return
        there = self.mirror.version()
        if there > self.version:
            raise StoreError(
                f"{self.mirror.url} shows version {there}, and {self.state} knows only {self.version}: publish from the state folder that belongs to it"
            )
        if there < self.version:
            self.mirror.publish(self.shelf.clean, read_manifest(self.shelf.clean / MANIFEST))
            kept = [snapshot.version for snapshot in self.ledger.history.snapshots()]
            self.mirror.forget(kept, self.ledger.runs_before(datetime.now(UTC)))

    def _collect_garbage(self) -> None:
        """Forgets versions that are kept no longer, then deletes the files that no version has: the order that a kill cannot harm."""
        history = self.ledger.history
        with self.ledger.transaction():
            history.forget(self.retention.versions, datetime.now(UTC) - timedelta(hours=self.retention.grace_hours))
        kept = [snapshot.version for snapshot in history.snapshots()]
        self.shelf.forget(kept)
        for version in kept:
            self.shelf.keep(version, history.parts(version))
        _delete_others(self.data_dir, self.ledger.file_names())
        for folder in sorted((self.state / LEARNED).iterdir()):
            _delete_others(folder, history.learned(folder.name))

    def _delete_old_indexes(self) -> None:
        folder = self.state / INDEXES
        if folder.is_dir() and any(folder.iterdir()):
            _delete_others(folder, {f"{known.sha256}.json" for known in self.ledger.known_inputs()})

    def _sweep_drafts(self) -> None:
        for file in sorted((self.state / "drafts").rglob(f"*{operations.TEMPORARY_SUFFIX}")):
            operations.unlink(file)


def _delete_others(folder: Path, names: Collection[str]) -> None:
    for file in sorted(folder.iterdir()):
        if file.name not in names:
            operations.unlink(file)


def make_folders(shelf: Shelf, state: Path) -> None:
    """Makes the folders of a dataset that are missing. Raises StoreError where they cannot be, or must not be where they are."""
    if state.resolve().is_relative_to(shelf.clean.resolve()):
        raise StoreError(f"the state folder {state} lies inside {shelf.clean}, where readers' globs would find its files; choose another")
    try:
        for folder in (shelf.clean, state, shelf.data, shelf.staging, shelf.snapshots, state / LEARNED):
            operations.make_directory(folder)
            operations.fsync_directory(folder.parent)
    except OSError as error:
        raise StoreError(f"{error.filename} cannot be made: {error.strerror}") from error


def _check_schema(clean: Path) -> None:
    """Raises StoreError where what is published is of another schema version: no version has rows of two."""
    manifest = read_manifest(clean / MANIFEST) if (clean / MANIFEST).is_file() else {}
    version = manifest.get("schema_version", SCHEMA_VERSION)
    if version != SCHEMA_VERSION:
        raise StoreError(
            f"{clean} is of schema version {version}, and this copydesk writes version {SCHEMA_VERSION}: clean into a new folder, which readers move to "
            "when they are ready (docs/contract.md)"
        )


def check_links(clean: Path, file: Path) -> None:
    """Raises StoreError unless a file of the state folder can be linked into `clean`, as publishing does: device numbers alone miss bind mounts."""
    probe = clean / _PROBE
    try:
        operations.unlink(probe)
        operations.link(file, probe)
        operations.unlink(probe)
    except OSError as error:
        if error.errno == errno.EXDEV or clean.stat().st_dev != file.stat().st_dev:
            raise StoreError(f"{clean} and {file.parent} must be on one file system (in a container: one volume), for files are linked") from error
        raise StoreError(f"{clean} does not take hard links from {file.parent}: {error.strerror}") from error
