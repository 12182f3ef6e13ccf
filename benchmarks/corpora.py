"""The labelled pages, and which part of them each site belongs to: one part to tune on, the other to report."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq

from pipeline.stages.metadata import site_of

SHARED = Path(__file__).resolve().parents[2] / "shared"
CORPORA = ("wcxb-dev-articles", "news-publishers", "trafilatura-eval")

sys.path.append(str(SHARED / "score"))  # score.py and metrics.py lie there, as scripts


class Part(StrEnum):
    """Which part of the pages: all pages of a site are in the same one."""

    TUNE = "tune"
    HELD_OUT = "held-out"


def corpus_file(name: str) -> Path:
    """Returns the Parquet file of a corpus."""
    return SHARED / "corpora" / f"{name}.parquet"


def named_corpora(names: Sequence[str]) -> list[Path]:
    """Returns the files of the corpora that a command line names, of all where it names none. Ends the program where one is not there."""
    files = [corpus_file(name) for name in names or CORPORA]
    if missing := [str(file) for file in files if not file.is_file()]:
        sys.exit(f"no such file: {', '.join(missing)} (the corpora are {', '.join(CORPORA)}, and lie in ../shared beside this checkout)")
    return files


def write_text_twin(corpus: Path, scratch: Path) -> Path:
    """Writes the plain-text twin of a corpus file below `scratch` and returns it: each page as one text, as a text scrape holds it, and no HTML."""
    twin = scratch / f"{corpus.stem}-text.parquet"
    scratch.mkdir(parents=True, exist_ok=True)
    table = pq.read_table(corpus).drop_columns(["html"])
    pq.write_table(table.rename_columns({"page_text": "text"}), twin)
    return twin


def site_key(url: str | None, site: str | None) -> str:
    """Returns what tells a page's site from others: its `site`, else the registered domain of its URL."""
    return site or site_of(url) or ""


def part_of(url: str | None, site: str | None) -> Part:
    """Returns the part that a page belongs to, by its site; three sites in five are for tuning."""
    return _part(site_key(url, site))


@cache
def _part(site: str) -> Part:
    return Part.TUNE if sha256(site.encode()).digest()[0] % 5 < 3 else Part.HELD_OUT
