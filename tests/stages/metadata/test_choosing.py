from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Article, Candidate, Flag, Image, MetaField
from pipeline.stages.metadata import SOURCED_FIELDS, Metadata, choose_metadata
from pipeline.store import schema

URL = "https://www.ledger.example/news/ferry"
FETCHED = datetime(2024, 6, 1, tzinfo=UTC)


def chosen(*pairs, images=(), url=URL, language="en", confidence=0.99):
    candidates = [Candidate(field=field, source=source, value=value) for field, source, value in pairs]
    return choose_metadata(
        candidates, images, url=url, fetched_at=FETCHED, text="The ferry left at noon.", language=language, language_confidence=confidence
    )


def test_sources_are_those_of_the_schema():
    assert SOURCED_FIELDS == schema.SOURCED_FIELDS
    assert tuple(chosen().field_sources) == SOURCED_FIELDS


def test_every_column_is_one_of_the_article():
    own = {field.name for field in dataclasses.fields(Metadata)}
    assert own <= {field.name for field in dataclasses.fields(Article)}


def test_a_page_that_proposes_nothing_is_known_by_its_address_alone():
    metadata = chosen()
    assert (metadata.url, metadata.canonical_url, metadata.host, metadata.site) == (URL, URL, "www.ledger.example", "ledger.example")
    assert (metadata.title, metadata.authors, metadata.date_published_day, metadata.keywords, metadata.images) == (None, (), None, (), ())
    assert {name for name, source in metadata.field_sources.items() if source is not None} == {"canonical_url", "language"}
    assert metadata.flags == frozenset()


def test_relative_addresses_of_pictures_are_those_of_the_canonical_address_where_no_other_is_known():
    metadata = chosen((MetaField.CANONICAL_URL, "canonical", URL), images=[Image(url="/a.jpg"), Image(url="b.jpg")], url=None)
    assert [image.url for image in metadata.images] == ["https://www.ledger.example/a.jpg", "https://www.ledger.example/news/b.jpg"]


def test_each_field_names_the_source_that_won():
    metadata = chosen(
        (MetaField.TITLE, "og:title", "Ferry returns | The Ledger"),
        (MetaField.SITE_NAME, "rule:lang/en:donation", "The Ledger"),
        (MetaField.AUTHOR, "meta:author", "Ada Moor"),
        (MetaField.DATE_PUBLISHED, "json-ld:datePublished", "2024-03-05T09:30:00"),
        (MetaField.DATE_MODIFIED, "json-ld:dateModified", "2024-03-06T09:30:00Z"),
        (MetaField.CANONICAL_URL, "canonical", "https://other.example/"),
        (MetaField.KEYWORD, "article:tag", "Ferry"),
        images=[Image(url="https://ledger.example/a.jpg", caption="The ferry. Photo: Ben Reed")],
    )
    assert metadata.site_name == "The Ledger"
    assert metadata.authors == ("Ada Moor",)
    assert (metadata.date_published, metadata.date_published_day, metadata.date_published_raw) == (None, date(2024, 3, 5), "2024-03-05T09:30:00")
    assert metadata.date_modified == datetime(2024, 3, 6, 9, 30, tzinfo=UTC)
    assert metadata.images == (Image(url="https://ledger.example/a.jpg", caption="The ferry.", credit="Ben Reed"),)
    assert metadata.flags == {Flag.CANONICAL_REFUSED, Flag.DATE_WITHOUT_OFFSET}
    assert metadata.field_sources["site_name"] == "rule:lang/en:donation"
    assert metadata.field_sources["date_published"] == "json-ld:datePublished"
    assert metadata.field_sources["canonical_url"] == "url"
    assert metadata.field_sources["standfirst"] is None


def test_no_field_is_credited_with_the_source_of_another():
    metadata = chosen(
        (MetaField.TITLE, "h1", "Ferry returns"),
        (MetaField.STANDFIRST, "class:standfirst", "Islanders had waited for forty days."),
        (MetaField.DESCRIPTION, "meta:description", "The ferry is back, says the harbour master."),
        (MetaField.SECTION, "breadcrumb", "Harbour"),
        (MetaField.ARTICLE_TYPE, "json-ld:@type", "NewsArticle"),
        (MetaField.ACCESSIBLE_FOR_FREE, "json-ld:isAccessibleForFree", "true"),
        (MetaField.DATE_MODIFIED, "og:updated_time", "2024-03-06T09:30:00Z"),
    )
    assert {name: source for name, source in metadata.field_sources.items() if source is not None} == {
        "canonical_url": "url",
        "title": "h1",
        "standfirst": "class:standfirst",
        "description": "meta:description",
        "date_modified": "og:updated_time",
        "language": "detected",
        "section": "breadcrumb",
        "article_type": "json-ld:@type",
        "is_accessible_for_free": "json-ld:isAccessibleForFree",
    }


def test_a_declared_language_has_no_confidence():
    metadata = chosen((MetaField.LANGUAGE, "html:lang", "de-AT"), language=None, confidence=None)
    assert (metadata.language, metadata.language_confidence, metadata.field_sources["language"]) == ("de-AT", None, "html:lang")


SOURCES = ["json-ld:author", "h1", "h1:part", "og:title", "title", "class:byline", "url", "rule:x", "time", "canonical", "meta:date", "html:lang"]


@given(
    st.lists(st.tuples(st.sampled_from(list(MetaField)), st.sampled_from(SOURCES), st.text(min_size=1, max_size=40)), max_size=10),
    st.none() | st.text(max_size=30),
)
def test_no_candidates_raise_and_nothing_empty_comes_out(pairs, url):
    metadata = chosen(*pairs, url=url)
    for name in ("title", "site_name", "section", "description", "standfirst", "language"):
        assert getattr(metadata, name) != ""
    assert all(metadata.authors)
