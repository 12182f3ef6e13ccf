"""What `copydesk explain` prints of one page."""

import io
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from flows.cli import app
from flows.exits import Exit
from flows.explain import article_views, record_view, show_views
from pipeline.settings import Settings
from pipeline.sources import InputError
from tests.invented import page, write_pages
from tests.running import rows, run

STORY = "<p>The harbour board met on Tuesday evening, and left without an answer that anyone could repeat.</p>"
HEAD = '<title>Sea wall</title><meta name="description" content="All that the board said of the sea wall."><link rel="canonical" href="/wall">'


def explained(folder: Path, body: str, url: str | None = None) -> str:
    file = folder / "page.html"
    file.write_text(f"<html><head>{HEAD}</head><body><article><h1>Sea wall</h1><p class=byline>By Ada Moor</p>{body}</article></body></html>")
    console = Console(file=io.StringIO(), width=200)
    show_views([record_view(file, None, Settings(raw=(folder,), clean=folder / "clean"), url)], None, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_all_metadata_is_shown(tmp_path: Path):
    shown = explained(tmp_path, STORY * 6)
    for field in ("description", "article_type", "is_accessible_for_free", "paywall_detected", "byline_raw", "date_published_raw"):
        assert f"│ {field} " in shown
    assert "All that the board said of the sea wall." in shown


def test_a_saved_page_can_be_given_its_address(tmp_path: Path):
    assert "https://ledger.example/wall" in explained(tmp_path, STORY * 6, "https://ledger.example/wall?print=1")
    assert "https://ledger.example/wall" not in explained(tmp_path, STORY * 6)


def test_a_rejected_page_is_shown_with_its_blocks_and_the_reason(tmp_path: Path):
    shown = explained(tmp_path, f"{STORY}<p>Share this article on Facebook</p>")
    assert "The harbour board met on Tuesday evening" in shown
    assert "too_short" in shown.splitlines()[-1]


@pytest.fixture
def published(tmp_path: Path) -> Settings:
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")
    write_pages(settings.raw[0] / "a.jsonl", [page(1), page(2)])
    run(settings)
    return settings


def test_a_published_article_is_shown_by_its_id(published: Settings, capsys: pytest.CaptureFixture[str]):
    row = rows(published.clean)[0]
    show_views(article_views(str(row["id"]), published.clean), None, Console(width=200))
    shown = capsys.readouterr().out
    assert str(row["text"]).split("\n\n", maxsplit=1)[0][:100] in shown
    assert str(row["canonical_url"]) in shown


def test_html_is_written_to_the_file_and_its_path_is_printed(published: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    row = rows(published.clean)[0]
    html = tmp_path / "shown.html"
    show_views(article_views(str(row["id"]), published.clean), html, Console(width=40))
    assert capsys.readouterr().out == f"{html}\n"
    assert str(row["title"]) in html.read_text(encoding="utf-8")


def test_an_unknown_id_is_one_clear_line(published: Settings):
    with pytest.raises(InputError, match=r"no article and no rejected page has the id 'nope'"):
        article_views("nope", published.clean)


def test_the_command_takes_a_file_or_an_id():
    for arguments in ([], ["page.html", "--id", "a"]):
        result = CliRunner().invoke(app, ["explain", *arguments])
        assert result.exit_code == Exit.USAGE
        assert "either a file or --id" in result.output
