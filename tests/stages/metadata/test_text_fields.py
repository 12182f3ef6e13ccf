from __future__ import annotations

import pytest

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.site import choose_site_name
from pipeline.stages.metadata.text_fields import (
    choose_article_type,
    choose_description,
    choose_free_access,
    choose_keywords,
    choose_section,
    choose_standfirst,
)


def candidates(field, *pairs):
    return [Candidate(field=field, source=source, value=value) for source, value in pairs]


@pytest.mark.parametrize(
    ("value", "free"),
    [("true", True), ("True", True), ("False", False), ("false", False), ("http://schema.org/False", False), ("no", False), ("maybe", None)],
)
def test_free_access_in_every_spelling(value, free):
    assert choose_free_access(candidates(MetaField.ACCESSIBLE_FOR_FREE, ("json-ld:isAccessibleForFree", value))).value is free


def test_a_paid_part_counts_where_the_article_declares_nothing():
    assert choose_free_access(candidates(MetaField.ACCESSIBLE_FOR_FREE, ("json-ld:hasPart.isAccessibleForFree", "False"))).value is False


@pytest.mark.parametrize(
    ("pairs", "keywords"),
    [
        ([("json-ld:keywords", "Ferry, Harbour , ferry")], ("Ferry", "Harbour")),
        ([("article:tag", "Ferry"), ("article:tag", "Bridges, old and new"), ("meta:keywords", "news")], ("Ferry", "Bridges", "old and new")),
        ([("meta:keywords", "a;Ferry;R&amp;D")], ("Ferry", "R&D")),
        ([("meta:keywords", ",".join(f"tag {number}" for number in range(80)))], tuple(f"tag {number}" for number in range(50))),
        ([("meta:keywords", "x" * 101)], ()),
    ],
)
def test_keywords_each_once_and_not_too_many(pairs, keywords):
    assert choose_keywords(candidates(MetaField.KEYWORD, *pairs)).value == keywords


@pytest.mark.parametrize(
    ("pairs", "section"),
    [
        ([("breadcrumb", "Home"), ("breadcrumb", "World"), ("breadcrumb", "Europe")], "World"),
        ([("rule:lang/en:more-in", "World")], "World"),
        ([("json-ld:articleSection", "Sports"), ("article:section", "World")], "Sports"),
        ([("article:section", "Ferry returns"), ("breadcrumb", "The Ledger"), ("breadcrumb", "Harbour")], "Harbour"),
        ([("article:section", "https://ledger.example/world")], None),
    ],
)
def test_section(pairs, section):
    assert choose_section(candidates(MetaField.SECTION, *pairs), "Ferry returns", frozenset({"theledger"})).value == section


def test_standfirst_is_neither_title_nor_the_texts_beginning():
    text = "The ferry is back, and it is faster than ever. More to come."
    pairs = [
        ("class:standfirst", "Ferry returns after the big storm"),
        ("class:standfirst", "The ferry is back, and it is faster than ever."),
        ("class:standfirst", "Islanders waited for 40 days."),
    ]
    assert (
        choose_standfirst(candidates(MetaField.STANDFIRST, *pairs), "Ferry returns after the big storm", text).value
        == "Islanders waited for 40 days."
    )


def test_description_is_plain_text():
    assert (
        choose_description(candidates(MetaField.DESCRIPTION, ("og:description", "<p>Islanders &amp;amp; tourists waited</p>"))).value
        == "Islanders & tourists waited"
    )


@pytest.mark.parametrize(
    ("value", "kind"), [("NewsArticle", "NewsArticle"), ("https://schema.org/NewsArticle", "NewsArticle"), ("schema:article", "Article"), ("!", None)]
)
def test_article_type(value, kind):
    assert choose_article_type(candidates(MetaField.ARTICLE_TYPE, ("json-ld:@type", value))).value == kind


@pytest.mark.parametrize(
    ("pairs", "name"),
    [
        ([("json-ld:publisher", "Ledger Media Ltd"), ("og:site_name", "The Ledger")], "The Ledger"),
        ([("rule:lang/en:donation", "The Ledger")], "The Ledger"),
        ([("rule:lang/en:donation", "Ledger"), ("meta:application-name", "The Ledger")], "The Ledger"),
        ([("og:site_name", "https://ledger.example")], None),
    ],
)
def test_site_name(pairs, name):
    assert choose_site_name(candidates(MetaField.SITE_NAME, *pairs)).value == name


FERRY = "Ferry returns after storm"


@pytest.mark.parametrize(
    ("pairs", "name"),
    [
        ([("title", f"{FERRY} | The Ledger"), ("h1", FERRY)], "The Ledger"),
        ([("title", f"{FERRY} - what we know - The Ledger"), ("og:title", f"{FERRY} - what we know")], "The Ledger"),
        ([("title", f"{FERRY} | The Ledger")], None),
        ([("title", f"{FERRY} - what we know"), ("h1", FERRY), ("og:title", "What we know")], None),
        ([("title", FERRY), ("h1", FERRY)], None),
    ],
)
def test_what_stands_behind_the_headline_in_the_title_names_an_undeclared_site(pairs, name):
    choice = choose_site_name(candidates(MetaField.TITLE, *pairs))
    assert (choice.value, choice.source) == (name, "title" if name else None)
