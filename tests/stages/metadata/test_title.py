from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.site import names_site, site_names
from pipeline.stages.metadata.title import choose_title, tidy_title, without_date, without_label, without_site_name

SECTIONS = frozenset({"localnews"})
URL = "https://harbourledger.example/news/ferry-returns-after-storm"
NAMES = frozenset({"theharbourledger", "harbourledger", "harbourledgerexample"})


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("Ferry &amp;amp; storm", "Ferry & storm"),
        ("  Ferry\n returns  ", "Ferry returns"),
        ("“Ferry’s back”, she says", "“Ferry’s back”, she says"),
        ("Fer\u00adry re\u200bturns", "Ferry returns"),
        ("می\u200cخواهیم", "می\u200cخواهیم"),
        ("Ferry \U0001f469\u200d\U0001f692 returns", "Ferry \U0001f469\u200d\U0001f692 returns"),
        ("Fer\u200cry \u200dreturns\u200d", "Ferry returns"),
    ],
)
def test_references_and_white_space_go_and_quotes_stay(raw, title):
    assert tidy_title(raw) == title


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Ferry returns | The Harbour Ledger", "Ferry returns"),
        ("Ferry returns - harbourledger.example", "Ferry returns"),
        ("Ferry returns – Harbour Ledger", "Ferry returns"),
        ("Ferry returns: Harbour Ledger", "Ferry returns"),
        ("Harbour Ledger: Ferry returns", "Ferry returns"),
        ("Ferry returns - News - Harbour Ledger", "Ferry returns - News"),
        ("The Harbour Ledger | Ferry returns | The Harbour Ledger", "Ferry returns"),
        ("Storm: What we know - and what we don't", "Storm: What we know - and what we don't"),
        ("Our year: how the Harbour Ledger was made", "Our year: how the Harbour Ledger was made"),
        ("Harbour Ledger", "Harbour Ledger"),
    ],
)
def test_only_parts_that_name_the_site_are_taken_off(title, headline):
    assert without_site_name(title, NAMES) == headline


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("Ferry returns early | Opinion", "Ferry returns early"),
        ("Ferry returns early - Local News - Blog", "Ferry returns early"),
        ("Blog Archive » Ferry returns early", "Ferry returns early"),
        ("Local News - Ferry returns early", "Local News - Ferry returns early"),
        ("Ferry returns - Local News", "Ferry returns - Local News"),
        ("News: Ferry returns early", "News: Ferry returns early"),
    ],
)
def test_the_kind_of_page_and_the_section_at_the_end_go_but_no_short_rest_is_left(title, bare):
    assert without_label(title, SECTIONS) == bare


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("23.01.2022 - Bridge reopens early", "Bridge reopens early"),
        ("1. Februar 2022 Neue Brücke", "Neue Brücke"),
        ("2022 was warm", "2022 was warm"),
        ("1.1.2022", "1.1.2022"),
    ],
)
def test_a_date_at_the_head_goes(title, bare):
    assert without_date(title) == bare


def chosen(*pairs, url=URL):
    candidates = [
        Candidate(field=MetaField.SITE_NAME if source == "og:site_name" else MetaField.TITLE, source=source, value=value) for source, value in pairs
    ]
    choice = choose_title(candidates, site_names(candidates, url), url)
    return choice.value, choice.source


FERRY = "Ferry returns after storm"


@pytest.mark.parametrize(
    ("pairs", "title", "source"),
    [
        ([("title", f"{FERRY} | The Harbour Ledger")], FERRY, "title"),
        ([("h1", FERRY), ("og:title", "You won't believe when the ferry returns after the storm"), ("title", FERRY)], FERRY, "h1"),
        ([("h1", "The Harbour Ledger"), ("og:title", FERRY)], FERRY, "og:title"),
        ([("h1", "News"), ("title", f"{FERRY} - News"), ("og:title", FERRY)], FERRY, "og:title"),
        ([("h1", "Ferry back in service for good"), ("og:title", "Harbour news you missed")], "Ferry back in service for good", "h1"),
        ([("h1", "Good news by the sea"), ("h1:other", FERRY), ("og:title", FERRY), ("title", f"{FERRY} | Good news by the sea")], FERRY, "h1:other"),
        ([("h1", f"Shipping {FERRY}"), ("h1:part", "Shipping"), ("h1:part", FERRY), ("og:title", FERRY)], FERRY, "h1"),
        ([("h1", f"Shipping: {FERRY}"), ("og:title", f"Shipping: {FERRY}"), ("h1:part", FERRY)], f"Shipping: {FERRY}", "h1"),
        ([("h1", f"Shipping - {FERRY}"), ("h1:bare", FERRY), ("twitter:title", f"Shipping - {FERRY}")], FERRY, "h1"),
        ([("h1", f"Shipping: {FERRY}"), ("h1:bare", FERRY), ("og:title", f"Shipping: {FERRY}")], f"Shipping: {FERRY}", "h1"),
        ([("h1", f"Shipping: {FERRY}"), ("h1:bare", FERRY), ("og:title", FERRY)], FERRY, "h1"),
        ([("h1", "Harbour Ledger, the paper of the coast"), ("og:title", FERRY)], FERRY, "og:title"),
        ([("h1", "Tides and Ropes"), ("title", f"Tides and Ropes » {FERRY}")], FERRY, "title"),
        ([("h1", "Death at Orchard Lane – Details"), ("og:title", "Death at Orchard Lane – Details")], "Death at Orchard Lane – Details", "h1"),
        ([("h1", "Death at Orchard Lane – Details"), ("og:title", "Death at Orchard Lane")], "Death at Orchard Lane", "h1"),
        ([("h1", f"{FERRY} | Opinion"), ("og:title", f"{FERRY} | Opinion")], FERRY, "h1"),
        ([("h1", "2024-03-05: the day of it"), ("json-ld:headline", "2024-03-05: the day of it")], "2024-03-05: the day of it", "h1"),
        ([("h1", "A & B"), ("og:title", FERRY), ("json-ld:headline", FERRY)], FERRY, "json-ld:headline"),
        ([("h1", "All that was said of it. " * 20), ("og:title", FERRY)], FERRY, "og:title"),
        ([("headline", FERRY), ("title", f"{FERRY} | Ledger")], FERRY, "headline"),
        ([("json-ld:headline", "Ferry &#8211; returns after storm")], "Ferry – returns after storm", "json-ld:headline"),
        ([("title", "The Harbour Ledger")], "The Harbour Ledger", "title"),
        ([("h1", "渡し船が運航を再開"), ("title", "渡し船が運航を再開 | 港新聞"), ("og:site_name", "港新聞")], "渡し船が運航を再開", "h1"),
        ([], None, None),
    ],
)
def test_what_readers_see_wins_unless_it_names_site_or_section(pairs, title, source):
    assert chosen(*pairs) == (title, source)


@pytest.mark.parametrize("part", ["Ferries", "All about boats", "Opinion", "And what we don't"])
def test_other_words_do_not_name_the_site(part):
    assert not names_site(part, NAMES)


@given(st.lists(st.tuples(st.sampled_from(["h1", "title", "og:title", "h1:part", "json-ld:headline"]), st.text(max_size=60)), max_size=6))
def test_no_titles_raise(pairs):
    chosen(*pairs)
