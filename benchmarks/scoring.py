"""A system's texts against the labelled pages: for the sites that rules are tuned on, for those held out, and for all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from benchmarks.corpora import Part, part_of

# isort: split
from score import load_articles, load_gold, score  # ../shared/score, which benchmarks.corpora puts on the path

ALL: Final = "all"


def scores_by_part(corpus: Path, rows: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Returns the figures of `score.py` by part. `rows` holds a row with `text` by page id; a page that has none counts as an empty text."""
    pages = list(load_gold(corpus))
    places = pq.read_table(corpus, columns=["url", "site"]).to_pylist()  # in the order of `pages`
    parts = [part_of(place["url"], place["site"]) for place in places]
    members = {part.value: [page for page, its_part in zip(pages, parts, strict=True) if its_part is part] for part in Part} | {ALL: pages}
    return {name: score(of_part, rows) for name, of_part in members.items() if of_part}


def scores_of_articles(corpus: Path, articles: Path) -> dict[str, dict[str, float]]:
    """Returns the figures of a published articles dataset that was made of the corpus file."""
    return scores_by_part(corpus, load_articles(articles))
