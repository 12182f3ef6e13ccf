"""`copydesk contract check`: a dataset as it is published is all right, and each way to break it is named."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from flows.cli import app
from pipeline.contract import check_contract
from pipeline.settings import Settings
from pipeline.store.errors import StoreError
from pipeline.withdrawal import withdraw
from tests.invented import page, write_pages
from tests.running import run


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs: five articles, and a page too short."""
    folder = tmp_path_factory.mktemp("contract")
    settings = Settings(raw=(folder / "raw",), clean=folder / "clean")
    for name, numbers in (("one", range(3)), ("two", range(3, 5))):
        write_pages(folder / "raw" / f"{name}.jsonl", [page(number) for number in numbers])
        run(settings)
    return settings.clean


@pytest.fixture
def clean(published: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    return shutil.copytree(published, tmp_path / "clean")


def problems(clean: Path, *, max_drop: float = 0.1, max_age: timedelta | None = None, later: timedelta = timedelta(0)) -> list[str]:
    return list(check_contract(clean, max_drop=max_drop, max_age=max_age, now=datetime.now(UTC) + later))


def test_what_a_run_publishes_is_all_right(published: Path):
    assert problems(published, max_age=timedelta(hours=1)) == []


def articles(clean: Path) -> Path:
    return min((clean / "articles").rglob("*.parquet"))


def rewrite(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    pq.write_table(change(pq.read_table(path)), path)


def nullable(table: pa.Table) -> pa.Table:
    return table.cast(pa.schema([field.with_nullable(nullable=True) for field in table.schema]))


def edit(path: Path, **changes: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def last_report(clean: Path) -> Path:
    return max((clean / "_runs").glob("*/report.json"))


BROKEN = {
    "a column is gone": (lambda clean: rewrite(articles(clean), lambda table: table.drop_columns("title")), "column title is missing"),
    "a column has another type": (
        lambda clean: rewrite(articles(clean), lambda table: table.set_column(1, "revision", pc.cast(table["revision"], pa.int64()))),
        "column revision is int64, and has to be int32, never null",
    ),
    "a key may be null": (lambda clean: rewrite(articles(clean), nullable), "column id is string, and has to be string, never null"),
    "rows are gone": (lambda clean: rewrite(articles(clean), lambda table: table.slice(1)), "rows, and its manifest says"),
    "a file is gone": (lambda clean: articles(clean).unlink(), "is missing"),
    "a file is too many": (lambda clean: shutil.copy(articles(clean), articles(clean).with_name("more.parquet")), "more.parquet is in no manifest"),
    "a file is damaged": (lambda clean: articles(clean).write_bytes(b"no Parquet"), "cannot be read"),
    "an id comes twice": (lambda clean: rewrite(articles(clean), lambda table: table.take([0] * len(table))), "ids come more than once"),
    "pages are unaccounted for": (lambda clean: edit(last_report(clean), pages_read=99), "has read 99 pages, and says what became of 2"),
    "another schema": (lambda clean: edit(clean / "_manifest.json", schema_version=2), "schema version 2, and this copydesk knows version 1"),
    "fewer articles than before": (
        lambda clean: edit(min((clean / "_runs").glob("*/report.json")), articles=10),
        "5 articles, and 10 in the version before: 50.0% are gone, more than 10.0%",
    ),
}


@pytest.mark.parametrize(("breaking", "told"), BROKEN.values(), ids=BROKEN)
def test_each_way_to_break_it_is_named(clean: Path, breaking: Callable[[Path], object], told: str):
    breaking(clean)
    assert [problem for problem in problems(clean) if told in problem], problems(clean)


def test_a_loss_is_told_until_another_version_is_published(tmp_path: Path):
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")
    write_pages(tmp_path / "raw" / "one.jsonl", [page(number) for number in range(4)])
    run(settings)
    for number in (0, 1):
        withdraw(settings, str(page(number)["url"]), "a court's order")
    told = "2 articles, and 4 in the version before: 50.0% are gone, more than 10.0%"
    for _ in range(2):
        assert problems(settings.clean) == [told]
        assert not run(settings).published
    assert problems(settings.clean) == [told]


def test_age_counts_from_the_last_version(published: Path):
    assert problems(published, max_age=timedelta(hours=26), later=timedelta(hours=25)) == []
    (told,) = problems(published, max_age=timedelta(hours=26), later=timedelta(hours=30))
    assert "version 2 was published 30.0 hours ago, more than 26" in told


def test_a_dataset_without_articles_is_told(tmp_path: Path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "short.html").write_text("<html><body><p>Too short.</p></body></html>")
    run(Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean"))
    assert problems(tmp_path / "clean") == ["there are no articles"]


def test_where_nothing_was_published(tmp_path: Path):
    with pytest.raises(StoreError, match="is no published dataset"):
        problems(tmp_path)


@pytest.mark.parametrize(("flags", "code"), [([], 0), (["--max-age", "0"], 4), (["--max-drop", "2"], 2)])
def test_the_exit_code_is_for_ci(published: Path, flags: list[str], code: int):
    assert CliRunner().invoke(app, ["contract", "check", str(published), *flags]).exit_code == code


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("_manifest.json", '{"version": 1}', "it says no datasets, published_at, run_id, schema_version"),
        ("_manifest.json", '{"version": ', "is damaged"),
        ("_runs/*/report.json", '{"run_id": ', "is damaged"),
    ],
)
def test_a_damaged_file_is_one_line_that_names_it(clean: Path, file: str, content: str, told: str):
    damaged = max(clean.glob(file))
    damaged.write_text(content)
    with pytest.raises(StoreError, match=told) as raised:
        problems(clean)
    assert str(damaged) in str(raised.value)
