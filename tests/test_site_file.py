"""What a site's rule file says, seen in the article."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.drafting import draft_page
from pipeline.pages import clean_draft
from pipeline.records import Article, Flag, Media, MetaField, Origin, RawPage, SourceFormat
from pipeline.rules import read_rules
from pipeline.stages.metadata import site_of

STORY = "<p>The harbour board met on Tuesday evening, and left without an answer that anyone could repeat.</p>" * 5


def article(head: str, site_file: str, folder: Path, beside: str = "") -> Article:
    path = folder / "site" / "harbour.example.toml"
    path.parent.mkdir()
    path.write_text(f"[site]\ndomain = 'harbour.example'\n{site_file}")
    rules = read_rules([folder])
    body = f"<html><head>{head}</head><body><article><h1>Sea wall</h1>{STORY}</article>{beside}</body></html>".encode()
    origin = Origin(uri="a.html", format=SourceFormat.HTML, record="0")
    page = RawPage(origin=origin, media=Media.HTML, body=body, url="https://www.harbour.example/a", fetched_at=datetime(2024, 6, 1, tzinfo=UTC))
    return clean_draft(draft_page(page, rules.sites_to_select(site_of(page.url))), rules, min_words=5).article


@pytest.mark.parametrize(
    ("site_file", "instant", "flag"),
    [
        ("", None, Flag.DATE_WITHOUT_OFFSET),
        ("time_zone = 'Europe/Vienna'\n", datetime(2024, 3, 5, 8, 30, tzinfo=UTC), Flag.SITE_TIME_ZONE),
    ],
)
def test_a_time_without_offset_is_read_in_the_zone_that_the_file_names_and_flagged(site_file, instant, flag, tmp_path):
    found = article('<meta property="article:published_time" content="2024-03-05 09:30:00">', site_file, tmp_path)
    assert (found.date_published, found.date_published_day, found.flags) == (instant, date(2024, 3, 5), (flag,))


@pytest.mark.parametrize("host", ["bücher-blatt.example", "xn--bcher-blatt-thb.example"])
def test_a_site_is_known_in_both_spellings_of_its_name(host: str, tmp_path: Path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "bücher-blatt.example.toml").write_text("[site]\ndomain = 'bücher-blatt.example'\nremove = ['p.tide']\n")
    rules = read_rules([tmp_path])
    body = f"<html><body><article><h1>Sea wall</h1>{STORY}<p class=tide>High water at noon, low water at six, said the harbour master.</p></article></body></html>"
    origin = Origin(uri="a.html", format=SourceFormat.HTML, record="0")
    page = RawPage(origin=origin, media=Media.HTML, body=body.encode(), url=f"https://{host}/a")
    article = clean_draft(draft_page(page, rules.sites_to_select(site_of(page.url))), rules, min_words=5).article
    assert (article.site, article.host) == ("xn--bcher-blatt-thb.example",) * 2
    assert "High water" not in article.text


OWN_FILE = """
[site]
domain = 'harbour.example'
remove = ['p.tide']
time_zone = 'Europe/Vienna'

