"""The invented pages say what their expectations say: nothing here runs the pipeline."""

from __future__ import annotations

import gzip
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest
from bs4 import BeautifulSoup
from fastwarc.warc import ArchiveIterator

from tests.pages.expectations import EXPECTED, RAW, RECORD_FILES, Expectation, load_expectations
from tests.pages.make_warc import WARC, records

EXPECTATIONS = load_expectations()
ARTICLES = [expected for expected in EXPECTATIONS if expected.rejected is None]
MIN_PARAGRAPHS = 6
MAX_RAW_BYTES = 300_000
MAX_WARC_BYTES = 30_000

article = pytest.mark.parametrize("expected", ARTICLES, ids=lambda expected: expected.name)


def collapsed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def visible_text(markup: bytes, charset: str | None) -> str:
    return collapsed(BeautifulSoup(markup, "html.parser", from_encoding=charset).get_text())


def page_text(expected: Expectation) -> str:
    """What a reader sees of the page, decoded as its header, manifest or own declaration says."""
    path = RAW / expected.source_uri
    if path.name.endswith(".jsonl"):
        row = next(row for row in feed_rows() if row["id"] == expected.record)
        return collapsed(row["text"]) if "text" in row else visible_text(row["html"].encode(), "utf-8")
    if path.name.endswith(".warc.gz"):
        return next(text for record_id, text in warc_pages() if record_id == expected.record)
    if path.suffix == ".txt":
        return collapsed(path.read_text(encoding="utf-8"))
    return visible_text(path.read_bytes(), manifest_charset(expected.source_uri))


def feed_rows() -> list[dict[str, str]]:
    lines = (RAW / "feed.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.endswith("}")]


def warc_pages() -> Iterator[tuple[str, str]]:
    for record in ArchiveIterator(io.BytesIO(WARC.read_bytes())):
        if (record.http_content_type or record.headers.get("Content-Type", "")).startswith("text/html"):
            yield record.record_id.strip("<>"), visible_text(record.reader.read(), record.http_charset or "utf-8")


def manifest_charset(source_uri: str) -> str | None:
    manifest = (RAW / source_uri).parent / "manifest.jsonl"
    if not manifest.exists():
        return None
    rows = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    return next(row["charset"] for row in rows if row["file"] == PurePosixPath(source_uri).name)


def expected_phrases(expected: Expectation) -> Iterator[str]:
    """Every piece of text that the expectation says is on the page."""
    for name in ("title", "standfirst", "text"):
        yield from str(expected.columns.get(name) or "").split("\n\n")
    for image in expected.columns.get("images", []):  # type: ignore[attr-defined]  # JSON: a list of objects
        yield from filter(None, image.values())
    yield from (block.text for block in expected.removed)
    yield from expected.absent


@article
def test_all_that_is_expected_stands_on_the_page(expected: Expectation):
    page = page_text(expected)
    assert [phrase for phrase in expected_phrases(expected) if collapsed(phrase) not in page] == []


@article
def test_paragraphs_come_in_the_order_of_the_page(expected: Expectation):
    page, position = page_text(expected), 0
    for paragraph in map(collapsed, str(expected.columns["text"]).split("\n\n")):
        position = page.find(paragraph, position)
        assert position >= 0, paragraph
        position += len(paragraph)


@article
def test_no_boilerplate_is_part_of_the_text(expected: Expectation):
    text = str(expected.columns["text"])
    unwanted = [*expected.absent, *(block.text for block in expected.removed)]
    assert [phrase for phrase in unwanted if phrase in text] == []


@article
def test_title_standfirst_and_captions_are_no_paragraphs(expected: Expectation):
    fields = {expected.columns.get("title"), expected.columns.get("standfirst")}
    fields |= {image["caption"] for image in expected.columns.get("images", [])}  # type: ignore[attr-defined]  # JSON: a list of objects
    assert fields.isdisjoint(str(expected.columns["text"]).split("\n\n"))


@article
def test_the_text_is_written_as_the_data_dictionary_says(expected: Expectation):
    text = str(expected.columns["text"])
    assert unicodedata.is_normalized("NFC", text)
    assert len(text.split("\n\n")) >= MIN_PARAGRAPHS
    assert not re.search(r"\u00a0|\n{3}|^\s|\s$| \n|\n ", text)


@article
def test_day_and_instant_agree(expected: Expectation):
    instant, day = expected.columns.get("date_published"), expected.columns.get("date_published_day")
    assert instant is None or instant.date() == day  # type: ignore[attr-defined]  # parsed as a datetime when loaded


def test_every_page_has_an_expectation_and_every_expectation_a_page():
    pages = {path.relative_to(RAW).as_posix() for path in RAW.rglob("*") if path.is_file()}
    notes_about_pages = {page for page in pages if page.endswith(("manifest.jsonl", ".json"))}
    assert pages - notes_about_pages == {expected.source_uri for expected in EXPECTATIONS}
    assert len(list(EXPECTED.rglob("*.json"))) == len(pages - notes_about_pages)


@pytest.mark.parametrize("source_uri", sorted({e.source_uri for e in EXPECTATIONS if e.source_uri.endswith(RECORD_FILES)}))
def test_records_are_found_under_their_ids(source_uri: str):
    expected = [e.record for e in EXPECTATIONS if e.source_uri == source_uri]
    if source_uri.endswith(".warc.gz"):
        assert expected == [record_id for record_id, _ in warc_pages()]
    else:
        lines = (RAW / source_uri).read_text(encoding="utf-8").splitlines()
        # A line that is no JSON has no id of its own: it goes by its number, from 0.
        assert expected == [json.loads(line)["id"] if line.endswith("}") else str(number) for number, line in enumerate(lines)]


def test_the_crawl_is_what_the_script_writes():
    with gzip.open(io.BytesIO(WARC.read_bytes())) as crawl:
        assert crawl.read() == b"".join(records())


def test_the_sample_input_stays_small():
    assert sum(path.stat().st_size for path in RAW.rglob("*") if path.is_file()) < MAX_RAW_BYTES
    assert WARC.stat().st_size < MAX_WARC_BYTES
