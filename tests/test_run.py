"""A whole run, without Prefect: what a user sees of new, changed, unchanged and broken input, and of a run that stops."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from flows.tables import damage
from pipeline import planning
from pipeline.engines import LoopEngine, PoolEngine
from pipeline.records import Duplicates
from pipeline.report.summary import Summary
from pipeline.run import RunFailed
from pipeline.settings import Settings
from pipeline.store.schema import DATASETS
from tests.running import ROOT, content, rows, run

PARAGRAPHS = [
    "The harbour board of Dunmarrow met on Tuesday evening to hear what the new sea wall would cost, and left without an answer.",
    "Its engineer had brought three drawings, a flask of tea and a warning about the spring tides that come in March every year.",
    "Nobody asked about the road behind the wall, which floods first, and which the county has promised to raise since 1996.",
]


def page(title: str = "No answer on the sea wall", extra: str = "", url: str = "https://dunmarrow.example/wall") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in [*PARAGRAPHS, extra])
    return (
        f'<html><head><title>{title}</title><link rel="canonical" href="{url}"></head><body><article><h1>{title}</h1>{body}</article></body></html>'
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "raw").mkdir()
    return Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")


def put(settings: Settings, name: str, text: str) -> Path:
    path = settings.raw[0] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_page_becomes_an_article_that_every_reader_reads(settings: Settings):
    put(settings, "wall.html", page())
    summary = run(settings)
    assert (summary.new, summary.rejected, summary.published) == (1, 0, True)
    glob = f"{settings.clean}/articles/**/*.parquet"
    texts = [
        [text for (text,) in duckdb.read_parquet(glob).project("text").fetchall()],
        pl.read_parquet(glob)["text"].to_list(),
        pd.read_parquet(settings.clean / "articles")["text"].to_list(),
        ds.dataset(settings.clean / "articles").to_table()["text"].to_pylist(),
    ]
    assert texts == [["\n\n".join(PARAGRAPHS)]] * 4


def test_the_report_says_what_came_of_the_pages_how_long_it_took_and_what_did_it(settings: Settings):
    put(settings, "wall.html", page(extra="Sign up for our newsletter and get it in your inbox every Friday."))
    put(settings, "blank.html", " ")
    summary = run(settings)
    report = json.loads((settings.clean / "_runs" / summary.run_id / "report.json").read_text(encoding="utf-8"))
    assert (report["pages_read"], report["new"], report["rejected_by_reason"]) == (2, 1, {"empty": 1})
    assert set(report["stage_seconds"]) == {"plan", "extract", "learn", "clean", "deduplicate", "report", "publish"}
    assert set(report["versions"]) == {"copydesk", "extractor", "rules", "schema"}
    assert report["removed_characters_by_rule"]["title_copy:h1"] == len("No answer on the sea wall")


def test_every_published_file_says_which_schema_it_has(settings: Settings):
    put(settings, "wall.html", page())
    run(settings)
    for name, schema in DATASETS.items():
        for file in (settings.clean / name).rglob("*.parquet"):
            found = pq.read_schema(file)
            assert found.equals(schema)
            assert found.metadata[b"copydesk.schema_version"] == b"1"


def test_a_second_run_changes_nothing_and_reads_nothing(settings: Settings):
    put(settings, "wall.html", page())
    first = run(settings)
    before = sorted(path for path in settings.clean.rglob("*.parquet"))
    second = run(settings)
    assert (second.pages_read, second.files_known, second.pages_known, second.published) == (0, 1, 1, False)
    assert second.dataset_version == first.dataset_version
    assert sorted(path for path in settings.clean.rglob("*.parquet")) == before


def test_a_page_touched_but_not_changed_is_known(settings: Settings):
    path = put(settings, "wall.html", page())
    run(settings)
    os.utime(path, (1, 1))
    assert (run(settings).pages_read, run(settings).files_known) == (0, 1)


def test_a_touched_page_is_hashed_once(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    os.utime(put(settings, "wall.html", page()), (1, 1))
    run(settings)
    os.utime(settings.raw[0] / "wall.html", (2, 2))
    run(settings)
    monkeypatch.setattr(planning, "content_digest", lambda path: pytest.fail(f"{path} was opened again"))
    assert run(settings).files_known == 1


def test_touching_a_rejected_page_does_not_lose_its_row(settings: Settings):
    path = put(settings, "blank.html", " ")
    run(settings)
    os.utime(path, (1, 1))
    put(settings, "wall.html", page())
    run(settings)
    assert [row["reason"] for row in rows(settings.clean, "rejected")] == ["empty"]


def test_a_changed_page_supersedes_its_earlier_row(settings: Settings):
    put(settings, "wall.html", page())
    run(settings)
    put(settings, "wall.html", page(extra="The board will meet again on Thursday, and this time it will bring the figures."))
    summary = run(settings)
    assert (summary.new, summary.revised, summary.unchanged) == (0, 1, 0)
    (row,) = rows(settings.clean)
    assert row["revision"] == 2
    assert row["text"].endswith("bring the figures.")


def test_two_pages_with_one_address_give_one_row_and_one_rejected(settings: Settings):
    put(settings, "monday/wall.html", page())
    put(settings, "tuesday/wall.html", page(extra="The board will meet again on Thursday, and this time it will bring the figures."))
    summary = run(settings)
    assert (summary.new, summary.rejected, summary.superseded) == (1, 1, 1)
    (row,), (loser,) = rows(settings.clean), rows(settings.clean, "rejected")
    assert (row["source_uri"], loser["source_uri"]) == ("tuesday/wall.html", "monday/wall.html")
    assert (loser["reason"], loser["duplicate_of"]) == ("superseded", row["id"])


def test_a_damaged_file_is_named_by_every_run_until_it_is_mended(settings: Settings):
    good, broken = json.dumps({"html": page(), "url": "https://dunmarrow.example/wall"}), '{"html": "<p>Half a '
    damaged = put(settings, "may\x1b[2J.jsonl", f"{good}\n{broken}\n{broken}\n")
    put(settings, "sound.html", page(url="https://dunmarrow.example/sound", extra="A page like any other."))
    first = run(settings)
    assert (first.damaged_files, list(damage(first))) == (
        {damaged.name: 2},
        ["damaged: may[2J.jsonl: 2 records cannot be read; it is read again when it changes"],
    )
    assert "may[2J.jsonl" in (settings.clean / "_runs" / first.run_id / "report.html").read_text(encoding="utf-8").replace("<wbr>", "")
    os.utime(damaged, (1, 1))
    assert [(it.pages_read, it.damaged_files) for it in (run(settings), run(settings))] == [(0, {damaged.name: 2})] * 2
    damaged.write_text(f"{good}\n")
    assert run(settings).damaged_files == {}
    put(settings, damaged.name, broken)
    assert list(damage(run(settings))) == ["damaged: may[2J.jsonl: 1 record cannot be read; it is read again when it changes"]


def test_many_damaged_files_are_told_of_in_few_lines(settings: Settings):
    for number in range(13):
        put(settings, f"{number:02d}.jsonl", "{\n" * (20 - number))
    lines = list(damage(run(settings)))
    assert [line.split(":")[1].strip() for line in lines[:-1]] == [f"{number:02d}.jsonl" for number in range(10)]
    assert lines[-1] == "damaged: 3 more files, in the report"


@pytest.mark.usefixtures("evil")
def test_a_bug_on_one_page_is_a_row_and_loses_nothing_else(settings: Settings):
    put(settings, "wall.html", page())
    put(settings, "broken.html", page(title="EVIL:crash", url="https://dunmarrow.example/other"))
    summary = run(settings)
    assert (summary.new, summary.rejected) == (1, 1)
    (row,) = rows(settings.clean, "rejected")
    assert (row["reason"], row["stage"], row["retryable"]) == ("crashed", "extract", True)
    assert "ZeroDivisionError: by the tide" in row["detail"]


@pytest.mark.usefixtures("evil")
def test_a_run_in_which_many_pages_crash_publishes_nothing(settings: Settings):
    for number in range(25):
        put(settings, f"{number}.html", page(title="EVIL:crash", url=f"https://dunmarrow.example/{number}"))
    with pytest.raises(RunFailed, match="25 of 25 pages crashed"):
        run(settings)
    assert not list(settings.clean.rglob("*.parquet"))


class StoppingEngine(LoopEngine):
    """Stops after some batches, as Ctrl-C does."""

    def __init__(self, batches: int) -> None:
        self.left = batches

    def map(self, function: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[Any]:
        for task in tasks:
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            yield function(task)


def test_a_stopped_run_publishes_nothing_and_the_next_goes_on_where_it_stopped(settings: Settings):
    settings = settings.model_copy(update={"batch_pages": 1, "duplicates": Duplicates.KEEP})
    for number in range(4):
        put(settings, f"{number}.html", page(url=f"https://dunmarrow.example/{number}"))
    with pytest.raises(KeyboardInterrupt):
        run(settings, StoppingEngine(3))
    assert not list(settings.clean.rglob("*.parquet"))
    summary = run(settings)
    assert (summary.batches, summary.batches_reused, summary.new) == (4, 3, 4)


def test_reclean_uses_changed_rules_without_reading_the_pages_again(settings: Settings, tmp_path: Path):
    line = "Ring the tide bell for more."
    put(settings, "wall.html", page(extra=line))
    run(settings)
    assert line in rows(settings.clean)[0]["text"]
    rules = tmp_path / "rules" / "common.toml"
    rules.parent.mkdir()
    rules.write_text(
        '[[rule]]\nname = "tide-bell"\nkind = "newsletter"\nwhy = "calls for the tide bell"\nmatch = ["^ring the tide bell"]\n'
        'action = "drop"\ndrops = ["Ring the tide bell for more."]\nkeeps = ["She rang the tide bell."]\n',
        encoding="utf-8",
    )
    settings = settings.model_copy(update={"rules": rules.parent})
    assert run(settings).pages_read == 0, "rows of earlier runs change only on request"
    summary = run(settings, reclean=True)
    assert (summary.revised, summary.batches_reused) == (1, 1)
    assert line not in rows(settings.clean)[0]["text"]
    assert ("common:tide-bell", line) in [(removed["rule_id"], removed["text"]) for removed in rows(settings.clean, "removed")]


@pytest.mark.slow
def test_loop_and_process_pool_publish_the_same_rows_whatever_the_batches(tmp_path: Path):
    loop = Settings(raw=(ROOT / "raw",), clean=tmp_path / "loop" / "clean")
    pool = Settings(raw=(ROOT / "raw",), clean=tmp_path / "pool" / "clean", batch_pages=3)
    run(loop)
    with PoolEngine(2) as engine:
        run(pool, engine)
    assert content(loop.clean) == content(pool.clean)


SITE_FILE = """
[site]
domain = "dunmarrow.example"
body = "div.story"
remove = [".box"]

