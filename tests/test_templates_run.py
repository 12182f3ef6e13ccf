"""Site templates through whole runs: what is taken, when it is taken, and what no order of pages or work may change."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.invented_sites import invented_sites
from pipeline import batches, learning
from pipeline.engines import LoopEngine, PoolEngine
from pipeline.learn import read_templates
from pipeline.learning import known_files
from pipeline.settings import Retention, Settings
from pipeline.store.dataset import open_dataset
from tests.invented import SPONSOR, page, paragraphs, write_pages
from tests.running import content, rows, run

APPEAL = "Brass weathervanes are cast each winter in the yard behind this office."
KIOSK = "Back issues hang on the third hook of the kiosk in Tarnwick."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")


def put(settings: Settings, name: str, pages: Sequence[dict[str, str | None]]) -> None:
    write_pages(settings.raw[0] / name, pages)


def texts(settings: Settings) -> dict[int, str]:
    """The published texts by the number of their page."""
    return {int(str(row["url"]).rpartition("-")[2].removesuffix(".html")): str(row["text"]) for row in rows(settings.clean)}


def with_line(settings: Settings, line: str) -> set[int]:
    """The numbers of the pages whose published text has the line."""
    return {number for number, text in texts(settings).items() if line in text}


def learned_files(settings: Settings) -> dict[str, list[str]]:
    """The learned files that are there."""
    folder = settings.state_dir / "learned"
    return {kind: sorted(file.name for file in (folder / kind).iterdir()) for kind in ("observations", "templates") if (folder / kind).exists()}


def test_a_line_of_many_articles_is_taken_and_the_rows_say_so(settings: Settings):
    put(settings, "a.jsonl", [*(page(number, [SPONSOR]) for number in range(4)), page(9, [APPEAL], site="weir.example")])
    run(settings)
    assert texts(settings) == {
        **{number: "\n\n".join(paragraphs(number)) for number in range(4)},
        9: "\n\n".join([*(own := paragraphs(9))[:2], APPEAL, *own[2:]]),
    }
    removed = [row for row in rows(settings.clean, "removed") if row["layer"] == "template"]
    assert [(row["text"], row["support_pages"], row["action"]) for row in removed] == [(SPONSOR, 4, "dropped")] * 4
    assert str(removed[0]["reason"]).startswith("stands in 4 of 4 articles of heron.example")
    versions = {(row["site"], row["templates_version"] is not None) for row in rows(settings.clean)}
    assert versions == {("heron.example", True), ("weir.example", False)}
    assert len({row["templates_version"] for row in rows(settings.clean)}) == 2


def test_the_version_names_the_lines_and_not_how_often_they_stand(settings: Settings):
    put(settings, "a.jsonl", [page(number, [SPONSOR]) for number in range(4)])
    run(settings)
    put(settings, "b.jsonl", [page(number, [SPONSOR]) for number in range(4, 8)])
    run(settings)
    assert len({row["templates_version"] for row in rows(settings.clean)}) == 1
    put(settings, "c.jsonl", [page(number, [SPONSOR, APPEAL]) for number in range(8, 16)])
    run(settings)
    assert len({row["templates_version"] for row in rows(settings.clean)}) == 2


RUNS = {
    "the rows the other way round": (-1, 500, 0),
    "shuffled, in batches of four": (7, 4, 0),
    "shuffled, in batches of seven, by two processes": (8, 7, 2),
}


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "batch_pages", "workers"), RUNS.values(), ids=RUNS)
def test_order_batches_and_workers_change_nothing(tmp_path: Path, seed: int, batch_pages: int, workers: int):
    pages = [page.raw for site in invented_sites(2, 9) for page in site]
    other = pages[::-1] if seed < 0 else random.Random(seed).sample(pages, len(pages))
    expected = Settings(raw=(tmp_path / "one" / "raw",), clean=tmp_path / "one" / "clean")
    found = Settings(raw=(tmp_path / "other" / "raw",), clean=tmp_path / "other" / "clean", batch_pages=batch_pages)
    for settings, order in ((expected, pages), (found, other)):
        columns = {name: [getattr(each, name) for each in order] for name in ("url", "fetched_at")}
        columns |= {"id": [each.origin.record for each in order], "html": [each.body for each in order]}
        settings.raw[0].mkdir(parents=True)
        pq.write_table(pa.table(columns), settings.raw[0] / "pages.parquet")
    run(expected)
    with PoolEngine(workers) if workers else nullcontext(LoopEngine()) as engine:
        run(found, engine)
    assert content(found.clean) == content(expected.clean)
    assert {row["layer"] for row in rows(found.clean, "removed")} >= {"template"}


def test_templates_rest_on_all_runs_and_change_earlier_rows_only_on_request(settings: Settings):
    put(settings, "monday.jsonl", [page(number, [SPONSOR]) for number in range(2)])
    run(settings)
    assert with_line(settings, SPONSOR) == {0, 1}, "two articles make no template"
    put(settings, "tuesday.jsonl", [page(2, [SPONSOR]), page(3)])
    run(settings)
    assert with_line(settings, SPONSOR) == {0, 1}
    assert run(settings, reclean=True).revised == 2
    assert with_line(settings, SPONSOR) == set()


def test_sites_that_a_run_does_not_touch_keep_their_templates(settings: Settings):
    put(settings, "monday.jsonl", [page(number, [SPONSOR]) for number in range(3)])
    run(settings)
    put(settings, "tuesday.jsonl", [page(number, [APPEAL], site="weir.example") for number in range(10, 13)])
    run(settings)
    before = learned_files(settings)
    (file,) = known_files(settings.state_dir, "templates")
    assert read_templates(file, {"heron.example", "weir.example"}).keys() == {"heron.example", "weir.example"}
    assert run(settings).pages_read == 0
    assert learned_files(settings) == before, "nothing read is nothing learned"
    put(settings, "wednesday.jsonl", [page(4, [SPONSOR])])
    run(settings)
    assert with_line(settings, SPONSOR) == with_line(settings, APPEAL) == set()


def test_one_page_with_a_wrong_clock_ends_no_template(settings: Settings):
    put(settings, "a.jsonl", [page(number, [SPONSOR], fetched=f"{datetime.now(UTC) - timedelta(days=number):%Y-%m-%d}") for number in range(3)])
    put(settings, "b.jsonl", [page(3, [SPONSOR], fetched="2099-01-01")])
    run(settings)
    assert with_line(settings, SPONSOR) == set()


@pytest.mark.parametrize(("fetched", "kept"), [("2021-05-30", False), ("2021-06-20", True)], ids=["within 90 days", "later"])
def test_a_line_that_a_site_has_given_up_counts_for_90_days(settings: Settings, fetched: str, *, kept: bool):
    put(settings, "spring.jsonl", [page(number, [SPONSOR], fetched="2021-03-10T08:00:00Z") for number in range(3)])
    run(settings)
    put(settings, "summer.jsonl", [page(3, [SPONSOR], fetched=f"{fetched}T08:00:00Z"), page(4, fetched=f"{fetched}T09:00:00Z")])
    run(settings)
    assert with_line(settings, SPONSOR) == ({3} if kept else set())


def test_a_persons_word_counts_and_costs_no_extraction(settings: Settings, tmp_path: Path):
    put(settings, "a.jsonl", [page(0, [SPONSOR, KIOSK]), *(page(number, [SPONSOR]) for number in range(1, 4))])
    first = run(settings)
    assert (with_line(settings, SPONSOR), with_line(settings, KIOSK)) == (set(), {0})
    site_file = tmp_path / "rules" / "site" / "heron.example.toml"
    site_file.parent.mkdir(parents=True)
    site_file.write_text(f'[templates]\npin = ["{KIOSK.upper()}"]\nveto = ["{SPONSOR}"]\n', encoding="utf-8")
    second = run(settings.model_copy(update={"rules": tmp_path / "rules"}), reclean=True)
    assert (with_line(settings, SPONSOR), with_line(settings, KIOSK)) == ({0, 1, 2, 3}, set())
    assert (second.batches_reused, second.revised) == (1, 4)
    assert second.versions["rules"] != first.versions["rules"]
    (removed,) = (row for row in rows(settings.clean, "removed") if row["layer"] == "template")
    assert removed["reason"] == "is pinned as a template of heron.example"


def test_a_page_that_is_mostly_template_is_flagged_and_keeps_its_text(settings: Settings):
    common = paragraphs(99)[:3]
    put(settings, "a.jsonl", [*(page(number, common) for number in range(4)), page(5, common, text=[paragraphs(5)[0]])])
    run(settings)
    assert with_line(settings, common[2]) == {5}
    assert {row["url"] for row in rows(settings.clean) if "mostly_boilerplate" in row["flags"]} == {"https://www.heron.example/story-5.html"}  # type: ignore[operator]


class FailingEngine(LoopEngine):
    """Stops before a stage, as Ctrl-C does."""

    def __init__(self, stage: str) -> None:
        self.stage = stage

    def map(self, function: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[Any]:
        if function.__name__ == self.stage:
            raise KeyboardInterrupt
        return map(function, tasks)


@pytest.mark.parametrize("stage", ["observe_batch", "learn_shard", "clean_batch"])
def test_what_a_stopped_run_learned_does_not_count(settings: Settings, stage: str):
    put(settings, "monday.jsonl", [page(number, [SPONSOR]) for number in range(2)])
    run(settings)
    before = learned_files(settings)
    put(settings, "tuesday.jsonl", [page(number, [SPONSOR]) for number in range(2, 5)])
    with pytest.raises(KeyboardInterrupt):
        run(settings, FailingEngine(stage))
    with open_dataset(settings.clean, settings.state_dir):
        assert learned_files(settings) == before
    assert not list((settings.state_dir / "staging").iterdir())
    run(settings)
    assert with_line(settings, SPONSOR) == {0, 1}


def test_many_files_of_observations_become_one_and_nothing_is_forgotten(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(learning, "MAX_FILES", 2)
    settings = settings.model_copy(update={"retention": Retention(versions=0, grace_hours=0)})  # what only earlier versions need goes at once
    for number in range(4):
        put(settings, f"{number}.jsonl", [page(number, [SPONSOR])])
        run(settings)
    assert with_line(settings, SPONSOR) == {0, 1}
    assert len(learned_files(settings)["observations"]) == 2
    assert len(learned_files(settings)["templates"]) == 1


def test_a_page_that_cannot_be_observed_is_published_all_the_same(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    observe = batches.page_observations
    monkeypatch.setattr(batches, "page_observations", lambda draft: observe(draft) if "story-0" not in draft.url else 1 / 0)
    put(settings, "a.jsonl", [page(number, [SPONSOR]) for number in range(4)])
    assert run(settings).new == 4
    removed = [row["support_pages"] for row in rows(settings.clean, "removed") if row["layer"] == "template"]
    assert removed == [3] * 4


def test_a_page_without_an_address_has_no_templates(settings: Settings):
    put(settings, "a.jsonl", [page(number, [SPONSOR]) | {"url": None} for number in range(4)])
    run(settings)
    assert all(SPONSOR in str(row["text"]) and row["templates_version"] is None for row in rows(settings.clean))
