"""The same story from several papers, through whole runs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.engines import PoolEngine
from pipeline.records import Duplicates
from pipeline.settings import Settings
from tests.running import content, rows, run

STORY = [
    "The last lamp keeper of Skarvik has handed over the key of the tower, eleven years after the light was made to run by itself.",
    "Tove Brandal had refused to leave the rooms below the lantern for as long as the fog signal was still wound up by hand each night.",
    "On Sunday the coastguard sent a battery, a young man to explain it, and a cake with the outline of the skerries in blue icing.",
    "She ate the cake, shook the hand of the young man and asked him who would now count the eider ducks on the western rocks.",
    "The town council will decide in the spring whether the tower becomes a hostel, a museum or, as before, nothing in particular.",
]
OTHER = [
    "Rain has filled the reservoir above Hollin Bridge for the first time since the dam was raised, and the spillway runs white all day.",
    "The water board opened the lower gates on Monday to make room for what the forecasters expect by the end of the week.",
    "Anglers complain that the river is now too fast for them, and have asked for two quiet days before the season closes.",
]
EDITED = [*STORY[:4], "The town council will decide in the spring whether the tower becomes a hostel, a museum or nothing at all."]


def put(settings: Settings, paper: str, paragraphs: list[str], day: int) -> None:
    url = f"https://{paper}.example/lamp-keeper"
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    head = f'<title>{paragraphs[0][:30]}</title><link rel="canonical" href="{url}"><meta property="article:published_time" content="2021-03-{day:02}T08:00Z">'
    path = settings.raw[0] / f"{paper}.html"
    path.write_text(f"<html><head>{head}</head><body><article><h1>{paragraphs[0][:30]}</h1>{body}</article></body></html>", encoding="utf-8")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "raw").mkdir()
    return Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")


def sites(settings: Settings) -> set[object]:
    return {row["site"] for row in rows(settings.clean)}


def duplicates(settings: Settings) -> dict[object, object]:
    """Which site's article each duplicate repeats, by site."""
    by_id = {row["id"]: row["site"] for row in rows(settings.clean)}
    return {row["site"]: by_id[row["duplicate_of"]] for row in rows(settings.clean, "rejected") if row["reason"] == "duplicate"}


def test_the_earliest_published_stays_and_each_other_is_a_rejected_row_that_names_it(settings: Settings):
    put(settings, "echo", STORY, 5)
    put(settings, "gazette", EDITED, 4)
    put(settings, "herald", STORY, 3)
    put(settings, "rain", OTHER, 2)
    summary = run(settings)
    assert (summary.pages_read, summary.new, summary.rejected, summary.rejected_by_reason) == (4, 2, 2, {"duplicate": 2})
    assert sites(settings) == {"herald.example", "rain.example"}
    assert duplicates(settings) == {"echo.example": "herald.example", "gazette.example": "herald.example"}
    similarity: dict[Any, Any] = {row["site"]: row["similarity"] for row in rows(settings.clean, "rejected")}
    assert similarity["echo.example"] == 1.0
    assert 0.8 <= similarity["gazette.example"] < 1.0


def test_a_story_of_an_earlier_run_is_known(settings: Settings):
    put(settings, "herald", STORY, 3)
    run(settings)
    put(settings, "echo", EDITED, 5)
    summary = run(settings)
    assert (summary.new, summary.rejected_by_reason) == (0, {"duplicate": 1})
    assert duplicates(settings) == {"echo.example": "herald.example"}


def test_an_earlier_source_that_comes_later_takes_over(settings: Settings):
    put(settings, "herald", STORY, 3)
    put(settings, "echo", EDITED, 5)
    run(settings)
    put(settings, "beacon", STORY, 1)
    summary = run(settings)
    assert (summary.new, summary.rejected) == (1, 0)
    assert sites(settings) == {"beacon.example"}
    assert duplicates(settings) == {"herald.example": "beacon.example", "echo.example": "beacon.example"}


def test_when_the_first_source_changes_its_story_the_next_one_is_published(settings: Settings):
    put(settings, "herald", STORY, 3)
    put(settings, "echo", EDITED, 5)
    run(settings)
    put(settings, "herald", OTHER, 3)
    summary = run(settings)
    assert summary.revised == 1
    assert sites(settings) == {"herald.example", "echo.example"}
    assert duplicates(settings) == {}


def test_the_same_address_with_new_text_is_a_revision(settings: Settings):
    put(settings, "herald", STORY, 3)
    run(settings)
    put(settings, "herald", EDITED, 3)
    assert run(settings).revised == 1
    assert [row["revision"] for row in rows(settings.clean)] == [2]


def test_one_run_or_many_in_batches_of_any_size_on_any_engine_leave_the_same_articles(settings: Settings, tmp_path: Path):
    papers = [("echo", STORY, 5), ("gazette", EDITED, 4), ("herald", STORY, 3), ("rain", OTHER, 2), ("puddle", OTHER, 6)]
    for paper in papers:
        put(settings, *paper)
    run(settings)
    expected = content(settings.clean)
    small = settings.model_copy(update={"clean": tmp_path / "small", "batch_pages": 1, "workers": 2})
    with PoolEngine(2) as engine:
        run(small, engine)
    assert content(small.clean) == expected
    for order in (papers, papers[::-1]):
        shutil.rmtree(settings.raw[0])
        settings.raw[0].mkdir()
        again = settings.model_copy(update={"clean": tmp_path / f"again-{order[0][0]}"})
        for paper in order:
            put(again, *paper)
            run(again)
        assert content(again.clean) == expected


def test_marked_duplicates_are_articles_that_name_the_other(settings: Settings):
    settings = settings.model_copy(update={"duplicates": Duplicates.MARK})
    put(settings, "herald", STORY, 3)
    put(settings, "echo", EDITED, 5)
    assert run(settings).new == 2
    by_site: dict[Any, Any] = {row["site"]: row for row in rows(settings.clean)}
    assert by_site["herald.example"]["duplicate_of"] is None
    assert by_site["echo.example"]["duplicate_of"] == by_site["herald.example"]["id"]
