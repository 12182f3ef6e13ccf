from __future__ import annotations

import pytest

from pipeline.settings import ColumnNames
from pipeline.sources import InputError
from pipeline.sources.columns import KNOWN_NAMES, find_columns, require_columns


@pytest.mark.parametrize(
    ("field", "name"), [(field, name) for field in ("html", "text", "url", "id", "fetched_at", "charset") for name in KNOWN_NAMES[field]]
)
def test_each_common_name_is_found_in_any_case(field: str, name: str):
    shouted = name.upper().replace("_", "-")

    assert getattr(find_columns((shouted,), ColumnNames()), field) == shouted


@pytest.mark.parametrize(
    ("names", "html", "text"),
    [
        (("text", "html"), "html", "text"),
        (("gold_text", "page_text", "html"), "html", "page_text"),
        (("content", "raw_html"), "raw_html", None),
        (("body", "content"), "content", None),
        (("Text", "text"), None, "Text"),
        (("title", "summary"), None, None),
    ],
)
def test_html_wins_and_the_order_is_fixed(names: tuple[str, ...], html: str | None, text: str | None):
    found = find_columns(names, ColumnNames())

    assert (found.html, found.text) == (html, text)


@pytest.mark.parametrize(
    ("mapping", "html", "text"),
    [
        (ColumnNames(html="raw"), "raw", None),
        (ColumnNames(text="summary"), None, "summary"),
        (ColumnNames(html="raw", text="text"), "raw", "text"),
        (ColumnNames(html="missing"), None, None),
        (ColumnNames(url="summary"), "html", "text"),
    ],
)
def test_a_mapped_body_is_the_only_one(mapping: ColumnNames, html: str | None, text: str | None):
    found = find_columns(("raw", "html", "text", "summary"), mapping)

    assert (found.html, found.text) == (html, text)


@pytest.mark.parametrize(
    ("names", "mapping", "message"),
    [
        (("title", "payload"), ColumnNames(), r"a\.jsonl has no column that is known to hold a page; it has: title, payload\. .*\[columns\]"),
        ((), ColumnNames(), "it has: none"),
        (("html",), ColumnNames(html="raw"), "it has: html"),
        (("html",), ColumnNames(url="address"), r'no column "address"; it has: html\. Correct url under \[columns\]'),
    ],
)
def test_missing_columns_are_named(names: tuple[str, ...], mapping: ColumnNames, message: str):
    with pytest.raises(InputError, match=message) as caught:
        require_columns("a.jsonl", names, mapping)

    assert "\n" not in str(caught.value)


def test_present_columns_pass():
    require_columns("a.jsonl", ("raw", "address"), ColumnNames(html="raw", url="address"))
