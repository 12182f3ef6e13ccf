import lxml.html
import numpy as np
import pytest

from pipeline.stages.body.hints import Hints
from pipeline.stages.body.page_features import TAGS, name_words, page_features
from pipeline.stages.body.walk import page_blocks
from pipeline.stages.parse import parse_html

NAME_WEIGHTS = {"story": 2.0, "menu": -3.0, "wide": -0.5}
PROSE = "The ferry to Skarholm will run again from Monday, said the company, after three weeks in which islanders had to borrow boats."
PAGE = f"""
<header><ul class="menu"><li><a href="/coast">Coast</a></li><li><a href="/topics/boats">Boats</a></li></ul></header>
<main class="wide"><h1>Ferry runs again</h1>
<div class="story"><p>{PROSE}</p><section hidden><p>By Ida Brekke</p></section><p>By Ida Brekke</p><blockquote><p>We <b>rowed</b>.</p></blockquote>
<p><a href="#top">Top</a></p></div>
<div class="menu"><p><a href="https://facebook.com/sharer?u=x">Share</a></p></div></main>
"""
COAST, BOATS, HEADLINE, LEAD, HIDDEN, BYLINE, QUOTE, TOP, SHARE = range(9)


def columns_of(body: str, *, hints: Hints | None = None) -> dict[str, list[float]]:
    blocks = page_blocks(parse_html(f"<html><body>{body}</body></html>"))
    (names, values), groups = page_features(blocks, hints or Hints(), NAME_WEIGHTS)
    assert all(len(group) == len(blocks) for group in groups.values())
    assert values.shape == (len(blocks), len(names))
    return {name: values[:, number].tolist() for number, name in enumerate(names)}


@pytest.mark.parametrize(
    ("feature", "expected"),
    [
        ("tag", {HEADLINE: TAGS.index("h1"), LEAD: TAGS.index("p"), COAST: TAGS.index("li")}),
        ("parent_tag", {LEAD: TAGS.index("div"), COAST: TAGS.index("ul"), QUOTE: TAGS.index("blockquote")}),
        ("link_share", {COAST: 1, LEAD: 0, SHARE: 1}),
        ("emphasis_share", {LEAD: 0, QUOTE: 5 / 9}),
        ("links", {COAST: 1, LEAD: 0}),
        ("links_to_sharing", {SHARE: 1, COAST: 0, LEAD: 0}),
        ("links_to_listing", {BOATS: 1, COAST: 0}),
        ("links_to_itself", {TOP: 1, COAST: 0, LEAD: 0}),
        ("hidden", {HIDDEN: 1, LEAD: 0}),
        ("in_header", {COAST: 1, LEAD: 0}),
        ("in_main", {COAST: 0, HEADLINE: 1, LEAD: 1, QUOTE: 1}),
        ("in_blockquote", {QUOTE: 1, LEAD: 0}),
        ("names_own", {COAST: 0, LEAD: 0}),
        ("names_parent", {COAST: -3, LEAD: 2, HEADLINE: -0.5}),
        ("names_grandparent", {LEAD: -0.5, QUOTE: 2}),
        ("names_total", {COAST: -3, LEAD: 1.5, SHARE: -3.5}),
        ("names_least", {COAST: -3, LEAD: -0.5}),
        ("names_most", {COAST: 0, LEAD: 2}),
        ("names_against", {COAST: -3, LEAD: 0, SHARE: -3}),
        ("position", {COAST: 0, SHARE: 8 / 9}),
        ("words_before", {COAST: 0}),
        ("prose_before", {HEADLINE: 0, BYLINE: 1, SHARE: 1}),
        ("repeats", {LEAD: 0, HIDDEN: 1, BYLINE: 1}),
        ("repeats_before", {HIDDEN: 0, BYLINE: 1}),
        ("in_title", {HEADLINE: 1, COAST: 0}),
        ("below_title", {COAST: -2, HEADLINE: 0, LEAD: 1}),
        ("names_author", {BYLINE: 1, LEAD: 0}),
        ("is_summary", {LEAD: 1, BYLINE: 0}),
        ("link_share+1", {COAST: 1, BOATS: 0, SHARE: -1}),
        ("link_share-1", {COAST: -1, HEADLINE: 1, LEAD: 0}),
        ("tag+2", {COAST: TAGS.index("h1"), SHARE: -1}),
    ],
)
def test_what_is_counted_about_a_block(feature: str, expected: dict[int, float]):
    hints = Hints(titles=("Ferry runs again",), summaries=(PROSE,), authors=("Ida Brekke",))
    found = columns_of(PAGE, hints=hints)[feature]
    assert {place: found[place] for place in expected} == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize(
    ("group", "body", "sizes"),
    [
        pytest.param("alike", "<div><p>a</p></div><div><p>b</p></div><div class=x><p>c</p></div>", [2, 2, 1], id="own and parent's names"),
        pytest.param("path", "<div><p>a</p></div><div class=x><p>b</p></div><ul><li>c</li></ul>", [2, 2, 1], id="tags alone"),
        pytest.param("parent", "<ul><li>a</li><li class=x>b</li></ul><ol><li>c</li></ol>", [2, 2, 1], id="parents that look alike"),
        pytest.param("grandparent", "<div><ul><li>a</li></ul><p>b</p></div><main><ul><li>c</li></ul></main>", [1, 1, 1], id="grandparents"),
        pytest.param("element", "<div>a<p>b</p>c</div>", [2, 1, 2], id="one element"),
    ],
)
def test_blocks_are_counted_with_those_like_them(group: str, body: str, sizes: list[int]):
    assert np.expm1(columns_of(body)[f"{group}_blocks"]) == pytest.approx(sizes, abs=1e-5)


def test_a_page_of_one_block_has_features():
    assert all(np.isfinite(values).all() for values in columns_of("<p>One.</p>").values())


def test_class_names_that_nobody_has_weighed_say_nothing():
    assert columns_of('<div class="zorb"><p>One.</p></div>')["names_total"] == [0]


@pytest.mark.parametrize("depth", [1_200, 3_000])
def test_deep_nesting(depth: int):
    # Built by hand: the parser itself gives up at 2,048 levels.
    root = lxml.html.Element("html")
    innermost = root
    for tag in ("body", *["div"] * depth):
        innermost.append(lxml.html.Element(tag))
        innermost = innermost[0]
    innermost.text = PROSE
    features = page_features(page_blocks(root), Hints(), {}).features
    assert features.column("depth").tolist() == [depth + 2]  # with the body, and the root of all places


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("", ()),
        ("articleBody story-body__text c12", ("article", "body", "story", "text")),
        ("SiteNav site-nav SITENAV", ("site", "nav")),
        ("a of x1y2", ()),
    ],
)
def test_words_in_class_names(names: str, words: tuple[str, ...]):
    assert name_words(names) == words
