"""The snippets of the README and of docs/reading.md run as they stand, on the dataset that `make run` makes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.settings import Settings
from tests.running import ROOT, run


def snippets(name: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)


README, READING = snippets("README.md"), snippets("docs/reading.md")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    run(Settings(raw=(ROOT / "raw",), clean=folder / "clean"))
    return folder


@pytest.mark.parametrize("snippet", README + READING, ids=lambda snippet: snippet.split()[1])
def test_snippet(folder: Path, snippet: str):
    shown = subprocess.run([sys.executable, "-c", snippet], cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert shown.returncode == 0, shown.stderr
    assert len(shown.stdout.splitlines()) >= 3


def test_all_four_readers_are_shown():
    assert {snippet.split()[1] for snippet in README} == {"duckdb", "polars", "pandas", "pyarrow.dataset"}