[[rule]]
name = "wall"
kind = "contact_tips"
why =  "the paper has a wall of letters"
match = ['^Pin your letter to our wall']
action = "drop"
drops = ["Pin your letter to our wall."]
keeps = ["The letter was pinned to a wall."]
"""
ADDRESSES = [
    ("https://www.harbour.example/a", "", True),
    (None, "<link rel=canonical href='https://harbour.example/a'>", True),
    (None, "<link rel=canonical href='https://quay.example/a'>", False),
    (None, "", False),
    ("https://quay.example/a", "<link rel=canonical href='https://harbour.example/a'>", False),  # who copies a page is not its site
]


@pytest.mark.parametrize(("url", "head", "applies"), ADDRESSES)
def test_a_sites_file_applies_to_its_pages_whether_the_scraper_or_the_page_itself_says_their_address(url, head, applies, tmp_path: Path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "harbour.example.toml").write_text(OWN_FILE)
    rules = read_rules([tmp_path])
    time = '<meta property="article:published_time" content="2024-03-05 09:30:00">'
    tide = "<p class=tide>High water at noon, low water at six, said the harbour master.</p>"
    body = f"<html><head>{head}{time}</head><body><article><h1>Sea wall</h1>{STORY}{tide}{STORY}<p>Pin your letter to our wall.</p></article></body></html>"
    page = RawPage(origin=Origin(uri="a.html", format=SourceFormat.HTML, record="0"), media=Media.HTML, body=body.encode(), url=url)
    article = clean_draft(draft_page(page, rules.sites_to_select(site_of(url))), rules, min_words=5).article
    taken = ("High water" not in article.text, "Pin your letter" not in article.text, article.date_published is not None)
    assert taken == (applies,) * 3


# For each field what the file selects on a page that says otherwise by all other means, and doubtful values: short, common, of another domain.
SELECTED = [
    ("canonical_url", "a.own", '<a class=own href="https://quay.example/b">here</a>', "https://quay.example/b"),
    ("site_name", "b.own", "<b class=own>@quay</b>", "@quay"),
    ("title", "b.own", "<b class=own>Blog | Harbour</b>", "Blog | Harbour"),
    ("standfirst", "b.own", "<b class=own>Short.</b>", "Short."),
    ("description", "b.own", "<b class=own>Brief.</b>", "Brief."),
    ("authors", "b.own", "<b class=own>Brackley & Daughters, ironmongers</b>", ["Brackley & Daughters, ironmongers"]),
    ("authors", "i", "<i>Ada Moor</i><i>Press Office</i>", ["Ada Moor", "Press Office"]),
    ("byline_raw", "b.own", "<b class=own>By Cleo Vance and Ben Reed</b>", "By Cleo Vance and Ben Reed"),
    ("date_published", "time.own", "<time class=own datetime='2023-02-01T10:00:00Z'></time>", datetime(2023, 2, 1, 10, tzinfo=UTC)),
    ("date_modified", "time.own", "<time class=own datetime='2023-02-01T10:00:00Z'></time>", datetime(2023, 2, 1, 10, tzinfo=UTC)),
    ("language", "b.own", "<b class=own>gd</b>", "gd"),
    ("section", "b.own", "<b class=own>Blog</b>", "Blog"),
    ("keywords", "ul.own", "<ul class=own><li>Ropes, knots<li><a>Tides</a></ul>", ["Ropes", "knots", "Tides"]),
    ("keywords", "b.own", "<b class=own>Ropes, Tides</b>", ["Ropes", "Tides"]),
    ("article_type", "b.own", "<b class=own>Shipping forecast</b>", "Shipping forecast"),
    ("is_accessible_for_free", "b.own", "<b class=own>no</b>", False),
    ("paywall_detected", "b.own", "<b class=own></b>", True),
    (
        "images",
        "div.own",
        "<div class=own><img src=/1.png><img src=2.png></div>",
        ["https://www.harbour.example/1.png", "https://www.harbour.example/2.png"],
    ),
]
OTHERWISE = """<title>Sea wall</title><html lang=de><link rel=canonical href="https://www.harbour.example/wall"><meta property=og:site_name content="Harbour Press">
<meta property=og:image content="/card.png"><meta name=description content="All that the board said of the sea wall on Tuesday."><script type="application/ld+json">
{"@type": "NewsArticle", "headline": "Sea wall", "author": {"name": "Ida Brandt"}, "datePublished": "2024-05-03T10:00:00+01:00", "articleSection": "Shipping",
"dateModified": "2024-05-04T10:00:00Z", "keywords": ["wall"], "isAccessibleForFree": true, "image": "/lead.png"}</script>"""


@pytest.mark.parametrize(("field", "selector", "markup", "value"), SELECTED, ids=[row[0] for row in SELECTED])
def test_the_files_word_on_a_field_is_final(field: str, selector: str, markup: str, value: object, tmp_path: Path):
    found = article(OTHERWISE, f"[site.fields]\n{field} = '{selector}'\n", tmp_path, markup)
    shown = getattr(found, field)
    assert (
        list(shown) if isinstance(shown, tuple) and field != "images" else [image.url for image in found.images] if field == "images" else shown
    ) == value
    if field in found.field_sources:
        assert found.field_sources[field] == "site:harbour.example"


def test_all_fields_of_a_file_are_tried_above():
    assert {row[0] for row in SELECTED} == set(MetaField)


def test_a_byline_that_the_file_selects_names_the_authors(tmp_path: Path):
    assert article(OTHERWISE, "[site.fields]\nbyline_raw = 'b'\n", tmp_path, "<b>By Cleo Vance and Ben Reed</b>").authors == (
        "Cleo Vance",
        "Ben Reed",
    )
