from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from pipeline.records import MetaField
from pipeline.stages.metadata import read_candidates
from pipeline.stages.metadata.bylines import names_beside_dates, signed_lines

TITLE = "<title>Ferry returns after storm</title>"
HEADLINE = "<h1>Ferry returns after storm</h1>"


def read(body):
    page = document_fromstring(f"<html><head>{TITLE}</head><body>{body}</body></html>")
    found = read_candidates(page, None).candidates
    return [(candidate.source, candidate.value) for candidate in found if candidate.field in {MetaField.AUTHOR, MetaField.BYLINE}]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<p>By <a href='#'>Ada Moor</a> and <a href='#'>Ben Reed</a></p>", ("text:byline", "By Ada Moor and Ben Reed")),
        ("<div>By</div><div>Ada Moor</div><div>and</div><div>Ben Reed</div>", ("text:byline", "By Ada Moor and Ben Reed")),
        ("<ul><li><b>Autorin/Autor</b> Ada Moor</li></ul>", ("text:byline", "Autorin/Autor Ada Moor")),
        ("<p>Auteur : Ada Moor</p>", ("text:byline", "Auteur : Ada Moor")),
        ("<p>5 March 2024 by Ada Moor</p>", ("text:byline", "5 March 2024 by Ada Moor")),
        ("<p>5 March 2024 | Ada Moor</p>", ("text:dated", "Ada Moor")),
        ("<div>Ada Moor</div><div>5 March 2024</div>", ("text:dated", "Ada Moor")),
        ("<a href='/authors/ada-moor'>Ada Moor</a>", ("link:author", "Ada Moor")),
        ("<span class='username'>adamoor</span>", ("class:author", "adamoor")),
        (f"{'<p>The ferry left.</p>' * 90}<p>Written by Ada Moor</p>", ("text:signature", "Written by Ada Moor")),
    ],
)
def test_those_who_sign_are_found(body, found):
    assert found in read(HEADLINE + body)


@pytest.mark.parametrize(
    "body",
    [
        "<p>Mill Lane</p><p>5 March 2024</p>",
        "<aside><p>By Ada Moor</p></aside>",
        "<div>Reviewed by <a class='author' href='#'>Ada Moor</a></div>",
        "<div class='author'>Ada has sailed for years and she writes of boats and of the sea and its people</div>",
        f"{'<p>The ferry left.</p>' * 90}<p>By Monday</p>",
    ],
)
def test_others_are_not(body):
    assert read(HEADLINE + body) == []


def test_links_to_those_who_checked_the_article_are_no_authors():
    found = read(f"{HEADLINE}<div class='byline'>Written by <a href='#'>Ada Moor</a>, reviewed by <a href='#'>Ben Reed</a></div>")
    assert [value for source, value in found if source == "class:byline:link"] == ["Ada Moor"]


@pytest.mark.parametrize(
    ("body", "signed"),
    [
        (f"<article>{HEADLINE}<p>It left.</p><footer><span class='author'>Ada Moor</span></footer></article>", True),
        (f"<div class='post'>{HEADLINE}<div class='post-footer'><span class='author'>Ada Moor</span></div></div>", True),
        (f"<div>{HEADLINE}</div><footer><span class='author'>Ada Moor</span></footer>", False),
    ],
)
def test_the_footer_of_the_article_belongs_to_it_and_that_of_the_page_does_not(body, signed):
    assert (("class:author", "Ada Moor") in read(body)) is signed


@pytest.mark.parametrize(
    ("lines", "signed"),
    [
        (["ByAda Moor"], ["ByAda Moor"]),
        (["Von: Ada Moor", "By the sea,"], ["Von: Ada Moor"]),
        (["Byron was here"], []),
        (["By", "x"], []),
    ],
)
def test_signed_lines(lines, signed):
    assert list(signed_lines(lines)) == signed


def test_a_name_in_the_line_of_the_date_comes_before_one_beside_it():
    assert list(names_beside_dates(["Cleo Vance", "5 March 2024 - Ada Moor"])) == ["Ada Moor", "Cleo Vance"]
