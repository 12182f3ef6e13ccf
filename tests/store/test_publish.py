"""What plain readers see, and what stands in CLEAN beside it."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pytest

from pipeline.store import operations
from pipeline.store.accounts import RunInfo
from pipeline.store.commit import Submission
from pipeline.store.errors import StoreError
from pipeline.store.schema import DATASETS
from tests.store.conftest import DAY_0, Desk, Misfit, Story

NEWS = "The ferry to Brackwater is cancelled."


def rows_by_reader(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Each reader's rows: id and run, as it gives them for a glob or a folder."""
    glob = f"{folder}/**/*.parquet"
    with duckdb.connect() as duck:
        by_duckdb = duck.execute("SELECT id, run_id FROM read_parquet(?)", [glob]).fetchall()
    return {
        "duckdb": sorted(by_duckdb),
        "polars": sorted(pl.scan_parquet(glob).select("id", "run_id").collect().rows()),
        "polars, folder": sorted(pl.read_parquet(folder).select("id", "run_id").rows()),
        "pandas": sorted(pd.read_parquet(folder, columns=["id", "run_id"]).itertuples(index=False, name=None)),
        "pyarrow": sorted((row["id"], row["run_id"]) for row in ds.dataset(folder).to_table(columns=["id", "run_id"]).to_pylist()),
    }


