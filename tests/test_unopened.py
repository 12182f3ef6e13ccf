"""Files and folders that may not be opened, or that are gone by then: nothing else is lost, and the next run tries again."""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import planning
from pipeline.batches import Batch, Extracted
from pipeline.engines import LoopEngine
from pipeline.planning import Plan
from pipeline.report.summary import Summary
from pipeline.run import clean_dataset
from pipeline.settings import Settings
from pipeline.sources import InputFile, find_files
from pipeline.store.check import check_dataset
from tests.invented import page, write_pages
from tests.running import Silent, rows, run

FILE, FOLDER = "file that cannot be opened", "folder that cannot be opened"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for number, name in enumerate(("whole.jsonl", "lost.jsonl", "folder/inner.jsonl")):
        (tmp_path / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
        write_pages(tmp_path / "raw" / name, [page(number)])
    return Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")


@pytest.fixture
def forbid(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Forbids to open what has this name, to root as well."""

    def forbid(name: str) -> None:
        def forbidden(function: Callable[..., Any]) -> Callable[..., Any]:
            def call(path: Any, *args: Any, **options: Any) -> Any:
                if Path(str(path)).name == name:
                    raise PermissionError(13, "Permission denied", str(path))
                return function(path, *args, **options)

            return call

        monkeypatch.setattr(Path, "open", forbidden(Path.open))
        monkeypatch.setattr(os, "scandir", forbidden(os.scandir))

    return forbid


class Harming(Silent):
    """Does something to RAW when a run has planned."""

    def __init__(self, harm: Callable[[], None]) -> None:
        self._harm = harm

    def planned(self, plan: Plan, batches: Sequence[Batch]) -> None:
        super().planned(plan, batches)
        self._harm()


def make(path: Path) -> None:
    """One page in a file of another format."""
    html = str(page(7)["html"])
    if path.suffix == ".parquet":
        pq.write_table(pa.table({"html": [html]}), path)
    elif path.suffix == ".warc":
        content = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{html}"
        head = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://heron.example/7\r\nWARC-Record-ID: <urn:uuid:7>\r\n"
        kind = f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(content.encode())}\r\n\r\n"
        path.write_bytes(f"{head}{kind}{content}\r\n\r\n".encode())
    else:
        path.write_text(html, encoding="utf-8")


def stories(settings: Settings) -> set[str]:
    return {str(row["source_uri"]) for row in rows(settings.clean)}


def harmed_run(settings: Settings, harm: Callable[[], None]) -> Summary:
    return clean_dataset(settings, LoopEngine(), Harming(harm))


@pytest.mark.parametrize("reclean", [False, True])
def test_a_file_that_may_not_be_read_is_counted_and_tried_again(
    settings: Settings, forbid: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, *, reclean: bool
):
    forbid("lost.jsonl")
    summary = run(settings, reclean=reclean)
    assert summary.skipped_by_kind == {FILE: 1}
    assert stories(settings) == {"whole.jsonl", "folder/inner.jsonl"}

    monkeypatch.undo()
    assert run(settings).new == 1


def test_what_is_published_of_a_file_stays_while_it_may_not_be_read(settings: Settings, forbid: Callable[[str], None]):
    run(settings)
    os.utime(settings.raw[0] / "lost.jsonl", (1, 1))
    forbid("lost.jsonl")
    summary = run(settings)
    assert (summary.skipped_by_kind, summary.files_known, summary.published) == ({FILE: 1}, 2, False)


def test_a_folder_that_may_not_be_listed_is_counted_and_tried_again(
    settings: Settings, forbid: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
):
    forbid("folder")
    summary = run(settings)
    assert summary.skipped_by_kind == {FOLDER: 1}
    assert stories(settings) == {"whole.jsonl", "lost.jsonl"}

    monkeypatch.undo()
    assert run(settings).new == 1


@pytest.mark.parametrize("beside", ["manifest.jsonl", "page.json"])
def test_pages_beside_what_may_not_be_read_are_not_read_as_if_nothing_were_known(settings: Settings, forbid: Callable[[str], None], beside: str):
    for name in ("page.html", beside):
        (settings.raw[0] / "folder" / name).write_text("{}", encoding="utf-8")
    forbid(beside)
    run(settings)
    (row,) = rows(settings.clean, "rejected")
    assert (row["source_uri"], row["reason"]) == ("folder/page.html", "broken_record")
    assert "Permission denied" in str(row["detail"])
    assert len(stories(settings)) == 3


@pytest.mark.parametrize("name", ["lost.jsonl", "folder"])
def test_what_vanishes_while_a_run_looks_stops_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str):
    def found(roots: Sequence[Path | str]) -> list[InputFile]:
        files = find_files(roots)
        if name == "folder":
            shutil.rmtree(settings.raw[0] / name)
        else:
            (settings.raw[0] / name).unlink()
        return files

    monkeypatch.setattr(planning, "find_files", found)
    assert run(settings).skipped_by_kind == {FILE: 1}
    assert len(stories(settings)) == 2


@pytest.mark.parametrize("name", ["lost.jsonl", "lost.html", "lost.parquet", "lost.warc"])
def test_a_file_that_vanishes_after_that_is_a_row_and_is_read_when_it_is_back(settings: Settings, tmp_path: Path, name: str):
    lost, aside = settings.raw[0] / name, tmp_path / "aside"
    if name != "lost.jsonl":
        (settings.raw[0] / "lost.jsonl").unlink()
        make(lost)
    summary = harmed_run(settings, lambda: lost.rename(aside))
    assert (summary.new, summary.rejected_by_reason) == (2, {"broken_record": 1})
    (row,) = rows(settings.clean, "rejected")
    assert row["detail"] == f"the file could not be opened any more when it was to be read: {name}: No such file or directory"
    assert list(check_dataset(settings.clean, settings.state_dir)) == []
    assert not run(settings).published

    aside.rename(lost)  # with the time and the bytes that it had
    assert (run(settings).new, rows(settings.clean, "rejected")) == (1, [])
    assert run(settings).files_known == 3


def test_a_run_that_stopped_hands_on_no_drafts_of_a_file_that_was_gone(settings: Settings, tmp_path: Path):
    lost, aside = settings.raw[0] / "lost.jsonl", tmp_path / "aside"

    class Stopping(Harming):
        def extracted(self, batch: Extracted) -> None:
            raise KeyboardInterrupt(batch.number)

    with pytest.raises(KeyboardInterrupt):
        clean_dataset(settings, LoopEngine(), Stopping(lambda: lost.rename(aside)))
    aside.rename(lost)
    assert (run(settings).new, len(stories(settings))) == (3, 3)


def test_an_error_of_the_disk_still_ends_the_run(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    def failing(path: Path) -> str:
        raise OSError(5, "Input/output error", str(path))

    monkeypatch.setattr(planning, "content_digest", failing)
    with pytest.raises(OSError, match="Input/output error"):
        run(settings)


def test_a_permission_that_another_place_lacks_still_ends_the_run(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    def failing(_path: Path) -> str:
        raise PermissionError(13, "Permission denied", str(settings.state_dir / "indexes"))

    monkeypatch.setattr(planning, "content_digest", failing)
    with pytest.raises(PermissionError, match="indexes"):
        run(settings)