[site.fields]
title = "h2.real"
authors = "span.who"
date_published = "time.when"
"""


def test_a_site_can_say_where_its_article_and_its_fields_stand(settings: Settings, tmp_path: Path):
    rules = tmp_path / "rules" / "site" / "dunmarrow.example.toml"
    rules.parent.mkdir(parents=True)
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    put(
        settings,
        "wall.html",
        '<html><head><title>Wall</title><link rel="canonical" href="https://dunmarrow.example/wall"></head><body><article>'
        f"<p>{PARAGRAPHS[0][::-1]}</p><p>{PARAGRAPHS[1][::-1]}</p></article><h2 class='real'>No answer on the sea wall</h2><span class='who'>Ida Brandt</span>"
        f"<time class='when' datetime='2024-05-03T10:00:00+01:00'>today</time><div class='story'>{body}<p class='box'>Ring the tide bell.</p></div></body></html>",
    )
    put(settings, "wall.json", '{"url": "https://dunmarrow.example/wall"}')
    run(settings)
    assert rows(settings.clean)[0]["title"] == "Wall"
    rules.write_text(SITE_FILE, encoding="utf-8")
    summary = run(settings.model_copy(update={"rules": rules.parent.parent}), reclean=True)
    assert (summary.revised, summary.batches_reused) == (1, 0)
    (row,) = rows(settings.clean)
    assert (row["title"], row["authors"], str(row["date_published"])) == ("No answer on the sea wall", ["Ida Brandt"], "2024-05-03 09:00:00+00:00")
    assert row["text"] == "\n\n".join(PARAGRAPHS)
    assert row["field_sources"]["title"] == "site:dunmarrow.example"


def test_the_sample_scrape_comes_out_as_its_editor_wants_it(shared: Path, tmp_path: Path):
    settings = Settings(raw=(shared / "samples" / "syria-withdrawal.txt",), clean=tmp_path / "clean")
    run(settings)
    expected = json.loads((shared / "samples" / "syria-withdrawal.expected.json").read_text(encoding="utf-8"))
    (row,) = rows(settings.clean)
    for column in ("title", "text", "site_name", "section", "language", "authors", "date_published"):
        assert row[column] == expected[column], column
    assert [(image["caption"], image["credit"]) for image in row["images"]] == [(image["caption"], image["credit"]) for image in expected["images"]]
    assert row["field_sources"]["site_name"].startswith("rule:")
    assert row["field_sources"]["section"].startswith("rule:")
    removed = sorted(rows(settings.clean, "removed"), key=lambda removal: removal["position"])
    moved = [(removal["kind"], removal["moved_to"]) for removal in removed if removal["action"] == "moved"]
    assert moved == [("title_copy", "title"), ("photo_credit", "images")]
    gone = [removal for removal in removed if removal["action"] != "moved"]
    assert [removal["text"] for removal in gone] == [block["text"] for block in expected["removed"]]
    assert all(removal["kind"] in block["kinds"] for removal, block in zip(gone, expected["removed"], strict=True))


def test_a_site_whose_pages_lose_their_authors_twice_in_a_row_drifts(settings: Settings):
    settings = settings.model_copy(update={"duplicates": Duplicates.KEEP})

    def crawl(number: int, byline: str) -> Summary:
        stories = (page(extra=f"{byline} {number} {story}.", url=f"https://dunmarrow.example/{number}-{story}") for story in range(30))
        signed = (story.replace("</h1>", f'</h1><p class="byline">{byline}</p>') for story in stories)
        put(settings, f"{number}.jsonl", "".join(f"{json.dumps({'html': story})}\n" for story in signed))
        return run(settings)

    usual = [crawl(number, "By Ada Moor").drift for number in range(4)]
    relaunched = [crawl(number, "").drift for number in (4, 5)]
    assert [*usual, relaunched[0]] == [()] * 5
    (drift,) = relaunched[1]
    assert (drift.site, drift.figure, drift.now, drift.before) == ("dunmarrow.example", "without_author", 1.0, 0.0)
