"""The draft cache, as runs use it: a changed rule needs no HTML, deleting it loses nothing, and it serves where raw files are gone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import batches, batching, planning
from pipeline.engines import PoolEngine
from pipeline.records import Record
from pipeline.report.summary import Summary
from pipeline.settings import ColumnNames, Settings
from pipeline.sources import Slice, read_slice
from pipeline.store.cache import cached_files
from pipeline.store.drafts import BrokenDrafts
from pipeline.withdrawal import withdraw
from tests.invented import page, paragraphs, write_pages
from tests.running import content, rows, run

LINE = "Ring the tide bell for a brass whistle."
RULE = f"""[[rule]]
name = "tide-bell"
kind = "newsletter"
why = "calls for the tide bell"
match = ["^ring the tide bell"]
drops = ["{LINE}"]
keeps = ["She rang the tide bell."]
action = "drop"
"""
SHORT: dict[str, str | None] = {"html": "<p>Too short.</p>", "fetched_at": "2031-03-01T12:00:00Z"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Three files, each a batch of its own, with two articles, one with a line that a rule may take, and a page that is rejected."""
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean", batch_pages=3)
    for name, number in (("one", 0), ("two", 2), ("three", 4)):
        site = f"{name}.example"  # else the line, on three pages of one site, would be its template
        short = {**SHORT, "url": f"https://{site}/short.html"}
        write_pages(settings.raw[0] / f"{name}.jsonl", [page(number, [LINE], site=site), page(number + 1, site=site), short])
    return settings


@pytest.fixture
def with_rule(settings: Settings, tmp_path: Path) -> Settings:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "common.toml").write_text(RULE, encoding="utf-8")
    return settings.model_copy(update={"rules": folder})


