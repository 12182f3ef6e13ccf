"""A takedown, as the person who has to answer for it checks it: the words are nowhere any more, and do not come back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.learn.duplicates_sketch import jaccard, shingle_hashes
from pipeline.records import Duplicates
from pipeline.settings import Settings
from pipeline.store.cache import cached_files
from pipeline.store.errors import StoreError
from pipeline.withdrawal import UnknownArticle, withdraw
from tests.invented import page, paragraphs, write_pages
from tests.running import rows, run

REASON = "court order of 3 March"
ADDRESS = "https://www.heron.example/story-1.html"
COPY = "https://www.egret.example/story-1.html"
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


def jaccard_of(one: list[str], other: list[str]) -> float:
    return jaccard(*(shingle_hashes("\n\n".join(text)) for text in (one, other)))


@pytest.mark.parametrize("by", ["id", "address", "address with a tracker"])
def test_a_withdrawn_article_is_nowhere_any_more_and_its_page_is_accounted_for(settings: Settings, by: str):
    name = str(article(settings)["id"])
    given = {"id": name.upper(), "address": ADDRESS, "address with a tracker": f"{ADDRESS}?utm_source=mail"}[by]
    assert texts_kept(settings)
    done = withdraw(settings, given, REASON)
    assert (done.ids, done.articles, done.version, done.copies) == ((name,), 1, 2, ())
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


@pytest.mark.parametrize("of", [ADDRESS, COPY])
@pytest.mark.parametrize("policy", Duplicates)
def test_what_tells_the_same_goes_with_it_whichever_is_the_older(settings: Settings, policy: Duplicates, of: str):
    settings = settings.model_copy(update={"duplicates": policy})
    write_pages(settings.raw[0] / "copy.jsonl", [page(1, site="egret.example", fetched="2031-04-30T12:00:00Z"), page(9, site="egret.example")])
    run(settings)
    done = withdraw(settings, of, REASON)
    assert (len(done.copies), done.articles) == (1, 2)
    assert {row[0] for row in withdrawn(settings)} == {*done.ids, *done.copies}
    assert texts_kept(settings) == []
    summary = run(settings, reclean=True)
    assert (summary.unchanged, summary.rejected_by_reason) == (6, {"withdrawn": 2})
    assert texts_kept(settings) == []


@pytest.mark.parametrize("fetched", ["2030-01-30T12:00:00Z", "2031-05-30T12:00:00Z"], ids=["older", "newer"])
@pytest.mark.parametrize("policy", Duplicates)
def test_a_copy_that_comes_later_is_kept_out_however_old_it_is(settings: Settings, policy: Duplicates, fetched: str):
    """The other pages of its file, and all learned from them, are as they would be without it."""
    settings = settings.model_copy(update={"duplicates": policy})
    withdraw(settings, ADDRESS, REASON)
    copy = page(1, site="egret.example", fetched=fetched, text=[*paragraphs(1)[:-1], "The end of it is told in other words."])
    write_pages(settings.raw[0] / "copy.jsonl", [page(8, site="egret.example"), copy, page(9, site="egret.example")])
    summary = run(settings)
    assert (summary.new, summary.rejected_by_reason) == (2, {"withdrawn": 1})
    assert len(withdrawn(settings)) == 2
    assert texts_kept(settings) == []
    (settings.raw[0] / "copy.jsonl").unlink()
    summary = run(settings.model_copy(update={"min_words": 9_999}), reclean=True)
    assert summary.rejected_by_reason == {"withdrawn": 2, "too_short": 7}
    assert texts_kept(settings) == []


def test_a_page_that_turns_into_a_copy_is_taken_out(settings: Settings):
    withdraw(settings, ADDRESS, REASON)
    write_pages(settings.raw[0] / "two.jsonl", [page(3), page(4), page(5, text=paragraphs(1))])
    assert run(settings).rejected_by_reason == {"withdrawn": 1}
    assert len(addresses(settings)) == 4
    assert texts_kept(settings) == []


def test_what_repeats_a_copy_alone_is_published(settings: Settings):
    own = paragraphs(1)
    copy, third = own[:5], own[1:5]
    assert jaccard_of(own, third) < 0.8 < min(jaccard_of(own, copy), jaccard_of(copy, third))
    write_pages(settings.raw[0] / "copy.jsonl", [page(1, site="egret.example", text=copy, fetched="2031-04-30T12:00:00Z")])
    run(settings)
    assert len(withdraw(settings, ADDRESS, REASON).copies) == 1
    write_pages(settings.raw[0] / "third.jsonl", [page(1, site="bittern.example", text=third)])
    assert run(settings).new == 1


def test_sources_that_no_row_names_any_more_are_found_in_the_cache(settings: Settings):
    """The article was read again from another file, so nothing published names the first one."""
    write_pages(settings.raw[0] / "later.jsonl", [page(1, fetched="2031-09-01T12:00:00Z")])
    run(settings)
    withdraw(settings, ADDRESS, REASON)
    assert texts_kept(settings) == []


def test_a_page_that_stands_for_it_and_is_none_itself_keeps_nothing_either(settings: Settings):
    amp = page(1, text=paragraphs(1)[3:4]) | {"url": "https://www.heron.example/amp/story-1.html"}
    amp["html"] = str(amp["html"]).replace("<title>", f'<link rel="canonical" href="{ADDRESS}"><title>')
    write_pages(settings.raw[0] / "amp.jsonl", [amp])
    settings = settings.model_copy(update={"min_words": 60})
    assert run(settings).rejected_by_reason == {"too_short": 1}
    withdraw(settings, ADDRESS, REASON)
    assert len(withdrawn(settings)) == 2
    assert texts_kept(settings) == []


def test_what_it_is_rejected_for_otherwise_does_not_show_it(settings: Settings):
    """Drafts that a takedown did not find, e.g. put back from a backup."""
    drafts = {file.path: file.path.read_bytes() for file in cached_files(settings.state_dir)}
    withdraw(settings, ADDRESS, REASON)
    for path, content in drafts.items():
        path.write_bytes(content)
    run(settings.model_copy(update={"min_words": 9_999}), reclean=True)
    assert [row[2:] for row in withdrawn(settings)] == [(None, None)]


def test_damaged_and_outdated_drafts_go_too(settings: Settings):
    files = [file.path for file in cached_files(settings.state_dir)]
    old = files[0].parent.with_name("another-1.0") / "old.parquet"
    old.parent.mkdir()
    shutil.copy(files[0], old)
    for file in files:
        file.write_bytes(b"PAR1 and no more")
    withdraw(settings, ADDRESS, REASON)
    assert list(cached_files(settings.state_dir)) == []


def test_a_folder_that_was_never_published_in_is_refused_and_not_made(settings: Settings, tmp_path: Path):
    with pytest.raises(StoreError, match="comes first"):
        withdraw(settings.model_copy(update={"clean": tmp_path / "typo"}), ADDRESS, REASON)
    assert {path.name for path in tmp_path.iterdir()} == {"raw", "clean", ".copydesk"}
    assert [path.name for path in (tmp_path / ".copydesk").iterdir()] == ["clean"]


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
