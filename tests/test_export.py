"""`copydesk export`: the published rows, in another shape, all of them and nothing half."""

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pyarrow.dataset as ds
import pytest
from typer.testing import CliRunner

from flows.cli import app
from pipeline.export import Shape, export
from pipeline.settings import Settings
from pipeline.store.errors import StoreError
from pipeline.store.json_schema import json_schema
from tests.invented import page, write_pages
from tests.running import ROOT, rows, run

HEAD = '<meta property="article:published_time" content="2031-03-01T10:30:00+01:00"><meta name="author" content="Ada Brook, Noor Fell"><meta name="keywords" content="ferries, tides">'


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    pages = [page(number) for number in range(3)]
    pages[1]["html"] = str(pages[1]["html"]).replace("<head>", f"<head>{HEAD}")
    write_pages(folder / "raw" / "one.jsonl", [*pages, {"url": "https://heron.example/no", "html": "<p>Too short.</p>"}])
    settings = Settings(raw=(folder / "raw",), clean=folder / "clean")
    run(settings)
    return settings.clean


def by_id(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in found}


def test_json_lines_are_the_rows(clean: Path, tmp_path: Path):
    target = tmp_path / "articles.jsonl"
    assert export(clean, target, Shape.JSONL) == 3
    found = by_id([json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()])
    assert found == {row["id"]: json.loads(orjson.dumps(row, option=orjson.OPT_UTC_Z)) for row in rows(clean)}
    (dated,) = [row for row in found.values() if row["date_published"]]
    assert (dated["date_published"], dated["date_published_day"]) == ("2031-03-01T09:30:00Z", "2031-03-01")
    assert dated["authors"] == ["Ada Brook", "Noor Fell"]


def test_the_json_schema_says_what_they_are(clean: Path, tmp_path: Path):
    export(clean, tmp_path / "articles.jsonl", Shape.JSONL)
    schema = json_schema()
    validator = jsonschema.Draft202012Validator({"$ref": "#/$defs/articles", **schema}, format_checker=jsonschema.FormatChecker())
    found = [json.loads(line) for line in (tmp_path / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    for row in found:
        validator.validate(row)
    for change in ({"id": None}, {"revision": "1"}, {"authors": None}, {"more": 1}, {"images": [{"url": "x"}]}, {"date_published_day": "1 March"}):
        with pytest.raises(jsonschema.ValidationError):
            validator.validate(found[0] | change)


def test_the_schema_in_the_docs_is_today_s():
    shown = CliRunner().invoke(app, ["schema", "--json"])
    assert (ROOT / "docs" / "schema.json").read_text(encoding="utf-8") == shown.stdout


def test_csv_has_a_cell_for_each_column(clean: Path, tmp_path: Path):
    target = tmp_path / "articles.csv"
    assert export(clean, target, Shape.CSV) == 3
    with target.open(encoding="utf-8", newline="") as file:
        found = by_id(list(csv.DictReader(file)))
    for row in rows(clean):
        assert {name: read(found[str(row["id"])][name], value) for name, value in row.items()} == row


def read(cell: str, like: object) -> object:
    """A cell as the value that it was made of."""
    if like is None or cell == "":
        return None if cell == "" else cell
    if isinstance(like, datetime):
        return datetime.fromisoformat(cell).astimezone(UTC)
    if isinstance(like, date):
        return date.fromisoformat(cell)
    return cell if isinstance(like, str) else json.loads(cell)


def test_a_folder_for_the_hub_has_all_three_datasets(clean: Path, tmp_path: Path):
    target = tmp_path / "folder"
    assert export(clean, target, Shape.HF) == 3
    for name in ("articles", "rejected", "removed"):
        assert ds.dataset(target / name).to_table().to_pylist() == rows(clean, name)
        assert f"- config_name: {name}\n  data_files: {name}/*.parquet\n" in (target / "README.md").read_text()


def test_what_is_there_is_not_written_over(clean: Path, tmp_path: Path):
    target = tmp_path / "mine.jsonl"
    target.write_text("mine")
    with pytest.raises(StoreError, match="is there already"):
        export(clean, target, Shape.JSONL)
    assert target.read_text() == "mine"


def test_where_nothing_was_published(tmp_path: Path):
    with pytest.raises(StoreError, match="is no published dataset"):
        export(tmp_path, tmp_path / "articles.jsonl", Shape.JSONL)
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_it_wrote(clean: Path, tmp_path: Path):
    shown = CliRunner().invoke(app, ["export", str(tmp_path / "a.csv"), "--to", "csv", "--clean", str(clean)])
    assert (shown.exit_code, shown.stdout) == (0, f"3 articles: {tmp_path / 'a.csv'}\n")
