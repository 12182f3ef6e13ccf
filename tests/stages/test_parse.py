import pytest

from pipeline.records import Flag, Reason, Reject
from pipeline.stages.parse import parse_html, parse_page


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        pytest.param("<p>Tide&#x1; tables</p>", "Tide tables", id="a reference that XML has no place for"),
        pytest.param("<p>Tide&#8; &#xFFFF;tables</p>", "Tide tables", id="decimal and upper case"),
        pytest.param("<p>caf&#233; &amp; bar &#x20AC;</p>", "café & bar €", id="good references stay"),
        pytest.param("<p>a\x00b\x0bc</p>", "abc", id="control characters"),
        pytest.param("<p>half a pair \ud800</p>", "half a pair ", id="a lone surrogate"),
        pytest.param('<?xml version="1.0" encoding="utf-16"?><p>declared wrong</p>', "declared wrong", id="an encoding declaration in text"),
        pytest.param("<p>kept<!-- dropped --></p>", "kept", id="comments"),
    ],
)
def test_text_survives_what_breaks_parsers(markup: str, text: str):
    assert parse_html(markup).text_content() == text


@pytest.mark.parametrize("depth", [300, 1000, 2060, 10_000])
@pytest.mark.parametrize("tag", ["div", "b", "font", "table><tr><td"])
def test_deep_nesting_keeps_its_text(depth: int, tag: str):
    tree = parse_html(f"<p>at the top</p>{f'<{tag}>' * depth}<h2>below</h2><p>at the bottom</p>")
    assert tree.text_content() == "at the topbelowat the bottom"
    assert [element.text for element in tree.iter("p", "h2")] == ["at the top", "below", "at the bottom"]


def test_paragraphs_that_were_boxes_nested_too_deep_stay_apart():
    tree = parse_html("<div>" * 3_000 + "<div>one <b>boat</b></div><div>two</div>")
    assert list(tree.itertext()) == ["one boat", "two"]


@pytest.mark.parametrize(
    ("markup", "around"),
    [
        pytest.param("<div>" * 5 + "x", 6, id="in one another"),
        pytest.param("<p>x</p>" * 50 + "<div><p>y</p></div>" * 50, 3, id="beside each other"),
        pytest.param("<ul><li>x<ul><li><b>y</b></li></ul><li>z</ul><div>", 6, id="in one another, then beside"),
    ],
)
def test_the_cap_on_nesting_is_on_how_many_elements_stand_around_one(markup: str, around: int):
    assert parse_page(markup, around).flags == frozenset()
    assert parse_page(markup, around - 1).flags == {Flag.NESTING_FLATTENED}


@pytest.mark.parametrize("markup", ["", "   ", "<!-- only a comment -->"])
def test_nothing_to_parse_is_empty(markup: str):
    with pytest.raises(Reject) as caught:
        parse_html(markup)
    assert caught.value.reason is Reason.EMPTY


@pytest.mark.parametrize("first", ["article", "main", "section", "header", "svg", "my-story"])
def test_what_libxml2_leaves_in_the_head_of_a_page_without_body_is_its_body(first: str):
    tree = parse_html(f"<!doctype html><meta charset=utf-8><title>Ferry</title><{first}><p>One</p></{first}>two<link rel=next href=x><p>three</p>")
    assert [element.tag for element in tree] == ["head", "body"]
    assert [element.tag for element in tree[0]] == ["meta", "title"]
    assert "".join(tree[1].itertext()) == "Onetwothree"
