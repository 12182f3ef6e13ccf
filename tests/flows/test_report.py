"""`copydesk report`: where the report of a run is."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.report import report_path
from pipeline.settings import Settings
from pipeline.sources import InputError
from pipeline.withdrawal import withdraw
from tests.invented import page, write_pages
from tests.running import run


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")
    write_pages(settings.raw[0] / "a.jsonl", [page(1), page(2)])
    return settings


def test_the_last_run_or_the_one_that_is_named(settings: Settings):
    first = run(settings)
    write_pages(settings.raw[0] / "b.jsonl", [page(3)])
    # Ids of one second differ by chance: the order of such runs is not told by them.
    last = max(first.run_id, run(settings).run_id)
    assert report_path(settings.clean, None) == settings.clean / "_runs" / last / "report.html"
    assert report_path(settings.clean, first.run_id) == settings.clean / "_runs" / first.run_id / "report.html"


def test_a_run_may_be_named_by_its_beginning(settings: Settings):
    first = run(settings).run_id
    assert report_path(settings.clean, first[:-1]).parent.name == first
    write_pages(settings.raw[0] / "b.jsonl", [page(3)])
    last = run(settings).run_id
    with pytest.raises(InputError, match=rf"2 runs that begin with 2.*{max(first, last)}"):
        report_path(settings.clean, "2")


def test_the_command_knows_a_run_where_a_dataset_may_stand(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(settings.clean.parent)
    first = run(settings).run_id
    write_pages(settings.raw[0] / "b.jsonl", [page(3)])
    run(settings)
    for arguments in ([first], [first[:-1]], ["clean", first]):
        shown = CliRunner().invoke(app, ["report", *arguments])
        assert shown.stdout.strip() == f"clean/_runs/{first}/report.html"


def test_no_report_is_one_clear_line(settings: Settings):
    with pytest.raises(InputError, match=r"holds no report: `copydesk clean` writes one"):
        report_path(settings.clean, None)
    run(settings)
    with pytest.raises(InputError, match=r"holds no report of run yesterday"):
        report_path(settings.clean, "yesterday")


def test_no_report_shows_an_article_that_was_withdrawn(settings: Settings):
    with_it = run(settings)
    write_pages(settings.raw[0] / "b.jsonl", [page(3)])
    without_it = run(settings)
    withdraw(settings, "https://www.heron.example/story-1.html", "court order of 3 March")
    assert report_path(settings.clean, None).parent.name == without_it.run_id
    with pytest.raises(InputError):
        report_path(settings.clean, with_it.run_id)
    assert (settings.clean / "_runs" / with_it.run_id / "report.json").is_file()
