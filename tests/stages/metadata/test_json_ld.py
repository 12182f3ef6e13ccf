from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Image, MetaField
from pipeline.stages.metadata.json_ld import PageIdentity, linked_candidates, linked_images, read_linked_data

PAGE = PageIdentity(urls=("https://ledger.example/news/ferry-returns",), titles=("Ferry returns to Harbourtown",))


def proposed(*nodes, page=PAGE):
    data = read_linked_data([orjson.dumps(node).decode() for node in nodes], page)
    return [(candidate.field, candidate.source, candidate.value) for candidate in linked_candidates(data)]


def values(field, *nodes, page=PAGE):
    return [value for candidate_field, _, value in proposed(*nodes, page=page) if candidate_field is field]


OWN = {
    "@type": "NewsArticle",
    "headline": "Ferry returns to Harbourtown",
    "author": {"@type": "Person", "name": "Ada Moor"},
    "datePublished": "2024-03-05",
}
OTHER = {"@type": "NewsArticle", "headline": "Council votes on parking", "author": "Ben Reed", "url": "/news/parking", "datePublished": "2023-01-01"}


@pytest.mark.parametrize(
    "script",
    [
        OWN,
        [OWN],
        {"@graph": [{"@type": "WebSite"}, OWN]},
        {"@graph": [[OWN]]},
        {"@type": "WebPage", "mainEntity": OWN},
        {**OWN, "@type": ["Thing", "https://schema.org/NewsArticle"]},
        [OTHER, OWN],
        [*[OTHER] * 6_000, OWN],
        [{**OTHER, "headline": "Ferries of the world"}, {**OWN, "url": "https://ledger.example/news/ferry-returns"}],
        {"@type": "ItemList", "itemListElement": [{"item": OTHER}]} | {"@graph": [OWN]},
        {**OWN, "headline": "SEO headline of quite other words", "mainEntityOfPage": {"@id": "https://ledger.example/news/ferry-returns/"}},
        {**OWN, "relatedLink": OTHER, "comment": [{"@type": "Comment", "author": "Troll"}]},
    ],
)
def test_the_pages_own_article_is_found(script):
    assert values(MetaField.AUTHOR, script) == ["Ada Moor"]
    assert values(MetaField.DATE_PUBLISHED, script) == ["2024-03-05"]


@pytest.mark.parametrize(
    "script",
    [OTHER, [OTHER, {**OTHER, "headline": "Bakery wins prize"}], {"@type": "ItemList", "itemListElement": [OWN]}, {"@type": 7}, None, 3, "x"],
)
def test_articles_of_other_pages_are_left_out(script):
    assert proposed(script) == []


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ada Moor", [("json-ld:author", "Ada Moor")]),
        (["Ada Moor", "Ben Reed"], [("json-ld:author", "Ada Moor"), ("json-ld:author", "Ben Reed")]),
        ([[{"name": "Ada Moor"}]], [("json-ld:author", "Ada Moor")]),
        ({"name": ["Ada Moor", "Ben Reed"]}, [("json-ld:author", "Ada Moor"), ("json-ld:author", "Ben Reed")]),
        ({"@type": "Person", "givenName": "Ada", "familyName": "Moor"}, [("json-ld:author", "Ada Moor")]),
        ({"@type": "NewsMediaOrganization", "name": "The Ledger"}, [("json-ld:author.Organization", "The Ledger")]),
        ({"@id": "#ada"}, [("json-ld:author", "Ada Moor")]),
        ([{"@type": "Person", "name": {"@value": "Ada Moor"}}], [("json-ld:author", "Ada Moor")]),
        (42, []),
        ({"name": {"name": {"name": {"name": {"name": {"name": "deep"}}}}}}, []),
        (None, []),
    ],
)
def test_authors_of_every_shape(author, names):
    article = {**OWN, "author": author}
    found = [
        (source, value)
        for field, source, value in proposed([article, {"@id": "#ada", "@type": "Person", "name": "Ada Moor"}])
        if field is MetaField.AUTHOR
    ]
    assert found == names


@pytest.mark.parametrize("section", ["News", ["News"], [["News"]], {"@value": "News"}, [[{"@value": "News"}]]])
def test_sections_of_every_shape(section):
    assert values(MetaField.SECTION, {**OWN, "articleSection": section}) == ["News"]


def test_free_access_comes_from_the_article_before_its_parts():
    article = {**OWN, "isAccessibleForFree": "False", "hasPart": [{"isAccessibleForFree": True}]}
    found = [(source, value) for field, source, value in proposed(article) if field is MetaField.ACCESSIBLE_FOR_FREE]
    assert found == [("json-ld:isAccessibleForFree", "False"), ("json-ld:hasPart.isAccessibleForFree", "True")]


def test_pictures_with_caption_and_credit():
    article = {
        **OWN,
        "image": ["https://ledger.example/a.jpg", {"@type": "ImageObject", "url": "/b.jpg", "caption": "The ferry", "creditText": "Ada Moor"}],
    }
    data = read_linked_data([orjson.dumps(article).decode()], PAGE)
    assert list(linked_images(data)) == [Image(url="https://ledger.example/a.jpg"), Image(url="/b.jpg", caption="The ferry", credit="Ada Moor")]


KEYS = [
    "@type",
    "@id",
    "@graph",
    "headline",
    "author",
    "name",
    "datePublished",
    "image",
    "hasPart",
    "itemListElement",
    "mainEntityOfPage",
    "keywords",
    "url",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["NewsArticle", "Person", "BreadcrumbList", "WebPage", "https://[", "x"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=20,
)


@given(JSON)
def test_no_shape_raises(value):
    data = read_linked_data([orjson.dumps(value).decode()], PAGE)
    list(linked_candidates(data))
    list(linked_images(data))
