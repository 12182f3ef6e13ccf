"""Titles, authors and dates may get better, not worse: a slice of what `benchmarks/metadata.py` measures in full.

A floor is what was measured, less 0.005. Raise it when the figures rise.
"""

import importlib
from pathlib import Path
from statistics import mean

import pytest

from benchmarks.corpora import corpus_file
from benchmarks.running import articles_of
from pipeline.settings import Settings
from tests.benchmarks.floors import slice_of, worse
from tests.pages.expectations import load_expectations
from tests.running import ROOT, rows, run

OWN_PAGES = {"title": 0.966, "authors": 0.906, "date_published_day": 0.964, "section": 0.864}
LABELLED_PAGES = {
    "wcxb-dev-articles": {"title": 0.919, "author_f1": 0.827, "date": 0.813, "date_wrong": 0.135},
    "news-publishers": {"title": 0.730, "author_f1": 0.935, "date": 0.995, "date_wrong": 0.005},
    "trafilatura-eval": {"title": 0.873, "author_f1": 0.776, "date": 0.846, "date_wrong": 0.101},
}
NO_BODY = {"text": None, "with_": [], "without": []}  # that is test_quality_floor.py's


@pytest.mark.slow
@pytest.mark.parametrize("corpus", LABELLED_PAGES)
@pytest.mark.usefixtures("shared")
def test_labelled_pages(tmp_path: Path, corpus: str):
    pages = slice_of(corpus_file(corpus), tmp_path)
    scorer = importlib.import_module("score")  # of ../shared, which benchmarks.corpora puts on the path
    gold = list(scorer.load_gold(pages))
    for page in gold:
        vars(page).update(NO_BODY)
    figures = scorer.score(gold, scorer.load_articles(articles_of(pages, tmp_path)))
    assert worse(figures, LABELLED_PAGES[corpus]) == {}


def test_own_pages(tmp_path: Path):
    run(Settings(raw=(ROOT / "raw",), clean=tmp_path / "clean"))
    published = rows(tmp_path / "clean")
    right: dict[str, list[bool]] = {column: [] for column in OWN_PAGES}
    for page in load_expectations():
        found = next((row for row in published if page.is_of(str(row["source_uri"]), str(row["source_record"]))), None)
        for column in OWN_PAGES.keys() & page.columns.keys():
            right[column].append(found is not None and found[column] == page.columns[column])
    assert min(map(len, right.values())) >= 10
    assert worse({column: mean(each) for column, each in right.items()}, OWN_PAGES) == {}
