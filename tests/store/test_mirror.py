"""CLEAN copied to an object store, over a real S3 API on loopback."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import obstore
import orjson
import pytest

from pipeline import open_articles
from pipeline.settings import Retention, Settings
from pipeline.store.errors import StoreError
from pipeline.store.schema import DATASETS
from pipeline.withdrawal import withdraw
from tests.invented import page, write_pages
from tests.object_store import ObjectStore
from tests.running import rows, run

URL = "s3://desk/clean"
NOTHING_KEPT = Retention(versions=0, grace_hours=0)
OF_OTHERS = {
    "notes/readme.txt": b"ours",
    "articles/readme.txt": b"ours",
    "articles/theirs.parquet": b"ours",
    "articles/articles-20310501T120000Z-0a1b2c3-00000-000.parquet": b"of another dataset's run",
    "rejected/2031/part-0.parquet": b"ours",
    "removed/removed-of-may.parquet": b"ours",
    "versions/notes.json": b"{}",
    "versions/0.json": b"no JSON",
    "versions/1.json.bak": b"{}",
    "versions/2031.json": b'{"version": 2031}',
    "versions/2032.json": b"no JSON",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    written(tmp_path, 1, 3)
    return Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean", copy_to=URL)


def written(folder: Path, edition: int, pages: int) -> None:
    """Pages of which each edition has other words, a file each."""
    for number in range(pages):
        write_pages(
            folder / "raw" / f"{number}.jsonl", [page(number, text=[f"Edition {edition} of this story.", *page_text(100 * edition + number)])]
        )


def page_text(number: int) -> list[str]:
    return str(page(number)["html"]).split("<p>")[1:4]


def seen(url: str = URL) -> list[dict[str, Any]]:
    """The articles that a reader of the store sees, who goes by its manifest."""
    return sorted(open_articles(url).to_table().to_pylist(), key=lambda row: row["id"])


def published(clean: Path) -> list[dict[str, Any]]:
    return sorted(rows(clean), key=lambda row: str(row["id"]))


def test_readers_of_the_store_see_what_readers_of_the_folder_do(object_store: ObjectStore, settings: Settings, tmp_path: Path):
    for edition in (1, 2):
        written(tmp_path, edition, 2 + edition)
        assert run(settings).dataset_version == edition
        assert seen() == published(settings.clean)
        assert len(seen()) == 2 + edition
    assert "versions/1.json" in object_store.keys(URL)  # kept, as it is here


def test_what_no_version_needs_is_deleted_and_what_others_put_there_stays(object_store: ObjectStore, settings: Settings, tmp_path: Path):
    sparing = settings.model_copy(update={"retention": NOTHING_KEPT})
    run(sparing)
    first = set(object_store.keys(URL))
    for key, content in OF_OTHERS.items():
        obstore.put(object_store.at(URL), key, content)
    written(tmp_path, 2, 3)
    run(sparing)
    keys = set(object_store.keys(URL))
    assert keys >= OF_OTHERS.keys()
    assert "versions/1.json" not in keys
    assert not {key for key in first if key.startswith("articles/")} & keys
    assert seen() == published(settings.clean)


def test_a_later_version_of_another_writer_keeps_its_list_and_its_files(object_store: ObjectStore, settings: Settings, tmp_path: Path):
    sparing = settings.model_copy(update={"retention": NOTHING_KEPT})
    run(sparing)
    theirs = {key for key in object_store.keys(URL) if key.partition("/")[0] in DATASETS}
    first = orjson.loads(bytes(obstore.get(object_store.at(URL), "versions/1.json").bytes()))
    obstore.put(object_store.at(URL), "versions/9.json", orjson.dumps(first | {"version": 9}))  # not yet in latest.json
    written(tmp_path, 2, 3)
    run(sparing)
    assert {"versions/9.json", *theirs} <= set(object_store.keys(URL))


def test_files_that_a_killed_deletion_left_go_with_the_next(
    object_store: ObjectStore, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    sparing = settings.model_copy(update={"retention": NOTHING_KEPT})
    run(sparing)
    first = {key for key in object_store.keys(URL) if key.startswith("articles/")}
    with monkeypatch.context() as patched:
        patched.setattr("pipeline.store.mirror.obstore.delete", cut_off(obstore.delete, 1))  # the list is gone, the files are not
        written(tmp_path, 2, 3)
        with pytest.raises(ConnectionError):
            run(sparing)
    assert first < set(object_store.keys(URL))
    written(tmp_path, 3, 3)
    run(sparing)
    assert not first & set(object_store.keys(URL))


def test_a_run_that_changes_nothing_writes_nothing(object_store: ObjectStore, settings: Settings):
    run(settings)
    object_store.requests.clear()
    assert not run(settings).published
    assert {method for method, _, _ in object_store.requests} == {"GET"}


def test_cut_off_before_any_write_readers_see_a_whole_version_and_the_next_run_does_the_rest(
    object_store: ObjectStore, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    run(settings)
    before, versions, put = seen(), 1, obstore.put
    for writes in range(20):
        written(tmp_path, 2 + writes, 3)
        monkeypatch.setattr("pipeline.store.mirror.obstore.put", cut_off(put, writes))
        try:
            run(settings)
        except ConnectionError:
            assert seen() == before
        else:
            break
        monkeypatch.setattr("pipeline.store.mirror.obstore.put", put)
        run(settings)
        versions += 1
        assert seen() == published(settings.clean) != before
        before = seen()
    assert versions > 3
    assert object_store.keys(URL)


def cut_off(put: Callable[..., object], after: int) -> Callable[..., object]:
    """A `put` or `delete` whose connection breaks for good after so many calls."""
    left = [after]

    def cut(*arguments: object, **more: object) -> object:
        if not left[0]:
            raise ConnectionError("the machine is gone")
        left[0] -= 1
        return put(*arguments, **more)

    return cut


def test_a_store_that_is_busy_now_and_then(object_store: ObjectStore, settings: Settings):
    object_store.fails_every = 3
    run(settings)
    object_store.fails_every = 0
    assert seen() == published(settings.clean)


@pytest.mark.parametrize("pages", [1, 3], ids=["the same version", "a later version"])
@pytest.mark.usefixtures("object_store")
def test_a_second_writer_is_told_and_changes_nothing(settings: Settings, tmp_path: Path, pages: int):
    other = Settings(raw=(tmp_path / "theirs" / "raw",), clean=tmp_path / "theirs" / "clean", copy_to=URL)
    for number in range(pages):
        written(tmp_path / "theirs", number, number + 1)
        run(other)
    theirs = seen()
    with pytest.raises(StoreError, match=r"was not published from here|publish from the state folder that belongs to it"):
        run(settings)
    assert seen() == theirs


def test_of_two_writers_at_once_one_makes_the_version(object_store: ObjectStore, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    other = Settings(raw=(tmp_path / "theirs" / "raw",), clean=tmp_path / "theirs" / "clean", copy_to=URL)
    written(tmp_path / "theirs", 7, 1)
    monkeypatch.setattr("pipeline.store.mirror.Mirror.version", lambda _mirror: 0)  # both have looked before either wrote
    run(other)
    with pytest.raises(StoreError, match="was not published from here"):
        run(settings)
    monkeypatch.undo()
    for name, value in object_store.environment.items():
        monkeypatch.setenv(name, value)
    assert seen() == published(other.clean)


def test_what_is_withdrawn_is_gone_from_the_store(object_store: ObjectStore, settings: Settings):
    run(settings)
    gone = str(seen()[0]["id"])
    withdraw(settings, gone, "at the author's wish")
    assert gone not in {row["id"] for row in seen()}
    for key in (key for key in object_store.keys(URL) if not key.startswith("rejected/")):  # where a row says that it was withdrawn
        assert gone.encode() not in bytes(obstore.get(object_store.at(URL), key).bytes())


@pytest.mark.usefixtures("object_store")
def test_nothing_was_published_there():
    with pytest.raises(StoreError, match="s3://desk/empty is no published dataset"):
        open_articles("s3://desk/empty")
