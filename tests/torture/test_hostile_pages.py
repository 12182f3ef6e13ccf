"""Hostile pages in one batch with good ones: each ends as it has to, and the good ones come out as they do alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.records import Duplicates
from pipeline.settings import Limits, Settings
from tests.invented import PARAGRAPHS, page, paragraphs
from tests.running import content, rows, run
from tests.torture.hostile import ARTICLE, FALLBACK, SMALL, SMALL_LIMITS, Case
from tests.torture.hostile_bytes import BYTES, SIGNS_WITHOUT_END
from tests.torture.hostile_heads import HEADS
from tests.torture.hostile_markup import MARKUP
from tests.torture.telling import tell

CASES: Mapping[str, Case] = MARKUP | HEADS | BYTES | SIGNS_WITHOUT_END
NEIGHBOURS = 40
HOST = "https://h{}.example/page"


def write(raw: Path, hostile: Mapping[int, tuple[Case, bytes]]) -> None:
    """Writes the pages, a good one behind every few hostile ones, as the rows of one file."""
    every = len(CASES) // NEIGHBOURS
    urls, htmls, texts = [], [], []
    for number, (case, body) in hostile.items():
        urls.append(HOST.format(number))
        htmls.append(None if case.media == "text" else body)
        texts.append(body if case.media == "text" else None)
    for number in range(NEIGHBOURS):
        good = page(number)
        place = min(number * (every + 1), len(urls))
        urls.insert(place, good["url"])
        htmls.insert(place, str(good["html"]).encode())
        texts.insert(place, None)
    raw.mkdir()
    table = {"url": urls, "html": pa.array(htmls, pa.binary()), "text": pa.array(texts, pa.binary())}
    pq.write_table(pa.table(table), raw / "pages.parquet")


def settings(folder: Path, limits: Limits) -> Settings:
    # Hostile pages of little text are much alike; that is not what is looked at here.
    return Settings(raw=(folder / "raw",), clean=folder / "clean", limits=limits, duplicates=Duplicates.KEEP)


def outcomes(clean: Path) -> dict[str, str]:
    """What became of each page, by its address."""
    articles = {str(row["url"]): FALLBACK if row["extractor"] == FALLBACK else ARTICLE for row in rows(clean)}
    return articles | {str(row["url"]): str(row["reason"]) for row in rows(clean, "rejected")}


def neighbours(clean: Path) -> object:
    """All rows of the good pages, but for where they were read."""
    return {
        name: [
            {key: value for key, value in row.items() if not key.startswith(("source_", "rules_", "templates_"))}
            for row in found
            if not str(row.get("url") or row.get("site")).startswith("https://h") and "heron" in str(row)
        ]
        for name, found in content(clean).items()
    }


def same(outcome: str) -> str:
    return outcome


def whichever_extraction(outcome: str) -> str:
    """How a page comes out on any machine: which of two extractions is done within the limit of CPU time, a slow one and a fast one say differently."""
    return ARTICLE if outcome == FALLBACK else outcome


def check(tmp_path: Path, limits: Limits, sizes: Mapping[str, int], expected: Mapping[str, str], of: Callable[[str], str]) -> None:
    numbers = {name: number for number, name in enumerate(CASES)}
    for folder, pages in (("all", CASES), ("alone", {})):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder / "raw", {numbers[name]: (case, case.body(sizes[name], numbers[name])) for name, case in pages.items()})
    one, other = settings(tmp_path / "all", limits), settings(tmp_path / "alone", limits)
    summary = run(one)
    run(other)

    found = outcomes(one.clean)
    came_out = {name: of(found[HOST.format(numbers[name])]) for name in CASES}
    assert came_out == {name: of(outcome) for name, outcome in expected.items()}
    assert neighbours(one.clean) == neighbours(other.clean)
    assert summary.pages_read == len(found) == len(CASES) + NEIGHBOURS
    texts = {str(row["url"]): " ".join(str(row["text"]).split()) for row in rows(one.clean)}
    whole = {name: texts[HOST.format(numbers[name])] for name, case in CASES.items() if HOST.format(numbers[name]) in texts and not case.lossy}
    kept = {name: sum(line in text for line in paragraphs(5_000 + numbers[name])) for name, text in whole.items()}
    assert {name: lines for name, lines in kept.items() if lines < PARAGRAPHS - 1} == {}


@pytest.mark.slow
def test_small_ones(tmp_path: Path):
    check(tmp_path, SMALL_LIMITS, dict.fromkeys(CASES, SMALL), {name: case.small for name, case in CASES.items()}, same)


@pytest.mark.torture
def test_large_ones(tmp_path: Path):
    expected = {name: case.full or case.small for name, case in CASES.items()}
    check(tmp_path, Limits(), {name: case.size for name, case in CASES.items()}, expected, whichever_extraction)
    tell(f"{len(CASES)} hostile pages at full size among {NEIGHBOURS} good ones: each ended as it has to, the good ones untouched")
