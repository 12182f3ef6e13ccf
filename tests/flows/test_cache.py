"""`copydesk cache`: what a person reads of the cache, and what is gone when it says so."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from flows.cache import delete_cached, print_cache
from flows.cli import app
from pipeline.settings import Settings
from pipeline.store.cache import cached_files
from pipeline.store.dataset import open_dataset
from pipeline.store.errors import Busy, StoreError
from pipeline.versions import extractor_version
from tests.invented import page, write_pages
from tests.running import run


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean", cache_bytes=3 * 1024 * 1024 // 2, batch_pages=3)
    write_pages(settings.raw[0] / "one.jsonl", [page(number) for number in range(3)])
    write_pages(settings.raw[0] / "two.jsonl", [page(number) for number in range(3, 5)])
    run(settings)
    return settings


@pytest.fixture
def console() -> Console:
    return Console(file=StringIO(), width=200)


def shown(console: Console) -> str:
    return console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO


def test_it_shows_files_pages_sizes_and_versions(settings: Settings, console: Console):
    old = settings.state_dir / "drafts" / "extractor-0"
    old.mkdir()
    (file,) = (it.path for it in list(cached_files(settings.state_dir))[:1])
    (old / file.name).write_bytes(file.read_bytes())
    print_cache(settings, console)
    lines = {
        cells[0]: cells[1:3] for line in shown(console).splitlines() if len(cells := [cell.strip() for cell in line.strip("│┃ ").split("│")]) > 3
    }
    assert lines[extractor_version()] == ["2", "5"]
    assert lines["extractor-0 (not used any more)"][0] == "1"
    assert str(settings.state_dir / "drafts") in shown(console)
    assert "of 1.5 MiB that runs keep" in shown(console)


def test_deleting_leaves_what_may_be_kept(settings: Settings, console: Console):
    delete_cached(settings, settings.cache_bytes, console)
    assert shown(console) == "deleted 0 files, 0 bytes\n"
    assert len(list(cached_files(settings.state_dir))) == 2
    delete_cached(settings, 0, console)
    assert "deleted 2 files" in shown(console)
    assert not list(cached_files(settings.state_dir))
    print_cache(settings, console)
    assert "is empty" in shown(console)


def test_nothing_is_deleted_while_a_run_holds_the_dataset(settings: Settings, console: Console):
    with open_dataset(settings.clean, settings.state_dir, run_id="r1"):
        with pytest.raises(Busy, match="run r1"):
            delete_cached(settings, 0, console)
        print_cache(settings, console)
    assert len(list(cached_files(settings.state_dir))) == 2


def test_where_there_is_no_dataset_none_is_made(tmp_path: Path, console: Console):
    settings = Settings(clean=tmp_path / "mistyped")
    for act in (lambda: print_cache(settings, console), lambda: delete_cached(settings, 0, console)):
        with pytest.raises(StoreError, match="nothing was published there"):
            act()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("flags", "code", "files"),
    [([], 0, 2), (["--prune"], 0, 2), (["--empty"], 0, 0), (["--prune", "--empty"], 2, 2)],
)
def test_the_command_deletes_what_its_flags_say(settings: Settings, flags: list[str], code: int, files: int):
    assert CliRunner().invoke(app, ["cache", str(settings.clean), *flags]).exit_code == code
    assert len(list(cached_files(settings.state_dir))) == files
