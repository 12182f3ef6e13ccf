from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata import article_id, host_of, site_of
from pipeline.stages.metadata.urls import choose_canonical, clean_url


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://ledger.example/a", "https://ledger.example/a"),
        ("HTTPS://WWW.Ledger.Example/A", "https://www.ledger.example/A"),
        ("https://ledger.example:443/a#top", "https://ledger.example/a"),
        ("http://ledger.example:8080/a", "http://ledger.example:8080/a"),
        ("https://ledger.example", "https://ledger.example/"),
        ("https://ledger.example/a/", "https://ledger.example/a/"),
        ("https://ledger.example//a", "https://ledger.example/a"),
        ("https://ledger.example/a?utm_source=x&utm_medium=y", "https://ledger.example/a"),
        ("https://ledger.example/a?fbclid=1&id=123&gclid=2", "https://ledger.example/a?id=123"),
        ("https://ledger.example/a?z=1&id=123", "https://ledger.example/a?id=123&z=1"),
        ("https://ledger.example/?4711", "https://ledger.example/?4711"),
        ("https://ledger.example/@ada/a;art1,2", "https://ledger.example/@ada/a;art1,2"),
        ("https://ledger.example/brücke", "https://ledger.example/br%C3%BCcke"),
        ("https://ledger.example/br%C3%BCcke", "https://ledger.example/br%C3%BCcke"),
        ("  https://ledger.example/a\n", "https://ledger.example/a"),
        ("ftp://ledger.example/a", None),
        ("javascript:void(0)", None),
        ("/a", None),
        ("https://[", None),
        ("https://ledger.example:x/", None),
        ("https://", None),
        ("https://[::1]/a", "https://[::1]/a"),
        ("https://ledger..example/a", None),
        ("https://*.example/a", None),
        ("https://ledger.example/" + "x" * 2_000, None),
        ("", None),
    ],
)
def test_addresses_are_cleaned(url, clean):
    assert clean_url(url) == clean


@given(st.text() | st.from_regex(r"https?://[a-z.]{1,9}/\S{0,20}"))
def test_cleaning_twice_changes_nothing_more(url):
    clean = clean_url(url)
    assert clean is None or clean_url(clean) == clean


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://news.ledger.co.uk/a", "ledger.co.uk"),
        ("https://anna.blogspot.com/a", "anna.blogspot.com"),
        ("https://www.ledger.example/", "ledger.example"),
        ("http://192.0.2.7/a", "192.0.2.7"),
        ("http://localhost/a", "localhost"),
        ("http://[::1]/a", "::1"),
        ("https://[", None),
        ("ledger", None),
        (None, None),
    ],
)
def test_site_is_the_registrable_domain(url, site):
    assert site_of(url) == site


def test_host_is_in_lower_case():
    assert host_of("https://WWW.Ledger.example:80/a") == "www.ledger.example"


def canonical(url, *pairs):
    choice, refused = choose_canonical([Candidate(field=MetaField.CANONICAL_URL, source=source, value=value) for source, value in pairs], url)
    return choice.value, choice.source, refused


PAGE = "https://www.ledger.example/news/ferry?utm_source=x"
OWN = "https://www.ledger.example/news/ferry"


@pytest.mark.parametrize(
    ("pairs", "address", "source", "refused"),
    [
        ([], OWN, "url", False),
        (
            [("canonical", "https://www.ledger.example/news/ferry-returns?utm_medium=y")],
            "https://www.ledger.example/news/ferry-returns",
            "canonical",
            False,
        ),
        ([("canonical", "/news/ferry-returns")], "https://www.ledger.example/news/ferry-returns", "canonical", False),
        ([("canonical", "https://ledger.example/news/ferry")], "https://ledger.example/news/ferry", "canonical", False),
        ([("canonical", "https://amp.ledger.example/news/ferry")], "https://amp.ledger.example/news/ferry", "canonical", False),
        ([("canonical", "https://other.example/news/ferry")], OWN, "url", True),
        ([("canonical", "https://www.ledger.example/")], OWN, "url", True),
        ([("canonical", "https://www.ledger.example/en/index.html")], OWN, "url", True),
        ([("canonical", "javascript:void(0)")], OWN, "url", True),
        ([("canonical", "https://["), ("og:url", OWN)], OWN, "og:url", True),
        ([("og:url", "https://other.example/")], OWN, "url", False),
        ([("og:url", "https%3A%2F%2Fwww.ledger.example%2Fnews%2Fferry-returns")], "https://www.ledger.example/news/ferry-returns", "og:url", False),
    ],
)
def test_the_pages_canonical_is_believed_within_its_site(pairs, address, source, refused):
    assert canonical(PAGE, *pairs) == (address, source, refused)


@pytest.mark.parametrize(
    ("own", "called_canonical", "address"),
    [
        ("/news/38_ferry_is_back.html", "/news", "/news/38_ferry_is_back.html"),
        ("/de/inland/ferry-is-back-now/", "/de/inland/", "/de/inland/ferry-is-back-now/"),
        ("/news/ferry-is-back-now/amp", "/news/ferry-is-back-now", "/news/ferry-is-back-now"),
        ("/ferry-is-back-now/2", "/ferry-is-back-now", "/ferry-is-back-now"),
        ("/news/ferry-is-back-now", "/news?id=4711", "/news?id=4711"),
    ],
)
def test_a_section_is_not_the_article_that_lies_in_it(own, called_canonical, address):
    site = "https://ledger.example"
    choice, _, refused = canonical(site + own, ("canonical", site + called_canonical))
    assert (choice, refused) == (site + address, address == own)


def test_an_umlaut_in_the_host_and_its_ascii_spelling_are_one_host():
    own, ascii_spelling = "https://wöchentlich.example/a", "https://xn--wchentlich-ecb.example/a"
    assert canonical(own, ("canonical", ascii_spelling)) == (ascii_spelling, "canonical", False)
    assert canonical(own) == (ascii_spelling, "url", False)


def test_without_an_address_the_canonical_stands_for_it():
    assert canonical(None, ("canonical", OWN)) == (OWN, "canonical", False)
    assert canonical(None, ("canonical", "https://www.ledger.example/")) == (None, None, True)
    assert canonical(None, ("canonical", "/news/ferry")) == (None, None, False)
    assert canonical(None, ("canonical", "/news/ferry"), ("og:url", OWN)) == (OWN, "og:url", False)
    assert canonical(None) == (None, None, False)


def test_a_home_page_may_be_its_own_canonical():
    assert canonical("https://www.ledger.example/", ("canonical", "https://www.ledger.example/")) == (
        "https://www.ledger.example/",
        "canonical",
        False,
    )


def test_ids_are_fixed_for_ever():
    assert article_id(OWN, "a.html", "0") == article_id(OWN, "b.html", "1") == str(uuid.uuid5(uuid.NAMESPACE_URL, OWN))
    assert article_id(None, "a.html", "0") == "dbbb00a1-6794-516f-8acd-a663d0755f60"
    assert uuid.UUID(article_id(None, "\udcff.html", "")).version == 5


@given(st.text(), st.text(), st.text(), st.text())
def test_ids_of_records_without_address_differ(uri, record, other_uri, other_record):
    same = (uri, record) == (other_uri, other_record)
    assert (article_id(None, uri, record) == article_id(None, other_uri, other_record)) == same
