"""A check finds what is not as it must be, says which file, and changes nothing; a ledger can be made anew from what is published."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipeline.records import Duplicates, Repeat
from pipeline.store.accounts import RunInfo
from pipeline.store.commit import Submission
from pipeline.store.errors import StoreError
from pipeline.store.withdraw import Withdrawal
from tests.store.conftest import DAY_0, Desk, Misfit, Story, input_row

NEWS = "The ferry to Brackwater is cancelled."
MONDAY = [Story(id="a", removals=2), Story(id="b", record="1"), Misfit(record="2")]
TUESDAY = [Story(id="a", text=NEWS, uri="tuesday.jsonl", day=1), Story(id="c", uri="tuesday.jsonl", record="1", day=None)]


@pytest.fixture
def published(desk: Desk) -> Desk:
    desk.run("r1", MONDAY)
    desk.run("r2", TUESDAY)
    return desk


def everything(desk: Desk) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in desk.clean.parent.rglob("*") if file.is_file() and "ledger.db" not in file.name}


def data_file(desk: Desk, beginning: str) -> Path:
    return next(iter(sorted((desk.state / "data").glob(f"{beginning}*"))))


def execute(statement: str) -> Any:
    def harm(desk: Desk) -> None:
        with closing(sqlite3.connect(desk.state / "ledger.db")) as database:
            database.execute(statement)
            database.commit()

    return harm


def flip_a_byte(desk: Desk) -> None:
    file = data_file(desk, "articles-r2")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def copy_for_link(desk: Desk) -> None:
    """As a copy of the folders does that knows no hard links."""
    shutil.copytree(desk.clean, desk.clean.with_name("copied"))
    shutil.rmtree(desk.clean)
    desk.clean.with_name("copied").rename(desk.clean)


def scribble_on_the_ledger(desk: Desk) -> None:
    with (desk.state / "ledger.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"rope, tar, lamp oil " * 3000)


def test_a_dataset_as_it_must_be_is_all_right(published: Desk):
    assert published.problems() == []


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        pytest.param(lambda desk: data_file(desk, "articles-r2").unlink(), "articles-r2.* is gone", id="a data file is gone"),
        pytest.param(lambda desk: data_file(desk, "articles-r1-0000").unlink(), "articles-r1-0000.* is gone", id="one of an earlier version"),
        pytest.param(flip_a_byte, "is not what was written", id="a byte is flipped"),
        pytest.param(lambda desk: (desk.state / "data" / "mine.parquet").touch(), "belongs to no version", id="a file too many"),
        pytest.param(lambda desk: (desk.clean / "_manifest.json").unlink(), "does not show version 2: _manifest.json is missing", id="no manifest"),
        pytest.param(lambda desk: shutil.rmtree(desk.clean / "articles"), "does not show version 2: articles/v000002 is missing", id="no folder"),
        pytest.param(
            lambda desk: (desk.clean / "removed" / "v9").mkdir(), "does not show version 2: removed/v9 is not of it;", id="a folder too many"
        ),
        pytest.param(copy_for_link, r"version 2: articles/v000002/articles-.* is a file of its own, where a link .* \(and", id="copies for links"),
        pytest.param(lambda desk: shutil.rmtree(desk.state / "snapshots" / "v000001"), "v000001 is not version 1", id="a kept version is gone"),
        pytest.param(lambda desk: (desk.state / "ledger.db").unlink(), "ledger.db is missing; `copydesk fsck --rebuild`", id="no ledger"),
        pytest.param(
            lambda desk: (desk.state / "ledger.db").write_bytes(b"rope, tar" * 900),
            "can be read: .*`copydesk fsck --rebuild`",
            id="no ledger, but a list",
        ),
        pytest.param(scribble_on_the_ledger, "damaged|cannot be read", id="a damaged ledger"),
        pytest.param(execute("UPDATE runs SET pages_read = 9 WHERE run_id = 'r1'"), "run r1 read 9 pages, and 3 are accounted for", id="accounts"),
        pytest.param(execute("UPDATE inputs SET pages = pages + 7"), "run r2 read 2 pages, and .* have 9", id="an input's pages"),
        pytest.param(execute("UPDATE inputs SET pages = 0"), "run r2 read 2 pages, and .* have 0", id="pages of an input lost"),
        pytest.param(execute("DELETE FROM articles WHERE id = 'c'"), "rows of 1 articles of which the ledger does not know", id="an article unknown"),
        pytest.param(execute("UPDATE articles SET removed_file = NULL"), "of which the ledger does not know", id="removed blocks unknown"),
        pytest.param(execute("UPDATE rejections SET rows = 2"), "other rejected pages than the ledger says", id="rejected pages"),
        pytest.param(execute("INSERT INTO learned VALUES ('pairs', 'gone.parquet')"), "gone.parquet is gone", id="a learned file"),
        pytest.param(execute("UPDATE articles SET revision = 7"), "holds revision [12] of article ., and the ledger says 7", id="revisions"),
        pytest.param(
            execute("INSERT INTO withdrawn VALUES ('b', 'court order', '')"), "article b was withdrawn, and the ledger has it", id="withdrawn"
        ),
        pytest.param(
            execute("UPDATE inputs SET broken = 2 WHERE uri LIKE 'm%'"), "monday.jsonl has 2 records .*, and 0 by its rejected", id="broken"
        ),
        pytest.param(execute("UPDATE articles SET placement = 'held' WHERE id = 'b'"), "article b is held .* in a file of articles", id="placement"),
        pytest.param(execute("UPDATE files SET rows = 7 WHERE name LIKE 'articles-r2%'"), r"has \d rows, and the ledger says 7", id="rows"),
    ],
)
def test_what_is_wrong_is_named_and_left_alone(published: Desk, harm: Any, says: str):
    harm(published)
    before = everything(published)
    assert re.search(says, "\n".join(published.problems()))
    assert everything(published) == before


def test_an_input_lost_is_missed_also_after_a_run_that_read_nothing(published: Desk):
    published.run("r3")
    assert published.problems() == []
    execute("DELETE FROM inputs WHERE uri = 'tuesday.jsonl'")(published)
    assert published.problems() == ["run r2 read 2 pages, and the inputs that it was the last to read have 0"]


def test_an_input_is_not_missed_that_a_rollback_took_back(published: Desk):
    published.roll_back(1, "back")
    published.run("r3")
    assert published.problems() == []
    published.run("r4", TUESDAY)
    execute("DELETE FROM inputs WHERE uri = 'tuesday.jsonl'")(published)
    assert published.problems() == ["run r4 read 2 pages, and the inputs that it was the last to read have 0"]


def test_an_article_held_back_lies_where_no_reader_looks(desk: Desk):
    desk.run("r1", MONDAY, repeats={"b": Repeat(duplicate_of="a", similarity=0.9)})
    assert desk.problems() == []
    execute("UPDATE articles SET placement = 'plain' WHERE id = 'b'")(desk)
    assert desk.problems() == ["article b is plain by the ledger, and its row lies in a file of held"]
    execute("UPDATE articles SET placement = 'held', revision = 3 WHERE id = 'b'")(desk)
    assert re.search("held-.* holds revision 1 of article b, and the ledger says 3", "\n".join(desk.problems()))


def test_records_that_cannot_be_read_are_as_many_as_their_rows(desk: Desk):
    damaged = [Misfit(reason="broken_record"), Misfit(record="1"), Misfit(record="2", reason="broken_record")]
    desk.run("r1", damaged)
    assert desk.problems() == []
    desk.run("r2", [Story(id="a", uri="tuesday.jsonl")])
    desk.roll_back(1, "back")
    assert desk.problems() == []
    execute("UPDATE inputs SET broken = 0")(desk)
    assert re.search("monday.jsonl has 0 records that cannot be read by the ledger, and 2 by its rejected rows", "\n".join(desk.problems()))


def test_a_broken_record_that_a_takedown_silenced_is_not_missed(desk: Desk):
    desk.run("r1", [Story(id="monday.jsonl#0")])
    desk.run("r2", [Misfit(reason="broken_record")])
    with desk.open("w") as dataset:
        run = RunInfo(run_id="w", started_at=DAY_0, pages_read=0)
        dataset.withdraw(Withdrawal(ids=frozenset({"monday.jsonl#0"}), reason="court order", run=run))
    assert {reason for _, _, reason, _ in desk.rejections()} == {"withdrawn"}
    assert desk.problems() == []


def test_of_a_rejected_part_that_is_damaged_no_input_is_blamed(desk: Desk):
    desk.run("r1", [Misfit(reason="broken_record")])
    file = data_file(desk, "rejected")
    file.write_bytes(file.read_bytes()[:-1])
    assert not any(problem.startswith("monday.jsonl") for problem in desk.problems())


def test_an_input_that_has_become_empty_is_no_loss(desk: Desk):
    desk.run("r1", MONDAY)
    with desk.open("r2") as dataset:
        run = RunInfo(run_id="r2", started_at=DAY_0, pages_read=0)
        dataset.commit(Submission(run=run, articles=dataset.settle(()), inputs=(input_row("monday.jsonl", "r2", 0),)))
    assert desk.problems() == []


def lose_all(desk: Desk) -> None:
    shutil.rmtree(desk.state)


def lose_the_ledger(desk: Desk) -> None:
    for file in desk.state.glob("ledger.db*"):
        file.unlink()


@pytest.mark.parametrize("harm", [lose_all, lose_the_ledger, scribble_on_the_ledger])
def test_a_rebuilt_ledger_says_what_the_lost_one_did(published: Desk, harm: Any):
    rows, facts = published.rows(of_the_run=True), published.facts()
    harm(published)
    published.rebuild("rebuilt")
    assert published.problems() == []
    assert published.rows(of_the_run=True) == rows
    assert published.manifest()["version"] == 3
    found = published.facts()
    assert (found["articles"], found["rejections"]) == (facts["articles"], facts["rejections"])
    assert found["inputs"] == []


def test_reading_all_again_after_that_changes_nothing(published: Desk):
    rows = published.rows(of_the_run=True)
    lose_all(published)
    published.rebuild("rebuilt")
    assert not published.run("r3", MONDAY[1:], TUESDAY).published
    assert published.rows(of_the_run=True) == rows
    assert published.run("r4", [Story(id="a", text="Third edition.", uri="tuesday.jsonl", day=2)]).counts.revised == 1
    assert published.texts()["a"] == ("Third edition.", 3)


@pytest.mark.parametrize("policy", [Duplicates.REJECT, Duplicates.MARK])
def test_duplicates_are_what_they_were_once_they_are_read_again(desk: Desk, policy: Duplicates):
    repeats = {"b": Repeat(duplicate_of="a", similarity=0.9)}
    desk.run("r1", MONDAY, repeats=repeats, duplicates=policy)
    rows = desk.rows()
    lose_all(desk)
    desk.rebuild("rebuilt")
    assert desk.rows() == rows
    desk.run("r2", MONDAY, repeats=repeats, duplicates=policy)
    assert desk.rows() == rows
    assert desk.problems() == []


def test_what_was_withdrawn_stays_out(published: Desk):
    with published.open("w") as dataset:
        run = RunInfo(run_id="w", started_at=DAY_0, pages_read=0)
        dataset.withdraw(Withdrawal(ids=frozenset({"a"}), reason="court order", run=run))
    lose_all(published)
    published.rebuild("rebuilt")
    with published.open() as dataset:
        assert dataset.ledger.withdrawn() == {"a": "court order"}


def test_a_damaged_file_is_not_taken_for_what_was_published(published: Desk):
    lose_the_ledger(published)
    shutil.rmtree(published.state / "snapshots")
    flip_a_byte(published)
    with pytest.raises(StoreError, match="is not what was published"):
        published.rebuild("rebuilt")


def test_half_a_version_is_not_made_a_ledger_of(published: Desk):
    lose_all(published)
    (published.clean / "articles" / "v000002").rename(published.clean / "articles" / "v000001")
    with pytest.raises(StoreError, match="one whole version"):
        published.rebuild("rebuilt")


def test_the_old_ledger_stays_beside_the_new_one(published: Desk):
    scribble_on_the_ledger(published)
    old = (published.state / "ledger.db").read_bytes()
    published.rebuild("rebuilt")
    assert (published.state / "ledger.db.old").read_bytes() == old
