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
    ("own", "called_canonical"),
    [
        ("/news/38_ferry_is_back.html", "/news"),
        ("/de/inland/ferry-is-back-now/", "/de/inland/"),
        ("/news/story-0", "/news/"),
        ("/news/ferry", "/news"),
        ("/local-news/ferry", "/local-news/"),
        ("/arts-and-culture/ferry-is-back", "/arts-and-culture/"),
        ("/news/12345.html", "/news/index.html"),
        ("/2024/03/ferry", "/2024/03/"),
        ("/2024/03/05/ferry-is-back/", "/2024/"),
        ("/archive-2024/ferry.html", "/archive-2024/"),
        ("/20240305/ferry.html", "/20240305/"),
        ("/2024/ferry.html", "/news/"),
        ("/story.php?id=4", "/story.php"),
        ("/story.php?4711", "/story.php"),
        ("/story.php?page=2&x=4", "/story.php?page=2"),
        ("/news/?newsID=4", "/news/"),
        ("/blog/?p=4711", "/blog/"),
        ("/press/releases.html?newsID=c3aa", "/press/releases.html"),
    ],
)
def test_an_address_that_other_articles_share_is_refused(own, called_canonical):
    site = "https://ledger.example"
    assert canonical(site + own, ("canonical", site + called_canonical)) == (site + own, "url", True)


@pytest.mark.parametrize(
    ("own", "called_canonical"),
    [
        ("/news/ferry-is-back-now/amp", "/news/ferry-is-back-now"),
        ("/ferry/amp.html", "/ferry/"),
        ("/ferry/print", "/ferry"),
        ("/ferry/index.html", "/ferry/"),
        ("/ferry-is-back-now/2", "/ferry-is-back-now"),
        ("/ferry/page/2/", "/ferry/"),
        ("/ferry/seite-2", "/ferry"),
        ("/ferry/comment-page-3", "/ferry/"),
        ("/story/471183/ferry-is-back", "/story/471183"),
        ("/news/ferry-471183/photos-of-the-day", "/news/ferry-471183"),
        ("/news/ferry-is-back-now", "/news?id=4711"),
        ("/ferry?page=2", "/ferry"),
        ("/ferry.php?page=2", "/ferry.php"),
        ("/ferry-is-back-now?id=4711", "/ferry-is-back-now"),
        ("/ferry?PHPSESSID=c3aa", "/ferry"),
        ("/ferry?share=card&ref=home", "/ferry"),
        ("/story.php?id=4&page=2", "/story.php?id=4"),
        ("/story.php?id=4", "/ferry"),
        ("/?p=4711", "/2024/03/ferry"),
        ("/news/", "/news"),
    ],
)
def test_an_address_of_the_same_article_in_another_form_is_believed(own, called_canonical):
    site = "https://ledger.example"
    assert canonical(site + own, ("canonical", site + called_canonical)) == (site + called_canonical, "canonical", False)


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


@pytest.mark.parametrize("shared", ["/news/", "/story.php", "/", "/en/home"])
def test_without_an_address_a_canonical_that_cannot_be_an_articles_is_refused(shared):
    assert canonical(None, ("canonical", f"https://www.ledger.example{shared}")) == (None, None, True)


def test_without_an_address_canonical_and_card_check_each_other():
    assert canonical(None, ("canonical", "https://www.ledger.example/local/"), ("og:url", "https://www.ledger.example/local/ferry")) == (
        "https://www.ledger.example/local/ferry",
        "og:url",
        True,
    )


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
