"""The checker finds what it should find, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from pipeline.records import Reason
from tests.pages.expectations import Expectation, differences, load_expectations, parsed_expectation, rejection_differences

FIELDS: dict[str, Any] = {
    "title": "Goat elected",
    "text": "The goat won.\n\nIt ate the ballots.",
    "authors": ["Ada Mole"],
    "date_published": "2025-03-04T10:00:00+02:00",
    "date_published_day": "2025-03-04",
    "standfirst": None,
    "images": [{"caption": "The goat.", "credit": None}],
    "removed": [{"text": "Share this", "kinds": ["share_follow"]}],
    "absent": ["Most read"],
}
ROW: dict[str, Any] = {
    "title": "Goat elected",
    "text": "The goat won.\n\nIt ate the ballots.",
    "authors": ["Ada Mole"],
    "date_published": datetime(2025, 3, 4, 8, tzinfo=UTC),
    "date_published_day": date(2025, 3, 4),
    "standfirst": None,
    "images": [
        {"url": "a.jpg", "caption": "The goat.", "credit": None, "alt": "goat"},
        {"url": "logo.svg", "caption": None, "credit": None, "alt": None},
    ],
    "site_name": "not judged",
    "extractor": "plain_text",
}
REMOVED: list[dict[str, Any]] = [{"text": "Share this", "kind": "share_follow"}]


def expectation(**changes: object) -> Expectation:
    return parsed_expectation("paper/goat.html", None, {**FIELDS, **changes})


def test_a_row_as_expected_has_no_differences():
    assert differences(expectation(), ROW, REMOVED) == []


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"title": "Goat | Paper"}, "title: expected 'Goat elected', got 'Goat | Paper'"),
        ({"authors": []}, "authors: expected ['Ada Mole'], got []"),
        ({"date_published": datetime(2025, 3, 4, 10, tzinfo=UTC)}, "date_published: expected"),
        ({"date_published": None}, "date_published: expected"),
        ({"date_published_day": date(2025, 3, 5)}, "date_published_day: expected"),
        ({"standfirst": "A goat."}, "standfirst: expected None, got 'A goat.'"),
        ({"images": []}, "images: expected"),
        ({"images": [{"caption": "The goat. Photo: A. Mole", "credit": None}]}, "images: expected"),
        ({"images": [*ROW["images"], {"caption": "Another story", "credit": None}]}, "images: expected"),
        ({"text": "The goat won."}, "-It ate the ballots."),
        ({"text": ROW["text"] + "\n\nBaa."}, "+Baa."),
    ],
)
def test_each_wrong_column_is_one_finding(change: dict[str, object], finding: str):
    [found] = differences(expectation(), {**ROW, **change}, REMOVED)
    assert finding in found


@pytest.mark.parametrize("phrase", ["Most read", "Share this"])
def test_boilerplate_in_the_text_is_named(phrase: str):
    row = {**ROW, "text": f"{ROW['text']}\n\n{phrase}"}
    assert [finding for finding in differences(expectation(), row, []) if finding.startswith("in the text") and phrase in finding]


@pytest.mark.parametrize(
    ("extractor", "removed", "finding"),
    [
        ("plain_text", [], "neither in the text nor among the removed blocks: 'Share this'"),
        ("plain_text", [{"text": "Share this", "kind": "donation"}], "removed as donation, not share_follow: 'Share this'"),
        ("trafilatura", [{"text": "Share this", "kind": "donation"}], "removed as donation, not share_follow: 'Share this'"),
    ],
)
def test_a_removal_without_row_or_of_another_kind_is_named(extractor: str, removed: list[dict[str, Any]], finding: str):
    assert differences(expectation(), {**ROW, "extractor": extractor}, removed) == [finding]


def test_an_html_extractor_may_leave_a_block_out_by_itself():
    assert differences(expectation(), {**ROW, "extractor": "trafilatura"}, []) == []


@pytest.mark.parametrize(
    ("fields", "reason", "findings"),
    [
        ({"rejected": "empty"}, "empty", []),
        ({"rejected": "empty"}, "no_content", ["reason: expected empty, got no_content"]),
        (FIELDS, "too_short", ["expected an article, but was rejected as too_short: 12 words"]),
    ],
)
def test_rejections_are_compared_by_reason(fields: dict[str, Any], reason: str, findings: list[str]):
    expected = parsed_expectation("paper/goat.html", None, fields)
    assert rejection_differences(expected, {"reason": reason, "detail": "12 words"}) == findings


def test_an_article_where_a_rejection_was_expected_is_named():
    expected = parsed_expectation("paper/goat.html", None, {"rejected": "error_page"})
    assert differences(expected, ROW, []) == ["expected to be rejected as error_page, but became the article 'Goat elected'"]


def test_rows_find_their_expectation():
    page = parsed_expectation("paper/goat.html", None, FIELDS)
    record = parsed_expectation("crawl.warc.gz", "urn:uuid:1", FIELDS)
    assert page.is_of("paper/goat.html", "0")
    assert not page.is_of("paper/sheep.html", "0")
    assert record.is_of("crawl.warc.gz", "<urn:uuid:1>")
    assert not record.is_of("crawl.warc.gz", "<urn:uuid:2>")


def test_every_page_that_can_be_rejected_has_its_expectation():
    reasons = {expected.rejected for expected in load_expectations()}
    assert reasons == {None, Reason.EMPTY, Reason.ERROR_PAGE, Reason.NEEDS_JAVASCRIPT, Reason.BROKEN_RECORD, Reason.NO_BODY}
