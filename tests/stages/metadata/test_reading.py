from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring, tostring

from pipeline.records import Image, MetaField
from pipeline.stages.metadata import read_candidates
from pipeline.stages.metadata.date_parsing import parse_date

URL = "https://ledger.example/news/ferry-returns"
PAGE = """<html lang="en-GB"><head><title>Ferry returns after storm | The Ledger</title>
<meta property="og:title" content="Ferry returns after storm"><meta property="og:site_name" content="The Ledger">
<meta name="author" content="Ada Moor"><meta property="article:published_time" content="2024-03-05T09:30:00+01:00">
<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Ada Moor">
<meta property="og:image" content="/pictures/harbour-ferry-1200x630.jpg">
<link rel="canonical" href="/news/ferry-returns">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry returns after storm", "datePublished": "2024-03-05"}</script>
</head><body>
<nav><h1>The Ledger</h1><div class="breadcrumb"><a href="/">Home</a> <a href="/world">World</a></div></nav>
<article><span class="kicker">Shipping</span><h1>Ferry returns after storm</h1>
<p class="article-standfirst">Islanders had waited for forty days to see the mainland again.</p>
<div class="byline">By <a rel="author" href="/ada">Ada Moor</a></div>
<time class="published" datetime="2024-03-05T09:30:00+01:00">5 March 2024</time> <p>Updated: <time datetime="2024-03-06">6 March 2024</time></p>
<figure><img data-src="/pictures/harbour-ferry-640x360.jpg" alt="A ferry"><figcaption>The ferry in the bay. <span class="credit">Ben Reed</span></figcaption></figure>
<p>The ferry left at noon.</p></article>
<aside class="related"><h2 class="headline">Council votes</h2><span class="author">Cleo Vance</span><time datetime="2020-01-01">1 January 2020</time></aside>
</body></html>"""


def read(page, url=URL):
    return read_candidates(document_fromstring(page), url)


@pytest.mark.parametrize(
    ("field", "source", "value"),
    [
        (MetaField.TITLE, "title", "Ferry returns after storm | The Ledger"),
        (MetaField.TITLE, "og:title", "Ferry returns after storm"),
        (MetaField.TITLE, "json-ld:headline", "Ferry returns after storm"),
        (MetaField.TITLE, "h1", "Ferry returns after storm"),
        (MetaField.SITE_NAME, "og:site_name", "The Ledger"),
        (MetaField.AUTHOR, "meta:author", "Ada Moor"),
        (MetaField.AUTHOR, "twitter:data", "Ada Moor"),
        (MetaField.BYLINE, "class:byline", "By Ada Moor"),
        (MetaField.DATE_PUBLISHED, "article:published_time", "2024-03-05T09:30:00+01:00"),
        (MetaField.DATE_PUBLISHED, "json-ld:datePublished", "2024-03-05"),
        (MetaField.DATE_PUBLISHED, "time:published", "2024-03-05T09:30:00+01:00"),
        (MetaField.DATE_MODIFIED, "time", "2024-03-06"),
        (MetaField.CANONICAL_URL, "canonical", "/news/ferry-returns"),
        (MetaField.LANGUAGE, "html:lang", "en-GB"),
        (MetaField.SECTION, "breadcrumb", "World"),
        (MetaField.STANDFIRST, "class:standfirst", "Islanders had waited for forty days to see the mainland again."),
    ],
)
def test_each_source_proposes_its_value(field, source, value):
    assert (field, source, value) in [(candidate.field, candidate.source, candidate.value) for candidate in read(PAGE).candidates]


def test_other_stories_on_the_page_propose_nothing():
    found = read(PAGE).candidates
    assert not [candidate for candidate in found if candidate.value in {"Cleo Vance", "2020-01-01", "Council votes"}]


def test_one_picture_in_two_sizes_is_one_picture():
    assert read(PAGE).images == (
        Image(url="https://ledger.example/pictures/harbour-ferry-1200x630.jpg", caption="The ferry in the bay.", credit="Ben Reed", alt="A ferry"),
    )


def test_the_tree_is_left_as_it_is():
    for page in (PAGE, "<p>Nothing here, said on 5 March 2024 in a text that holds no other date.</p>"):
        tree = document_fromstring(page)
        before = tostring(tree)
        read_candidates(tree, URL)
        assert tostring(tree) == before


def test_a_day_in_the_address_is_a_candidate():
    found = read("<p>x</p>", "https://ledger.example/2024/03/05/ferry").candidates
    assert [(candidate.source, candidate.value) for candidate in found if candidate.field is MetaField.DATE_PUBLISHED] == [("url", "2024-03-05")]


def published(page, url=URL):
    return [(candidate.source, candidate.value) for candidate in read(page, url).candidates if candidate.field is MetaField.DATE_PUBLISHED]


def test_a_day_first_address_counts_where_it_can_be_read_in_one_way():
    assert published("<p>x</p>", "https://ledger.example/news/29-10-2021") == [("url", "2021-10-29")]
    assert published("<p>x</p>", "https://ledger.example/news/05-03-2024") == []


