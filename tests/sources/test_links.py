"""Beside a page stand files that are read with it; they may be traps as well."""

import os
from pathlib import Path

import pytest

from pipeline.sources import find_files


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "secret.json").write_text('{"url": "https://ledger.example/secret", "file": "page.html"}')
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "page.html").write_text("<p>The ferry sails again.")
    return tmp_path / "raw"


@pytest.mark.parametrize("name", ["page.json", "page.html.json", "manifest.jsonl"])
def test_a_link_out_of_the_root_tells_nothing_of_a_page(raw: Path, name: str):
    (raw / name).symlink_to(raw.parent / "secret.json")

    assert [(file.uri, file.facts) for file in find_files([raw]) if not file.never_opened] == [("page.html", None)]
    assert [file.facts for file in find_files([raw / "page.html"])] == [None]


@pytest.mark.parametrize("name", ["page.json", "manifest.jsonl"])
def test_a_pipe_beside_a_page_is_not_waited_for(raw: Path, name: str):
    os.mkfifo(raw / name)

    assert [(file.uri, file.facts) for file in find_files([raw]) if not file.never_opened] == [("page.html", None)]
    assert [file.facts for file in find_files([raw / "page.html"])] == [None]


def test_a_link_inside_the_root_tells_of_its_page(raw: Path):
    (raw / "facts").mkdir()
    (raw / "facts" / "of-the-page").write_text('{"url": "https://ledger.example/ferry"}')
    (raw / "page.json").symlink_to(raw / "facts" / "of-the-page")

    assert [file.facts.url for file in find_files([raw]) if file.facts] == ["https://ledger.example/ferry"]
