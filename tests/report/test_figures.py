"""What the report says of a run's pages in figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.learn import Resources
from pipeline.report import figures
from pipeline.report.figures import Coverage, Figures, RuleFigures, SiteFigures, staged_figures
from pipeline.settings import Settings
from pipeline.store.staging import BatchParts
from tests.invented import SPONSOR, page, write_pages
from tests.running import run
from tests.store.conftest import Misfit, Page, Story, stage

TEXT = "Six words of the harbour news."
REMOVED = f"Sign up for the tide table, says {TEXT}"


def figured(folder: Path, *batches: Sequence[Page]) -> Figures:
    staged = [stage(folder, f"r1-{number}", batch, "r1") for number, batch in enumerate(batches)]
    return staged_figures(folder, staged, Resources(temporary=folder))


def stories(number: int, **facts: int) -> list[Page]:
    return [Story(id=f"a{each:04d}", text=TEXT, record=str(each), **facts) for each in range(number)]


def test_a_run_without_pages_has_no_figures(tmp_path: Path):
    found = staged_figures(tmp_path, [BatchParts()], Resources(temporary=tmp_path))
    assert (found.articles, found.words, found.days, found.sites, found.rules, found.sample) == (0, (), (), (), (), ())
    assert {it.articles for it in found.coverage} == {0}


def test_sites_and_rules(tmp_path: Path):
    found = figured(tmp_path, stories(30), [Misfit(record="m1"), Misfit(record="m2")])
    share = len(REMOVED) / (len(REMOVED) + len(TEXT))
    assert found.sites == (
        SiteFigures(site="brackwater.example", pages=30, rejected_share=0.0, removed_share=pytest.approx(share)),
        SiteFigures(site="", pages=2, rejected_share=1.0, removed_share=0.0),
    )
    assert [(it.blocks, it.characters) for it in found.rules] == [(30, 30 * len(REMOVED))]
    assert isinstance(found.rules[0], RuleFigures)
    assert [(bar.label, bar.count) for bar in found.words] == [("0 to 49", 30)]


@pytest.mark.parametrize(("number", "lacking"), [(9, ()), (10, ("brackwater.example",))])
def test_a_field_that_no_article_of_a_site_has(tmp_path: Path, number: int, lacking: tuple[str, ...]):
    found = {it.field: it for it in figured(tmp_path, stories(number)).coverage}
    assert found["title"] == Coverage(field="title", articles=number, lacking=(), lacking_sites=0)
    assert found["date_published"] == Coverage(field="date_published", articles=0, lacking=lacking, lacking_sites=len(lacking))


def test_the_sample_is_small_and_does_not_depend_on_order(tmp_path: Path):
    pages = stories(60)
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    one = figured(first, pages[:30], pages[30:])
    assert len(one.sample) == figures.SAMPLE_ARTICLES
    assert one.sample == figured(second, pages[::-1]).sample


def test_articles_that_something_was_taken_out_of_come_first(tmp_path: Path):
    plain: list[Page] = [Story(id=f"a{each:04d}", text=TEXT, record=str(each), removals=0) for each in range(40)]
    with_removals: list[Page] = [Story(id=f"b{each:04d}", text=TEXT, record=f"b{each}") for each in range(2)]
    sample = figured(tmp_path, plain, with_removals).sample
    assert [it.article.id for it in sample if it.article][:3] == ["b0000", "b0001", "a0000"]


def test_two_pages_of_one_id_are_not_mixed_up_in_the_sample(tmp_path: Path):
    assert figured(tmp_path, stories(1), [Story(id="a0000", text="Another text of it.", uri="tuesday.jsonl")]).sample == ()


def test_a_run_writes_a_report_with_all_its_figures(tmp_path: Path):
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")
    write_pages(
        settings.raw[0] / "a.jsonl", [page(number, [SPONSOR]) for number in range(30)] + [page(0) | {"url": "https://b.example/", "html": ""}]
    )
    summary = run(settings)
    text = (settings.clean / "_runs" / summary.run_id / "report.html").read_text(encoding="utf-8").replace("<wbr>", "")
    for said in (
        "<strong>31</strong>pages read", "<strong>30</strong>new articles", "no_body", "heron.example", "Brackley &amp; Daughters", "authors: no article of heron.example has one",
        "story-1.html", "100 to 149", "No article says.", '<th scope="row">en</th>', summary.versions["rules"], "template",
    ):  # fmt: skip
        assert said in text, said
    assert [it.milliseconds for it in summary.slowest_pages] == sorted((it.milliseconds for it in summary.slowest_pages), reverse=True)
    assert len(summary.slowest_pages) == 10


def test_a_run_without_anything_new_says_so(tmp_path: Path):
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")
    write_pages(settings.raw[0] / "a.jsonl", [page(number) for number in range(3)])
    run(settings)
    summary = run(settings)
    text = (settings.clean / "_runs" / summary.run_id / "report.html").read_text(encoding="utf-8")
    assert "Nothing changed: version 1 stays." in text
    assert "3 pages were known" in text
