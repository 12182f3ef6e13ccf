"""What `copydesk explain` prints of one page."""

import io
from pathlib import Path

from rich.console import Console

from flows.explain import explain_record
from pipeline.settings import Settings

STORY = "<p>The harbour board met on Tuesday evening, and left without an answer that anyone could repeat.</p>"
HEAD = '<title>Sea wall</title><meta name="description" content="All that the board said of the sea wall."><link rel="canonical" href="/wall">'


def explained(folder: Path, body: str, url: str | None = None) -> str:
    page = folder / "page.html"
    page.write_text(f"<html><head>{HEAD}</head><body><article><h1>Sea wall</h1><p class=byline>By Ada Moor</p>{body}</article></body></html>")
    console = Console(file=io.StringIO(), width=200)
    explain_record(page, None, Settings(raw=(folder,), clean=folder / "clean"), console, url)
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