def test_a_date_among_the_parts_of_the_title():
    assert ("title", "05.03.2024") in published("<title>Ferry returns | The Ledger | 05.03.2024</title><p>x</p>")
    assert "title" not in dict(published("<title>What we know of 05.03.2024 - The Ledger</title><p>x</p>"))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("<p>Post time: 5 March 2024</p>", [("text:labelled", "Post time: 5 March 2024")]),
        ("<b>Erschienen am:</b> <i>05.03.2024</i>", [("text:labelled", "Erschienen am: 05.03.2024")]),
        ("<p>Last updated: 5 March 2024</p>", []),
        ("<p>Published reports of 5 March 2024 on the ferry speak of a storm and of much else</p>", []),
    ],
)
def test_a_labelled_line_anywhere_where_there_is_no_other_date(line, found):
    assert published(f"<h1>Ferry returns</h1>{'<p>The ferry left at noon.</p>' * 80}{line}") == found


def test_a_labelled_line_gives_way_to_any_other_date():
    page = "<h1>Ferry returns</h1><time>5 March 2024</time><p>Published: 1 January 2020</p>"
    assert "text:labelled" not in [source for source, _ in published(page)]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "<blockquote><p>An old post</p><time datetime='2019-01-01'>1 January 2019</time></blockquote>",
        "<figure><img src=a.jpg><figcaption>The mill, 1 January 2019</figcaption></figure>",
        "<p>The mill was built on 1 January 2019 by people of the town who had come from afar.</p>",
    ],
)
def test_dates_of_pictures_posts_and_prose_are_not_those_of_the_article(elsewhere):
    page = f"<h1>Ferry returns</h1><p>5 March 2024</p>{elsewhere}<p>The ferry left at noon.</p>"
    assert published(page) == [("text:near-headline", "5 March 2024")]


PROSE = "<p>The ferry left at noon, and nobody on the pier would say why it had stayed away for so long.</p>"


@pytest.mark.parametrize("below", ["<p>Board minutes, 4 March 2021</p>", "<p>Next sailing: 4 April 2024</p>", "<h2>Timeline</h2><p>12 May 1998</p>"])
def test_dates_below_the_first_prose_are_told_from_those_beside_the_headline(below):
    assert [source for source, _ in published(f"<h1>Ferry returns</h1>{PROSE}{below}")] == ["text:below-prose"]


@pytest.mark.parametrize(
    "refused",
    [
        '<script type="application/ld+json">[{"@type": "NewsArticle", "headline": "Mill saved", "url": "/mill", "datePublished": "2021-03-04"}]</script>',
        '<div class="comment"><time datetime="2021-03-04">4 March 2021</time><p>Well done.</p></div>',
        '<section id="comments"><p>Bob said on <time datetime="2021-03-04">4 March 2021</time></p></section>',
    ],
)
def test_other_peoples_dates_do_not_come_back_as_a_guess(refused):
    assert published(f"<title>Ferry returns</title><h1>Ferry returns</h1>{PROSE * 3}{refused}") == []


@pytest.mark.parametrize(
    "impossible", ["<meta property='article:published_time' content='2024-02-30'>", "<time datetime='2024-02-30'>30 February 2024</time>"]
)
def test_an_impossible_date_does_not_come_back_as_a_guess(impossible):
    assert not [value for _, value in published(f"<h1>Ferry returns</h1>{impossible}{PROSE * 3}") if parse_date(value)]


def test_todays_date_far_above_the_headline_is_none_of_the_article():
    page = f"<div class=date>Friday, 31 May 2024</div>{'<a href=/x>x</a>' * 40}<h1>Ferry returns</h1><p>5 March 2024</p>"
    assert published(page) == [("text:near-headline", "5 March 2024")]


def test_a_date_behind_an_icon_is_read():
    assert published("<h1>Ferry returns</h1><div><svg></svg> 5 March 2024</div>") == [("text:near-headline", "5 March 2024")]


@pytest.mark.parametrize(
    "line",
    [
        "Updated: 7 March 2024 | Published: 5 March 2024",
        "Posted 5 March 2024, updated 7 March 2024",
        "Erschienen 05.03.2024, aktualisiert 07.03.2024",
    ],
)
def test_a_line_with_two_dates_gives_each_to_its_field(line):
    found = {
        candidate.field: parse_date(candidate.value).day
        for candidate in read(f"<h1>Ferry returns</h1><p>{line}</p>").candidates
        if "date" in candidate.field
    }
    assert (found[MetaField.DATE_PUBLISHED], found[MetaField.DATE_MODIFIED]) == (date(2024, 3, 5), date(2024, 3, 7))


def test_a_paragraph_that_opens_with_its_date():
    page = "<h1>Ferry returns</h1><p>Ostwede, 5. März 2024 – Die Fähre fährt seit dem Mittag wieder, und die Insel hat nach vierzig Tagen Besuch.</p>"
    assert published(page) == [("text:dateline", "5. März 2024")]


