"""The snippets of the README and of docs/reading.md run as they stand; the five readers of the latter find the same, and find what `copydesk changes` tells."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.changes import changes_since
from pipeline.settings import Settings
from tests.invented import page, paragraphs, write_pages
from tests.running import ROOT, rows, run

README, READING = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/reading.md"))
SINCE = "20260101T000000Z"  # as it stands in the snippets

# Of each reader, how the rows of one of its tables become lists.
AS_LISTS = {
    "DuckDB": "table.fetchall()",
    "Polars": "table.rows()",
    "pandas": "table.astype(object).where(table.notna(), None).values.tolist()",
    "pyarrow": "[list(row.values()) for row in table.to_pylist()]",
    "Spark": "table.collect()",
}
ANSWERS = ("latest", "by_day", "changed", "gone", "cut")
TELL = """
import json, sys
with open("answers.json", "w") as file:
    json.dump({{name: {rows} for name, table in {tables}}}, file, default=str)
"""
SPARK_ON_LOOPBACK = {
    "SPARK_LOCAL_IP": "127.0.0.1",
    "PYSPARK_SUBMIT_ARGS": "--master local[2] --conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=2 pyspark-shell",
}


def snippets(text: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def of_reader(reader: str) -> str:
    (snippet,) = snippets(READING.split(f"\n### {reader}\n")[1].split("\n##")[0])
    return snippet


def python(code: str, folder: Path) -> str:
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=os.environ | SPARK_ON_LOOPBACK, capture_output=True, text=True, check=False, timeout=120
    )
    assert shown.returncode == 0, shown.stderr
    return shown.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples of raw/, then a run in which an article is new, one revised, and one a copy."""
    folder = tmp_path_factory.mktemp("readme")
    settings = Settings(raw=(ROOT / "raw", folder / "more"), clean=folder / "clean")
    write_pages(folder / "more" / "one.jsonl", [page(1), page(2), page(5)])
    run(settings)
    copy = page(5, fetched="2031-05-02T00:00:00Z", text=paragraphs(1))
    write_pages(folder / "more" / "two.jsonl", [page(4), page(2, fetched="2031-05-01T00:00:00Z", text=paragraphs(22)), copy])
    run(settings)
    return folder


@pytest.fixture(scope="module")
def since(folder: Path) -> str:
    """The first of the two runs."""
    return min(str(row["run_id"]) for row in rows(folder / "clean"))


def answers(reader: str, folder: Path, since: str) -> Mapping[str, Sequence[Any]]:
    tables = f"[{', '.join(f'({name!r}, {name})' for name in ANSWERS)}]"
    assert python(of_reader(reader).replace(SINCE, since) + TELL.format(rows=AS_LISTS[reader], tables=tables), folder)
    found: dict[str, list[Any]] = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    return {name: rows if name in {"latest", "by_day"} else sorted(rows) for name, rows in found.items()}  # these two are in order


@pytest.mark.parametrize("snippet", snippets(README) + snippets(READING.split("## With copydesk itself")[1]), ids=lambda snippet: snippet.split()[1])
def test_snippet(folder: Path, snippet: str):
    assert len(python(snippet, folder).splitlines()) >= 3


def test_all_readers_are_shown():
    assert [snippet.split()[1] for snippet in snippets(README)] == ["duckdb", "polars", "pandas", "pyarrow.dataset"]
    assert re.findall(r"\n### (.*)\n", READING) == list(AS_LISTS)


def test_duckdb_finds_what_copydesk_tells(folder: Path, since: str):
    found = answers("DuckDB", folder, since)
    told = {change.id: change.now for change in changes_since(folder / "clean", since)}
    assert sorted(told.values()) == ["duplicate", "new", "revised"]
    assert {id_ for (id_,) in found["changed"]} == {id_ for id_, now in told.items() if now in {"new", "revised"}}
    assert {id_ for (id_,) in found["gone"]} == {id_ for id_, now in told.items() if now == "duplicate"}
    assert len(found["latest"]) == 5
    assert sum(row[2] for row in found["by_day"]) == len(rows(folder / "clean"))
    assert len(found["cut"]) == len([row for row in rows(folder / "clean", "removed") if row["id"] in {row["id"] for row in rows(folder / "clean")}])


@pytest.mark.parametrize("reader", ["Polars", "pandas", "pyarrow", "Spark"])
def test_readers_find_the_same(reader: str, folder: Path, since: str):
    if reader == "Spark" and shutil.which("java") is None and not os.environ.get("CI"):
        pytest.skip("no Java here; Debian's package default-jre-headless has it")
    assert answers(reader, folder, since) == answers("DuckDB", folder, since)
