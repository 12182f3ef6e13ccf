"""Bugs to plant in the store: each is one that a tired person might write, and each must be found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from pipeline.store import dataset, operations, settle
from pipeline.store.accounts import Commit
from pipeline.store.commit import Submission, commit_run
from pipeline.store.copier import Copier
from pipeline.store.dataset import Dataset
from pipeline.store.history import History
from pipeline.store.ledger import InputRow, Ledger
from pipeline.store.parts import Part
from pipeline.store.publish import MANIFEST, Shelf, version_name
from pipeline.store.schema import DATASETS
from pipeline.store.settle import Outcome, Page, Standing
from tests.torture.scenarios import no_exchange

Mutant = Callable[[pytest.MonkeyPatch], None]


def _begin_anew(ledger: Ledger) -> None:
    operations.sql_commit(ledger._database)
    ledger._database.execute("BEGIN IMMEDIATE")


def a_run_commits_twice(patch: pytest.MonkeyPatch) -> None:
    add_inputs = Ledger.add_inputs

    def mutant(self: Ledger, inputs: Sequence[InputRow]) -> None:
        add_inputs(self, inputs)
        _begin_anew(self)

    patch.setattr(Ledger, "add_inputs", mutant)


def published_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def open_ended(self: Ledger) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        yield

    def mutant(self: Dataset, submission: Submission) -> Commit:
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(Ledger, "transaction", open_ended)
            commit = commit_run(self.ledger, self.data_dir, submission, None)
        self._publish()
        operations.sql_commit(self.ledger._database)
        self._collect_garbage()
        return commit

    patch.setattr(Dataset, "commit", mutant)


def recovery_does_not_publish(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Shelf, "differences", lambda *_: ())


def nothing_is_swept_up(patch: pytest.MonkeyPatch) -> None:
    def mutant(_folder: Path, _names: Collection[str]) -> None: ...

    patch.setattr(dataset, "_delete_others", mutant)


def originals_deleted_once_they_are_copied(patch: pytest.MonkeyPatch) -> None:
    copy = Copier.copy

    def mutant(self: Copier, part: Part | None, drop: AbstractSet[str], **changes: Mapping[str, Any]) -> Part | None:
        copied = copy(self, part, drop, **changes)
        if part and copied != part:
            operations.unlink(self._directory / part.name)
        return copied

    patch.setattr(Copier, "copy", mutant)


def a_kept_version_made_in_place(patch: pytest.MonkeyPatch) -> None:
    def mutant(self: Shelf, version: int, parts: Sequence[Part]) -> None:
        folder = self.snapshots / version_name(version)
        if not folder.is_dir():
            for name in DATASETS:
                self._build(folder / name, name, parts)

    patch.setattr(Shelf, "keep", mutant)


def the_manifest_written_in_place(patch: pytest.MonkeyPatch) -> None:
    def mutant(self: Shelf, content: bytes) -> None:
        with (self.clean / MANIFEST).open("wb") as file:
            operations.write(file.fileno(), content)
            operations.fsync(file.fileno())

    patch.setattr(Shelf, "_write_manifest", mutant)


def renamed_where_names_could_be_exchanged(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(operations, "exchange", no_exchange)


def the_last_to_come_wins(patch: pytest.MonkeyPatch) -> None:
    def mutant(standing: Standing | None, page: Page, *, read_again: bool) -> Outcome:
        del read_again
        if standing is None:
            return Outcome.NEW
        return Outcome.UNCHANGED if page.digest == standing.page.digest else Outcome.REVISED

    patch.setattr(settle, "_against", mutant)


def going_back_commits_twice(patch: pytest.MonkeyPatch) -> None:
    go_back = History.go_back

    def mutant(self: History, version: int, new: int) -> None:
        go_back(self, version, new)
        operations.sql_commit(self._database)
        self._database.execute("BEGIN IMMEDIATE")

    patch.setattr(History, "go_back", mutant)


def merged_parts_not_dropped(patch: pytest.MonkeyPatch) -> None:
    def mutant(self: Ledger, dataset: str, olds: Sequence[int], new: int, version: int) -> None:
        del version
        for old in olds:
            self._database.execute("UPDATE articles SET articles_file = ? WHERE articles_file = ?", [new, old])
        if dataset == "rejected":
            self._database.execute("DELETE FROM rejections")

    patch.setattr(Ledger, "merge_parts", mutant)


MUTANTS: Final[dict[str, Mutant]] = {
    mutant.__name__.replace("_", " "): mutant
    for mutant in (
        a_run_commits_twice,
        published_before_the_commit,
        recovery_does_not_publish,
        nothing_is_swept_up,
        originals_deleted_once_they_are_copied,
        a_kept_version_made_in_place,
        the_manifest_written_in_place,
        renamed_where_names_could_be_exchanged,
        the_last_to_come_wins,
        going_back_commits_twice,
        merged_parts_not_dropped,
    )
}
FOUND_BY: Final = dict.fromkeys(MUTANTS, "second run") | {
    "going back commits twice": "rollback",
    "merged parts not dropped": "compaction",
}