def listing(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def test_every_reader_sees_the_same_rows_after_two_runs(desk: Desk):
    desk.run("r1", [Story(id="a"), Story(id="b", record="1"), Misfit(record="2")])
    desk.run("r2", [Story(id="a", text=NEWS), Story(id="b", record="1"), Misfit(record="2")], [Story(id="c", uri="tuesday.jsonl")])
    for dataset, expected in {
        "articles": [("a", "r2"), ("b", "r1"), ("c", "r2")],
        "removed": [("a", "r2"), ("b", "r1"), ("c", "r2")],
        "rejected": [("monday.jsonl#2", "r1")],
    }.items():
        assert rows_by_reader(desk.clean / dataset) == dict.fromkeys(rows_by_reader(desk.clean / dataset), expected)


def test_every_reader_reads_a_dataset_without_rows(desk: Desk):
    desk.run("r1")
    for dataset, schema in DATASETS.items():
        assert set(map(tuple, rows_by_reader(desk.clean / dataset).values())) == {()}
        assert pl.read_parquet(f"{desk.clean}/{dataset}/**/*.parquet").columns == schema.names


def test_a_dataset_folder_holds_one_version_and_only_parquet(desk: Desk):
    desk.run("r1", [Story(id="a")])
    desk.run("r2", [Story(id="a", text=NEWS)])
    for dataset in DATASETS:
        assert [entry.name for entry in (desk.clean / dataset).iterdir()] == ["v000002"]
        assert {file.suffix for file in (desk.clean / dataset / "v000002").iterdir()} == {".parquet"}
    assert sorted(entry.name for entry in desk.clean.iterdir()) == ["_manifest.json", "articles", "rejected", "removed"]
    assert listing(desk.state / "staging") == []


def test_the_manifest_names_every_file_with_its_rows_and_hash(desk: Desk):
    desk.run("r1", [Story(id="a"), Story(id="b", record="1")])
    manifest = desk.manifest()
    assert (manifest["version"], manifest["run_id"], manifest["schema_version"]) == (1, "r1", 1)
    assert {name: dataset["rows"] for name, dataset in manifest["datasets"].items()} == {"articles": 2, "rejected": 0, "removed": 2}
    files = [file for dataset in manifest["datasets"].values() for file in dataset["files"]]
    assert sorted(file["path"] for file in files) == [path for path in listing(desk.clean) if path.endswith(".parquet")]
    for file in files:
        content = (desk.clean / file["path"]).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


def test_the_users_own_files_in_clean_stay(desk: Desk):
    desk.clean.mkdir()
    (desk.clean / ".gitkeep").touch()
    (desk.clean / "notes").mkdir()
    (desk.clean / "notes" / "plan.txt").write_text("Ask the harbour master.")
    desk.run("r1", [Story(id="a")])
    desk.run("r2", [Story(id="a", text=NEWS)])
    assert {".gitkeep", "notes/plan.txt"} < set(listing(desk.clean))


@pytest.mark.parametrize("stray", ["articles/diary.txt", "articles/v000001/diary.txt", "rejected/2031/a.parquet"])
def test_a_strangers_file_where_we_publish_is_never_deleted(desk: Desk, stray: str):
    path = desk.clean / stray
    path.parent.mkdir(parents=True)
    path.write_text("Mine.")
    with pytest.raises(StoreError, match="move it away"):
        desk.run("r1", [Story(id="a")])
    assert path.read_text() == "Mine."


def test_nor_one_that_appears_while_a_run_is_at_work(desk: Desk):
    desk.run("r1", [Story(id="a")])
    stray = desk.clean / "articles" / "diary.txt"
    with desk.open("r2") as dataset:
        stray.write_text("Mine.")
        with pytest.raises(StoreError, match="move it away"):
            dataset.commit(Submission(run=RunInfo(run_id="r2", started_at=DAY_0, pages_read=0), articles=dataset.settle(())))
    assert stray.read_text() == "Mine."


@pytest.mark.parametrize("code", [errno.ENOSYS, errno.EINVAL])
def test_where_names_cannot_be_exchanged_they_are_renamed(desk: Desk, monkeypatch: pytest.MonkeyPatch, code: int):
    def no_exchange(_first: Path, _second: Path) -> None:
        raise OSError(code, "not here")

    monkeypatch.setattr(operations, "exchange", no_exchange)
    desk.run("r1", [Story(id="a")])
    assert desk.run("r2", [Story(id="a", text=NEWS)]).published
    assert desk.texts() == {"a": (NEWS, 2)}
    assert [entry.name for entry in (desk.clean / "articles").iterdir()] == ["v000002"]
    assert listing(desk.state / "staging") == []


def test_exchange_swaps_two_folders_and_an_error_of_another_kind_is_told(tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    operations.exchange(tmp_path / "one", tmp_path / "two")
    assert listing(tmp_path) == ["one/two", "two/one"]
    with pytest.raises(FileNotFoundError):
        operations.exchange(tmp_path / "one", tmp_path / "three")


@pytest.mark.parametrize(
    "harm",
    [
        lambda clean: shutil.rmtree(clean / "articles"),
        lambda clean: (clean / "_manifest.json").unlink(),
        lambda clean: (clean / "_manifest.json").write_text(json.dumps({"version": 1})),
        lambda clean: next((clean / "removed" / "v000001").iterdir()).unlink(),
        lambda clean: shutil.copy(*[next((clean / "removed" / "v000001").iterdir()), clean / "removed" / "v000001" / "twice.parquet"]),
        lambda clean: next((clean / "rejected" / "v000001").iterdir()).write_bytes(b""),
    ],
    ids=["no folder", "no manifest", "another manifest", "a file less", "a file more", "the empty file is cut short"],
)
def test_what_readers_see_is_repaired_at_the_next_opening(desk: Desk, harm: Any):
    desk.run("r1", [Story(id="a")])
    seen, manifest = desk.rows(of_the_run=True), desk.manifest()
    harm(desk.clean)
    with desk.open():
        assert desk.rows(of_the_run=True) == seen
    assert desk.manifest() == manifest


def test_clean_without_its_state_is_refused_and_kept(desk: Desk):
    desk.run("r1", [Story(id="a")])
    shutil.rmtree(desk.state)
    with pytest.raises(StoreError, match=r"put the state folder back.*`copydesk fsck --rebuild`"):
        desk.run("r2", [Story(id="b")])
    assert set(desk.texts()) == {"a"}


def test_a_lost_data_file_is_named(desk: Desk):
    desk.run("r1", [Story(id="a", removals=0)])
    (lost,) = desk.data_files()
    (desk.state / "data" / lost).unlink()
    with pytest.raises(StoreError, match=f"{lost} is gone"), desk.open():
        pass
    assert set(desk.texts()) == {"a"}


def test_clean_and_state_on_two_file_systems_are_refused(desk: Desk, tmp_path: Path):
    memory = Path("/dev/shm")  # noqa: S108 - the other file system that most Linux machines have
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second file system here")
    with tempfile.TemporaryDirectory(dir=memory) as elsewhere:
        desk.state = Path(elsewhere) / "state"
        with pytest.raises(StoreError, match="one file system"), desk.open():
            pass


@pytest.mark.parametrize(("code", "says"), [(errno.EXDEV, "one file system"), (errno.EPERM, "hard links"), (errno.EACCES, "hard links")])
def test_folders_that_take_no_links_are_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch, code: int, says: str):
    def no_link(_source: Path, _target: Path) -> None:
        raise OSError(code, "no")

    monkeypatch.setattr(operations, "link", no_link)
    with pytest.raises(StoreError, match=says), desk.open():
        pass
