"""`import pipeline`, as another program does."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import pipeline
from pipeline import Cleaned, Rejected, clean_page, open_articles
from pipeline.settings import Settings
from pipeline.store.errors import StoreError
from tests.invented import SPONSOR, page, paragraphs, write_pages
from tests.running import ROOT, rows, run

HTML = str(page(1)["html"])
WITHOUT_OPTIONAL_TAGS = re.sub("</?(?:head|body|html|p)>", lambda tag: tag[0] if tag[0] == "<p>" else "", HTML)  # as minifiers leave them out
URL = "https://www.heron.example/story-1.html"


@pytest.mark.parametrize("given", [HTML, HTML.encode(), HTML.encode("utf-16"), WITHOUT_OPTIONAL_TAGS])
def test_a_page_becomes_the_article_that_a_run_publishes(tmp_path: Path, given: str | bytes):
    write_pages(tmp_path / "raw" / "one.jsonl", [page(1) | {"fetched_at": None}])
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")
    run(settings)
    (published,) = rows(settings.clean)

    found = clean_page(given, url=URL)

    assert isinstance(found, Cleaned)
    compared = ("id", "title", "text", "site", "canonical_url", "language", "word_count", "content_hash")
    assert {name: getattr(found.article, name) for name in compared} == {name: published[name] for name in compared}


def test_plain_text_is_cleaned_as_text():
    found = clean_page("\n\n".join(["The lock keeper's day", *paragraphs(2), "Share this article"]))
    assert isinstance(found, Cleaned)
    assert "Share this article" not in found.article.text
    assert [removal.text for removal in found.removals if removal.rule_id.startswith("lang/en")] == ["Share this article"]


def test_what_is_no_article_says_why():
    found = clean_page("<html><body><p>Too short.</p></body></html>")
    assert isinstance(found, Rejected)
    assert found.reason == "too_short"


def test_half_a_surrogate_pair_costs_one_sign():
    assert isinstance(clean_page(HTML.replace("</h1>", " \ud83d</h1>")), Cleaned)


def test_rules_of_ones_own(tmp_path: Path):
    rule = (
        '[[rule]]\nname = "sponsor"\nkind = "ad_label"\nwhy = "a sponsor"\nmatch = ["^Made possible by"]\naction = "drop"\n'
        f'drops = ["{SPONSOR}"]\nkeeps = ["The bridge was made possible by a loan."]\n'
    )
    (tmp_path / "lang").mkdir()
    (tmp_path / "lang" / "en.toml").write_text(rule)
    html = str(page(1, [SPONSOR])["html"])
    with_rule, without = clean_page(html, rules=tmp_path), clean_page(html)
    assert isinstance(with_rule, Cleaned)
    assert isinstance(without, Cleaned)
    assert (SPONSOR in with_rule.article.text, SPONSOR in without.article.text) == (False, True)


def test_the_articles_of_the_version_that_was_opened(tmp_path: Path):
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")
    write_pages(tmp_path / "raw" / "one.jsonl", [page(number) for number in range(3)])
    run(settings)
    articles = open_articles(settings.clean)
    assert articles.count_rows() == 3
    assert sorted(articles.to_table(columns=["id"])["id"].to_pylist()) == sorted(str(row["id"]) for row in rows(settings.clean))
    write_pages(tmp_path / "raw" / "two.jsonl", [page(3)])
    run(settings)
    with pytest.raises(FileNotFoundError):
        articles.to_table()
    assert open_articles(str(settings.clean)).count_rows() == 4


def test_where_nothing_was_published(tmp_path: Path):
    with pytest.raises(StoreError, match="is no published dataset"):
        open_articles(tmp_path)


def test_all_that_is_promised_is_there_and_nothing_else():
    assert all(getattr(pipeline, name) for name in pipeline.__all__)
    with pytest.raises(AttributeError, match="no attribute 'clean_pages'"):
        pipeline.clean_pages  # noqa: B018 - the attribute is what is asked for


def test_importing_it_is_cheap():
    """A page's process needs neither Arrow nor DuckDB, and starts often."""
    script = "import sys, pipeline; print(*({'pyarrow', 'duckdb', 'trafilatura', 'prefect'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "\n"


CLIENT = """
from pipeline import Cleaned, clean_page, open_articles
found = clean_page("text", url=None)
reveal_type(found)
if isinstance(found, Cleaned):
    reveal_type(found.article.title)
    reveal_type(found.removals)
clean_page(7)  # type: ignore[arg-type]
open_articles(7)  # type: ignore[arg-type]
"""


@pytest.mark.slow
def test_a_program_that_has_it_installed_gets_its_types(tmp_path: Path):
    """From the wheel, in a folder that knows nothing of this repository."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(*tmp_path.glob("*.whl")) as wheel:
        wheel.extractall(tmp_path / "installed")
    (tmp_path / "client").mkdir()
    (tmp_path / "client" / "client.py").write_text(CLIENT)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", "client.py"]
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "installed")}
    shown = subprocess.run(command, cwd=tmp_path / "client", env=environment, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stdout
    assert re.findall(r'Revealed type is "(.*)"', shown.stdout) == [
        "pipeline.pages.Cleaned | pipeline.records.Rejected",
        "str | None",
        "tuple[pipeline.records.Removal, ...]",
    ]
