"""A dataset, opened by one run at a time: CLEAN, that readers glob, and the state folder behind it."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.store import operations
from pipeline.store.accounts import Commit
from pipeline.store.commit import Submission, commit_run, settle_run
from pipeline.store.errors import StoreError
from pipeline.store.ledger import InputRow, Ledger
from pipeline.store.lock import hold_lock
from pipeline.store.parts import distinct_values
from pipeline.store.publish import Shelf, clear_directory
from pipeline.store.staging import BatchParts, Settlement
from pipeline.store.withdraw import Withdrawal, sources_of, withdraw_articles

LEARNED: Final = "learned"
_PROBE: Final = ".copydesk-probe"
_FOLDER_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")


@contextmanager
def open_dataset(clean: Path, state: Path, *, run_id: str | None = None) -> Iterator[Dataset]:
    """Yields the dataset, locked, with what a killed run left behind repaired. Makes the folders that are missing.

    Raises Busy where another run holds it, StoreError where the folders or the ledger are not fit for use.
    """
    clean, state = clean.absolute(), state.absolute()
    shelf = Shelf(clean=clean, data=state / "data", staging=state / "staging")
    _make_folders(shelf, state)
    with hold_lock(state / "lock", run_id), closing(Ledger(state / "ledger.db")) as ledger:
        operations.fsync_directory(state)
        _check_links(clean, state)
        shelf.refuse_strangers()
        dataset = Dataset(state=state, shelf=shelf, ledger=ledger)
        dataset.recover()
        yield dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """An open dataset. Batches write their parts into `data_dir`; nothing of a run is visible before `commit` ends."""

    state: Path
    shelf: Shelf
    ledger: Ledger

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
        commit = commit_run(self.ledger, self.data_dir, submission)
        if commit.published:
            self._publish()
        self._collect_garbage()
        return commit

    def withdraw(self, withdrawal: Withdrawal) -> int:
        """Takes articles out of all that is published, kept or cached, and keeps them out; returns the version that readers see then.

        The drafts of their inputs are deleted first: a kill in between loses nothing that can't be read again. Readers of an earlier version find its
        files gone.
        """
        self.shelf.refuse_strangers()
        sources = sources_of(self.ledger, self.data_dir, withdrawal.ids)
        for file in sorted((self.state / "drafts").rglob("*.parquet")):
            if sources & distinct_values(file, "uri"):
                operations.unlink(file)
        version = withdraw_articles(self.ledger, self.data_dir, withdrawal)
        self._publish()
        self._collect_garbage()
        return version

    def recover(self) -> bool:
        """Deletes what a killed run left and makes readers see the ledger's version; returns whether they did not."""
        published = self.ledger.published()
        if self.shelf.newest_version() > self.version:
            raise StoreError(
                f"{self.shelf.clean} shows version {self.shelf.newest_version()}, and its ledger in {self.state} knows only {self.version}: "
                "put the state folder back that belongs to it, or empty the folder to begin anew"
            )
        clear_directory(self.shelf.staging)
        self._sweep_drafts()
        stale = published is not None and not self.shelf.shows(published, self.ledger.live_parts())
        if stale:
            self._publish()
        self._collect_garbage()
        return stale

    def _publish(self) -> None:
        published = self.ledger.published()
        if published:
            self.shelf.publish(published, self.ledger.live_parts())

    def _collect_garbage(self) -> None:
        """Forgets parts whose grace is over, then deletes every data file that the ledger does not know: the order that a kill cannot harm."""
        with self.ledger.transaction():
            self.ledger.forget_dead_parts()
        known = self.ledger.file_names()
        for file in sorted(self.data_dir.iterdir()):
            if file.name not in known:
                operations.unlink(file)
        for folder in sorted((self.state / LEARNED).iterdir()):
            counting = set(self.ledger.learned(folder.name))
            for file in sorted(folder.iterdir()):
                if file.name not in counting:
                    operations.unlink(file)

    def _sweep_drafts(self) -> None:
        for file in sorted((self.state / "drafts").rglob(f"*{operations.TEMPORARY_SUFFIX}")):
            operations.unlink(file)


def _make_folders(shelf: Shelf, state: Path) -> None:
    if state.resolve().is_relative_to(shelf.clean.resolve()):
        raise StoreError(f"the state folder {state} lies inside {shelf.clean}, where readers' globs would find its files; choose another")
    try:
        for folder in (shelf.clean, state, shelf.data, shelf.staging, state / LEARNED):
            operations.make_directory(folder)
            operations.fsync_directory(folder.parent)
    except OSError as error:
        raise StoreError(f"{error.filename} cannot be made: {error.strerror}") from error


def _check_links(clean: Path, state: Path) -> None:
    """Raises StoreError unless a file of `state` can be linked into `clean`, as publishing does: device numbers alone miss bind mounts."""
    probe = clean / _PROBE
    try:
        operations.unlink(probe)
        operations.link(state / "lock", probe)
        operations.unlink(probe)
    except OSError as error:
        if error.errno == errno.EXDEV or clean.stat().st_dev != state.stat().st_dev:
            raise StoreError(f"{clean} and {state} must be on one file system (in a container: one volume), for files are linked") from error
        raise StoreError(f"{clean} does not take hard links from {state}: {error.strerror}") from error