@pytest.fixture
def parsing_fails(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on, extracting a page is an error."""

    def extract() -> None:
        raise AssertionError("a page was extracted")

    return lambda: monkeypatch.setattr(batches, "thread_sandbox", extract)


@pytest.fixture
def slices_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The inputs that are read, as they are."""
    inputs: list[str] = []

    def read(piece: Slice, columns: ColumnNames) -> Iterator[Record]:
        inputs.append(piece.file.uri)
        return read_slice(piece, columns)

    monkeypatch.setattr(batches, "read_slice", read)
    return inputs


def damage(path: Path, where: str) -> None:
    data = bytearray(path.read_bytes())
    data[{"middle": len(data) // 3, "end": -6}[where]] ^= 0xFF
    path.write_bytes(data)


def again(settings: Settings) -> Summary:
    """Cleans again, as its message says where a file of the cache turned out to be damaged when the run had begun."""
    try:
        return run(settings, reclean=True)
    except BrokenDrafts as error:
        assert "run again" in str(error)  # noqa: PT017 - it may be raised once for each file
        return again(settings)


def cached(settings: Settings) -> list[str]:
    return [file.path.name for file in cached_files(settings.state_dir)]


def outcomes(summary: Summary) -> tuple[int, int, int, int]:
    assert summary.pages_read == summary.new + summary.revised + summary.unchanged + summary.rejected
    return summary.new, summary.revised, summary.unchanged, summary.rejected


def gone(settings: Settings, *names: str) -> None:
    for name in names:
        (settings.raw[0] / f"{name}.jsonl").unlink()


def lines_left(settings: Settings) -> int:
    return sum(LINE in str(row["text"]) for row in rows(settings.clean))


def test_a_changed_rule_parses_no_html(settings: Settings, with_rule: Settings, parsing_fails: Callable[[], None]):
    run(settings)
    assert lines_left(settings) == 3
    parsing_fails()
    assert outcomes(run(with_rule, reclean=True)) == (0, 3, 3, 3)
    assert lines_left(settings) == 0


@pytest.mark.parametrize("files", [1, 3])
def test_deleting_the_cache_or_one_file_of_it_loses_nothing(settings: Settings, with_rule: Settings, tmp_path: Path, files: int):
    run(settings)
    other = settings.model_copy(update={"clean": tmp_path / "other"})
    run(other)
    run(other.model_copy(update={"rules": with_rule.rules}), reclean=True)
    for file in list(cached_files(settings.state_dir))[:files]:
        file.path.unlink()
    summary = run(with_rule, reclean=True)
    assert summary.batches_reused == 3 - files
    assert content(settings.clean) == content(other.clean)
    assert cached(settings) == cached(other)


def test_what_raw_holds_no_more_is_cleaned_from_the_cache(settings: Settings, with_rule: Settings, parsing_fails: Callable[[], None]):
    run(settings)
    parsing_fails()
    gone(settings, "two", "three")
    summary = run(with_rule, reclean=True)
    assert outcomes(summary) == (0, 3, 3, 3)
    assert (summary.files_read, summary.files_cached, summary.files_left) == (1, 2, 0)
    assert len(rows(settings.clean, "rejected")) == 3
    assert lines_left(settings) == 0
    # And once more: the ledger still knows where their pages are.
    assert outcomes(run(settings, reclean=True)) == (0, 3, 3, 3)
    assert lines_left(settings) == 3


def test_rejected_rows_of_what_is_gone_give_way_to_its_articles(settings: Settings):
    gone(settings, "one", "two", "three")
    write_pages(settings.raw[0] / "four.jsonl", [page(20), page(21)])
    assert outcomes(run(settings.model_copy(update={"min_words": 9_999}))) == (0, 0, 0, 2)
    gone(settings, "four")
    assert outcomes(run(settings, reclean=True)) == (2, 0, 0, 0)
    assert (len(rows(settings.clean)), rows(settings.clean, "rejected")) == (2, [])


def test_it_comes_out_as_it_would_from_raw_with_any_engine(settings: Settings, with_rule: Settings, tmp_path: Path):
    other = settings.model_copy(update={"clean": tmp_path / "other"})
    for dataset in (settings, other):
        run(dataset)
    run(other.model_copy(update={"rules": with_rule.rules}), reclean=True)
    gone(settings, "one", "two", "three")
    with PoolEngine(2) as engine:
        run(with_rule, engine, reclean=True)
    assert content(settings.clean) == content(other.clean)


def test_pages_that_the_same_drafts_hold_of_a_file_that_has_changed_are_not_cleaned(settings: Settings):
    """Small files share a batch: of its drafts, only those of the file that is gone still count."""
    raw = settings.raw[0]
    for name, number in (("a", 10), ("b", 11)):
        html = page(number)["html"]
        assert html
        (raw / f"{name}.html").write_text(html, encoding="utf-8")
    run(settings)
    (raw / "a.html").write_text(
        (raw / "a.html").read_text(encoding="utf-8").replace(paragraphs(10)[0], "It is told otherwise now."), encoding="utf-8"
    )
    assert outcomes(run(settings)) == (0, 1, 0, 0)
    (raw / "a.html").unlink()
    (raw / "b.html").unlink()
    assert outcomes(run(settings, reclean=True)) == (0, 0, 8, 3)
    assert sum("It is told otherwise now." in str(row["text"]) for row in rows(settings.clean)) == 1


def test_what_is_neither_in_raw_nor_cached_is_left_as_it_is_and_counted(settings: Settings, with_rule: Settings):
    run(settings)
    before = content(settings.clean)
    gone(settings, "two", "three")
    shutil.rmtree(settings.state_dir / "drafts")
    summary = run(with_rule, reclean=True)
    assert (summary.files_read, summary.files_cached, summary.files_left) == (1, 0, 2)
    assert outcomes(summary) == (0, 1, 1, 1)
    after = content(settings.clean)
    assert len(after["rejected"]) == 3
    of_two = [row for row in before["articles"] if row["source_uri"] == "two.jsonl"]
    assert [row for row in after["articles"] if row["source_uri"] == "two.jsonl"] == of_two


def test_an_input_of_which_a_part_of_the_drafts_is_missing_is_left_as_it_is(settings: Settings):
    gone(settings, "one", "two", "three")
    table = pa.Table.from_pylist([page(number) for number in range(4)])
    pq.write_table(table, settings.raw[0] / "pages.parquet", row_group_size=2)
    small = settings.model_copy(update={"batch_pages": 2})
    assert run(small).batches == 2
    next((settings.state_dir / "drafts").rglob("*.parquet")).unlink()
    (settings.raw[0] / "pages.parquet").unlink()
    summary = run(small, reclean=True)
    assert (summary.pages_read, summary.files_cached, summary.files_left) == (0, 0, 1)
    assert len(rows(settings.clean)) == 4


def test_drafts_of_another_extractor_do_not_serve(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    run(settings)
    gone(settings, "three")
    for module in (planning, batching):
        monkeypatch.setattr(module, "extractor_version", lambda: "another-1")
    summary = run(settings, reclean=True)
    assert (summary.batches_reused, summary.files_cached, summary.files_left) == (0, 0, 1)
    assert len(rows(settings.clean)) == 6


def test_a_run_that_is_no_reclean_leaves_what_is_gone_alone(settings: Settings):
    run(settings)
    gone(settings, "two")
    summary = run(settings)
    assert (summary.pages_read, summary.files_cached, summary.files_left) == (0, 0, 0)


def test_a_withdrawn_article_does_not_come_back_from_the_cache(settings: Settings):
    run(settings)
    withdraw(settings, "https://www.two.example/story-2.html", "court order of 3 March")
    gone(settings, "one", "two", "three")
    run(settings, reclean=True)
    assert len(rows(settings.clean)) == 5


def put_files(settings: Settings, day: str, numbers: range) -> None:
    """Small files, which share batches: as a crawl leaves them."""
    (settings.raw[0] / day).mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (settings.raw[0] / day / f"{number}.html").write_text(str(page(number)["html"]), encoding="utf-8")


def test_drafts_of_small_files_serve_however_the_runs_were_cut(tmp_path: Path, slices_read: list[str], parsing_fails: Callable[[], None]):
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean", min_words=20)
    put_files(settings, "one", range(5))
    run(settings)
    put_files(settings, "two", range(5, 10))
    (settings.raw[0] / "two" / "sound.bin").write_bytes(bytes(range(256)))
    run(settings)
    (settings.raw[0] / "one" / "3.html").unlink()
    (settings.raw[0] / "two" / "7.html").write_text(str(page(77)["html"]), encoding="utf-8")
    slices_read.clear()
    summary = run(settings, reclean=True)
    assert slices_read == ["two/7.html"]
    assert (summary.pages_read, summary.files_read, summary.files_cached) == (10, 9, 1)
    assert outcomes(summary) == (0, 1, 9, 0)
    parsing_fails()
    assert outcomes(run(settings, reclean=True)) == (0, 0, 10, 0)


def test_drafts_made_in_another_way_do_not_serve(settings: Settings, tmp_path: Path):
    run(settings)
    selects = tmp_path / "selects"
    (selects / "site").mkdir(parents=True)
    (selects / "site" / "one.example.toml").write_text('[site]\ndomain = "one.example"\nremove = ["h1"]\n', encoding="utf-8")
    assert run(settings.model_copy(update={"rules": selects}), reclean=True).batches_reused == 0
    assert run(settings, reclean=True).batches_reused == 3  # those of the first run are there still


@pytest.mark.parametrize("where", ["end", "middle"])
def test_a_damaged_file_is_made_anew(settings: Settings, where: str):
    run(settings)
    expected = content(settings.clean)
    damage(next(cached_files(settings.state_dir)).path, where)
    summary = again(settings)
    assert (summary.batches_reused, outcomes(summary)) == (2, (0, 0, 6, 3))
    assert content(settings.clean) == expected
    assert run(settings, reclean=True).batches_reused == 3


@pytest.mark.parametrize("where", ["end", "middle"])
def test_where_raw_is_gone_too_a_damaged_file_is_deleted_and_its_input_left(settings: Settings, where: str):
    run(settings)
    expected = content(settings.clean)
    gone(settings, "two")
    for file in cached_files(settings.state_dir):
        damage(file.path, where)
    assert again(settings).files_left == 1
    assert content(settings.clean) == expected


@pytest.mark.parametrize(("cache_bytes", "kept"), [(0, 0), (2**40, 3)])
def test_a_run_keeps_no_more_than_it_may(settings: Settings, cache_bytes: int, kept: int):
    capped = settings.model_copy(update={"cache_bytes": cache_bytes})
    run(capped)
    assert len(cached(settings)) == kept
    assert outcomes(run(capped, reclean=True)) == (0, 0, 6, 3)


def test_a_run_marks_what_it_reads_again_as_used(settings: Settings):
    run(settings)
    gone(settings, "two")
    for file in cached_files(settings.state_dir):
        os.utime(file.path, (0, 0))
    write_pages(settings.raw[0] / "one.jsonl", [page(20)])
    run(settings, reclean=True)
    # The drafts of what `one` was are used no more.
    assert sorted(file.used_at.year > 1970 for file in cached_files(settings.state_dir)) == [False, True, True, True]
