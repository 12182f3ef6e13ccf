"""A takedown, as the person who has to answer for it checks it: the words are nowhere any more, and do not come back."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.records import Duplicates
from pipeline.settings import Settings
from pipeline.withdrawal import UnknownArticle, withdraw
from tests.invented import page, paragraphs, write_pages
from tests.running import rows, run

REASON = "court order of 3 March"
ADDRESS = "https://www.heron.example/story-1.html"
SECRET = paragraphs(1)[3].encode()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")
    write_pages(settings.raw[0] / "one.jsonl", [page(number) for number in range(3)])
    write_pages(settings.raw[0] / "two.jsonl", [page(number) for number in range(3, 6)])
    run(settings)
    return settings


def article(settings: Settings, address: str = ADDRESS) -> dict[str, object]:
    (found,) = (row for row in rows(settings.clean) if row["canonical_url"] == address)
    return found


def addresses(settings: Settings) -> set[object]:
    return {row["canonical_url"] for row in rows(settings.clean)}


def withdrawn(settings: Settings) -> list[tuple[object, object, object, object]]:
    facts = ("id", "detail", "title", "text_sample")
    return [tuple(row[name] for name in facts) for row in rows(settings.clean, "rejected") if row["reason"] == "withdrawn"]  # type: ignore[misc] # four of them


def texts_kept(settings: Settings) -> list[str]:
    """The columns of text in all Parquet files, published, kept or cached, that hold words of the article."""
    found = []
    for file in [*settings.clean.rglob("*.parquet"), *settings.state_dir.rglob("*.parquet")]:
        values = repr(pq.ParquetFile(file).read().to_pylist()).encode()
        if SECRET[:60] in values:
            found.append(file.name)
    return found


@pytest.mark.parametrize("by", ["id", "address", "address with a tracker"])
def test_a_withdrawn_article_is_nowhere_any_more_and_its_page_is_accounted_for(settings: Settings, by: str):
    name = str(article(settings)["id"])
    given = {"id": name.upper(), "address": ADDRESS, "address with a tracker": f"{ADDRESS}?utm_source=mail"}[by]
    assert texts_kept(settings)
    done = withdraw(settings, given, REASON)
    assert (done.ids, done.articles, done.version, done.repeated_by) == ((name,), 1, 2, ())
    assert len(addresses(settings)) == 5
    assert ADDRESS not in addresses(settings)
    assert withdrawn(settings) == [(name, REASON, None, None)]
    assert texts_kept(settings) == []


def test_it_stays_out_when_its_page_is_read_again_here_or_elsewhere(settings: Settings):
    name = withdraw(settings, ADDRESS, REASON).ids[0]
    summary = run(settings, reclean=True)
    assert (summary.pages_read, summary.unchanged, summary.rejected_by_reason) == (6, 5, {"withdrawn": 1})
    write_pages(settings.raw[0] / "three.jsonl", [page(1), page(9)])
    summary = run(settings)
    assert (summary.new, summary.rejected_by_reason) == (1, {"withdrawn": 1})
    assert {row[0] for row in withdrawn(settings)} == {name}
    assert ADDRESS not in addresses(settings)
    assert texts_kept(settings) == []


def test_what_repeats_it_stays_out_too_and_is_named_where_it_is_published(settings: Settings):
    copy = page(1, site="egret.example", fetched="2031-04-30T12:00:00Z")
    write_pages(settings.raw[0] / "copy.jsonl", [copy])
    assert run(settings).rejected_by_reason == {"duplicate": 1}
    (repeated,) = (row["id"] for row in rows(settings.clean, "rejected"))
    assert withdraw(settings, ADDRESS, REASON).repeated_by == (repeated,)
    assert "https://www.egret.example/story-1.html" not in addresses(settings)
    another = page(1, site="bittern.example", fetched="2031-05-30T12:00:00Z", text=[*paragraphs(1)[:-1], "The end of it is told in other words."])
    write_pages(settings.raw[0] / "another.jsonl", [another])
    assert run(settings).rejected_by_reason == {"duplicate": 1}


def test_marked_copies_are_published_and_named(settings: Settings):
    settings = settings.model_copy(update={"duplicates": Duplicates.MARK})
    write_pages(settings.raw[0] / "copy.jsonl", [page(1, site="egret.example", fetched="2031-04-30T12:00:00Z")])
    run(settings)
    copy = "https://www.egret.example/story-1.html"
    assert withdraw(settings, ADDRESS, REASON).repeated_by == (article(settings, copy)["id"],)
    withdraw(settings, copy, REASON)
    assert texts_kept(settings) == []


def test_an_address_that_no_article_has_yet_is_kept_out(settings: Settings):
    done = withdraw(settings, "https://www.heron.example/story-7.html", REASON)
    assert done.articles == 0
    write_pages(settings.raw[0] / "seven.jsonl", [page(7)])
    assert run(settings).rejected_by_reason == {"withdrawn": 1}


@pytest.mark.parametrize("given", ["story-1", "7d4f3c1e-0000-5000-8000-000000000000"])
def test_what_is_no_article_is_an_error(settings: Settings, given: str):
    with pytest.raises(UnknownArticle, match=given):
        withdraw(settings, given, REASON)
    assert len(addresses(settings)) == 6
