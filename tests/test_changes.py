"""`copydesk changes`: who follows them, run after run, has what is published."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from flows.cli import app
from flows.snapshots import roll_back
from pipeline.changes import Change, changes_since
from pipeline.settings import Settings
from pipeline.store.errors import StoreError
from pipeline.withdrawal import withdraw
from tests.invented import page, paragraphs, write_pages
from tests.running import rows, run

ARTICLES = {"new", "revised"}


def published(clean: Path) -> dict[str, Mapping[str, object]]:
    return {str(row["id"]): row for row in rows(clean)}


def address(number: int) -> str:
    return str(page(number)["url"])


def what(changes: list[Change]) -> dict[str, str]:
    return {str(change.url): change.now for change in changes}


class Follower:
    """A reader who takes in changes alone."""

    def __init__(self, clean: Path) -> None:
        self._clean = clean
        self._since = "0"
        self.articles: dict[str, Mapping[str, object]] = {}

    def follow(self) -> dict[str, str]:
        """Takes in what has changed, and returns it."""
        changes = list(changes_since(self._clean, self._since))
        today = published(self._clean)
        for change in changes:
            self.articles.pop(change.id, None)
            if change.now in ARTICLES:
                self.articles[change.id] = today[change.id]
        self._since = str(json.loads((self._clean / "_manifest.json").read_text())["run_id"])
        return what(changes)


def test_who_follows_the_changes_has_what_is_published(tmp_path: Path):
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")
    reader = Follower(settings.clean)

    def step(name: str, pages: list[Any]) -> dict[str, str]:
        write_pages(tmp_path / "raw" / name, pages)
        run(settings)
        found = reader.follow()
        assert reader.articles == published(settings.clean)
        return found

    assert step("one.jsonl", [page(1), page(2), page(3)]) == {address(number): "new" for number in (1, 2, 3)}
    assert step("two.jsonl", [page(4)]) == {address(4): "new"}
    assert step("three.jsonl", [page(2, fetched="2031-05-01T00:00:00Z", text=paragraphs(22))]) == {address(2): "revised"}
    copy = page(5, fetched="2031-05-02T00:00:00Z", text=paragraphs(1), site="other.example")
    assert step("four.jsonl", [copy]) == {str(copy["url"]): "duplicate"}
    assert step("five.jsonl", [page(3)]) == {}  # as it was


def test_a_withdrawn_article_is_told_by_its_id(tmp_path: Path):
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")
    reader = Follower(settings.clean)
    write_pages(tmp_path / "raw" / "one.jsonl", [page(1), page(2)])
    run(settings)
    reader.follow()
    withdraw(settings, address(2), "a court's order")
    assert list(reader.follow().values()) == ["withdrawn"]
    assert reader.articles == published(settings.clean)


def test_after_a_rollback_all_is_to_be_read_once(tmp_path: Path):
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")
    write_pages(tmp_path / "raw" / "one.jsonl", [page(1)])
    first = run(settings).run_id
    write_pages(tmp_path / "raw" / "one.jsonl", [page(1, text=paragraphs(9))])
    second = run(settings).run_id
    roll_back(settings, None, Console(quiet=True))
    for since in (first, second):
        with pytest.raises(StoreError, match="went back to an earlier version"):
            list(changes_since(settings.clean, since))
    back = json.loads((settings.clean / "_manifest.json").read_text())["run_id"]
    assert list(changes_since(settings.clean, back)) == []
    run(settings)
    assert what(list(changes_since(settings.clean, back))) == {address(1): "revised"}


def test_the_command_prints_a_json_object_a_line(tmp_path: Path):
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")
    write_pages(tmp_path / "raw" / "one.jsonl", [page(1), page(2)])
    summary = run(settings)
    shown = CliRunner().invoke(app, ["changes", str(settings.clean), "--since", "20250101"])
    lines = [json.loads(line) for line in shown.stdout.splitlines()]
    assert sorted(line["url"] for line in lines) == [address(1), address(2)]
    assert {(line["now"], line["run_id"]) for line in lines} == {("new", summary.run_id)}
    assert CliRunner().invoke(app, ["changes", str(settings.clean), "--since", summary.run_id]).stdout == ""
    assert CliRunner().invoke(app, ["changes", str(settings.clean), "--since", "2025-01-01"]).stdout == shown.stdout


@pytest.mark.parametrize("since", ["yesterday", "2026-1-1", "run 7"])
def test_what_is_no_run_s_id_is_refused(tmp_path: Path, since: str):
    shown = CliRunner().invoke(app, ["changes", str(tmp_path), "--since", since])
    assert shown.exit_code == 2
    assert "20310504T061500Z-3fa9c1" in shown.stderr
