"""What a site's rule file says, seen in the article."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.pages import clean_draft, draft_page
from pipeline.records import Article, Flag, Media, Origin, RawPage, SourceFormat
from pipeline.rules import load_rules

STORY = "<p>The harbour board met on Tuesday evening, and left without an answer that anyone could repeat.</p>" * 5


def article(head: str, site_file: str, folder: Path) -> Article:
    path = folder / "site" / "harbour.example.toml"
    path.parent.mkdir()
    path.write_text(f"[site]\ndomain = 'harbour.example'\n{site_file}")
    rules = load_rules(folder)
    body = f"<html><head>{head}</head><body><article><h1>Sea wall</h1>{STORY}</article></body></html>".encode()
    origin = Origin(uri="a.html", format=SourceFormat.HTML, record="0")
    page = RawPage(origin=origin, media=Media.HTML, body=body, url="https://www.harbour.example/a", fetched_at=datetime(2024, 6, 1, tzinfo=UTC))
    return clean_draft(draft_page(page, rules), rules, min_words=5).article


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
    rules = load_rules(tmp_path)
    body = f"<html><body><article><h1>Sea wall</h1>{STORY}<p class=tide>High water at noon, low water at six, said the harbour master.</p></article></body></html>"
    origin = Origin(uri="a.html", format=SourceFormat.HTML, record="0")
    page = RawPage(origin=origin, media=Media.HTML, body=body.encode(), url=f"https://{host}/a")
    article = clean_draft(draft_page(page, rules), rules, min_words=5).article
    assert (article.site, article.host) == ("xn--bcher-blatt-thb.example",) * 2
    assert "High water" not in article.text