@pytest.mark.parametrize(
    "address", ["https://ledger.example/2024/12/5-things", "https://ledger.example/20241399", "https://ledger.example/1234567890"]
)
def test_other_numbers_in_the_address_are_no_day(address):
    assert not [candidate for candidate in read("<p>x</p>", address).candidates if candidate.source == "url"]


def test_microdata_of_the_article_and_not_of_its_comments():
    page = """<div itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">Ferry returns</h1>
    <div itemprop="author" itemscope itemtype="https://schema.org/Person"><span itemprop="name">Ada Moor</span></div>
    <meta itemprop="datePublished" content="2024-03-05">
    <div itemprop="comment" itemscope itemtype="https://schema.org/Comment"><span itemprop="author">Troll</span></div></div>"""
    found = [(candidate.source, candidate.value) for candidate in read(page).candidates if candidate.source.startswith("microdata")]
    assert found == [("microdata:headline", "Ferry returns"), ("microdata:author", "Ada Moor"), ("microdata:datepublished", "2024-03-05")]


def test_lengths_are_capped():
    page = f"<title>{'x' * 9_000}</title><meta name=author content='{'y' * 9_000}'><meta name=description content='{'z' * 9_000}'>"
    lengths = {candidate.source: len(candidate.value) for candidate in read(page).candidates}
    assert (lengths["title"], lengths["meta:author"], lengths["meta:description"]) == (500, 200, 2_000)


@pytest.mark.parametrize(
    "page",
    [
        "<html></html>",
        "<h1></h1>",
        "<title/>",
        "<meta><link><time>",
        "<!-- x --><figure><img></figure>",
        "<script type='application/ld+json'>{</script>",
        "<p>" * 500,
    ],
)
def test_poor_pages_raise_nothing(page):
    read(page, None)


TAGS = ["h1", "h2", "div", "time", "figure", "img", "figcaption", "article", "aside", "meta", "script", "a", "span"]
ATTRIBUTES = ["class", "id", "rel", "itemprop", "itemtype", "itemscope", "datetime", "content", "name", "property", "href", "src", "type"]
VALUES = [
    "author",
    "byline",
    "published",
    "headline",
    "datePublished",
    "og:title",
    "article:published_time",
    "https://[",
    "2024-03-05",
    "application/ld+json",
    "",
    "canonical",
]


def element(tag, attributes, children):
    spelled = " ".join(f'{name}="{value}"' for name, value in attributes)
    return f"<{tag} {spelled}>{''.join(children)}</{tag}>"


ELEMENTS = st.recursive(
    st.text(alphabet='aB1 .:{}"é東', max_size=10),
    lambda inner: st.builds(
        element,
        st.sampled_from(TAGS),
        st.lists(st.tuples(st.sampled_from(ATTRIBUTES), st.sampled_from(VALUES)), max_size=3),
        st.lists(inner, max_size=4),
    ),
    max_leaves=15,
)


@given(ELEMENTS)
def test_no_markup_raises(markup):
    read(f"<html><body>{markup}</body></html>")


STANDFIRST = "Board hears three sums, takes none of them"


@pytest.mark.parametrize(
    ("below", "standfirst"),
    [
        pytest.param(f'<p class="dek">{STANDFIRST}</p>', STANDFIRST, id="a short one"),
        pytest.param('<p class="dek">By Ada Moor, Tarnby</p>', None, id="too short for one"),
        pytest.param(f'<p class="lead">{STANDFIRST}</p>', STANDFIRST, id="an introduction"),
        pytest.param(f'<div class="by">Ada</div><div class="box"><p class="article_Lead x">{STANDFIRST}</p></div>', STANDFIRST, id="behind a byline"),
        pytest.param(f'<div class="head-sub">{STANDFIRST}</div>', STANDFIRST, id="a box that is a paragraph"),
        pytest.param(f'<div class="intro"><h2>More</h2><p>{STANDFIRST}</p></div>', None, id="a box with parts"),
        pytest.param(f'<p class="leader">{STANDFIRST}</p>', None, id="another name"),
        pytest.param(f'<p>{"The board met and parted. " * 6}</p><p class="lead">{STANDFIRST}</p>', None, id="below the text's first paragraph"),
        pytest.param(
            f'<p class="lead">The board met on Tuesday, and then went home.</p><p class="dek">{STANDFIRST}</p>', STANDFIRST, id="one of two"
        ),
    ],
)
def test_the_standfirst_stands_between_headline_and_text(below, standfirst):
    page = f"<html><body><article><h1>Nobody knows what the sea wall costs</h1>{below}<p>{'The board met again. ' * 6}</p></article></body></html>"
    found = [candidate.value for candidate in read(page).candidates if candidate.field is MetaField.STANDFIRST]
    assert found == ([standfirst] if standfirst else [])
