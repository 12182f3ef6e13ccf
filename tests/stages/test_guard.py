import pytest

from pipeline.drafting import draft_page
from pipeline.records import Flag, Media, Origin, RawPage, Reason, Reject, SourceFormat
from pipeline.settings import Limits
from pipeline.stages.guard import check_tree
from pipeline.stages.parse import parse_html

PROSE = "<p>The ferry to Skarholm will run again from Monday, said the company, after three weeks in which islanders had to borrow boats.</p>"
SMALL = Limits(page_bytes=20_000, tags=400, elements=100, children=60, attribute_characters=50, nesting=20)
LITTLE_JSON = Limits(json_ld_characters=50)


def draft(markup: str, limits: Limits = SMALL):
    origin = Origin(uri="a.html", format=SourceFormat.HTML, record="0")
    return draft_page(RawPage(origin=origin, media=Media.HTML, body=markup.encode()), (), limits)


@pytest.mark.parametrize(
    ("markup", "reason", "detail"),
    [
        pytest.param(PROSE + " " * 20_000, Reason.TOO_LARGE, "bytes, more than 20000", id="bytes"),
        pytest.param(PROSE + "<br>" * 400, Reason.TOO_MANY_TAGS, "tags, more than 400", id="tags"),
        pytest.param(PROSE + "<div><b>x</b></div>" * 60, Reason.TOO_MANY_ELEMENTS, "elements, more than 100", id="elements"),
        pytest.param(f"<div>{PROSE}{'<br>' * 61}</div>", Reason.TOO_WIDE, "with 62 children, more than 60", id="children"),
        pytest.param(f"{PROSE}<svg>{'<time>' * 30}", Reason.TOO_DEEP, "in more than 20 others", id="nesting"),
    ],
)
def test_what_is_beyond_a_cap_is_rejected_for_it(markup: str, reason: Reason, detail: str):
    with pytest.raises(Reject, match=detail) as rejected:
        draft(markup)
    assert rejected.value.reason is reason


def test_a_page_within_all_caps_is_drafted():
    assert [block.text for block in draft(f"<article>{PROSE * 3}</article>").blocks] == [PROSE[3:-4]] * 3


def test_a_long_attribute_is_emptied_and_a_meta_element_s_is_cut():
    tree = parse_html(f'<head><meta name="author" content="{"A" * 60}"></head><body><img src="data:{"A" * 60}" alt="Quay"></body>')
    assert check_tree(tree, SMALL).flags == {Flag.META_CUT}
    assert [tree.find(".//meta").get("content"), *(tree.find(".//img").get(name) for name in ("src", "alt"))] == ["A" * 50, "", "Quay"]


@pytest.mark.parametrize(
    ("head", "limits", "flags"),
    [
        pytest.param(f'<meta name="author" content="{"A" * 60}">', SMALL, {Flag.META_CUT}, id="a meta element"),
        pytest.param(f'<link rel="icon" href="data:{"A" * 60}">', SMALL, set(), id="an attribute that is no field"),
        pytest.param(f'<script type="application/LD+JSON">{{"@type": "{"A" * 60}"}}</script>', LITTLE_JSON, {Flag.JSON_LD_UNREAD}, id="long JSON-LD"),
        pytest.param('<script type="application/ld+json">{"@type": </script>', SMALL, {Flag.JSON_LD_UNREAD}, id="broken JSON-LD"),
        pytest.param('<script type="application/ld+json"> </script>', SMALL, set(), id="empty JSON-LD"),
        pytest.param('<script type="application/ld+json">{"@type": "Article",}</script>', SMALL, set(), id="JSON-LD that can be repaired"),
        pytest.param("<div>" * 30, Limits(nesting=20), {Flag.NESTING_FLATTENED}, id="nesting"),
        pytest.param("<div>" * 30, Limits(nesting=40), set(), id="less nesting"),
    ],
)
def test_what_was_cut_or_not_read_is_a_flag_of_the_article(head: str, limits: Limits, flags: set[Flag]):
    drafted = draft(f"<html><head>{head}</head><body><article>{PROSE * 3}</article></body></html>", limits)
    assert drafted.flags == flags
    assert [block.text for block in drafted.blocks] == [PROSE[3:-4]] * 3


def test_json_ld_beyond_its_cap_says_nothing_of_the_article():
    script = f'<script type="application/ld+json">{{"@type": "Article", "headline": "{"A" * 60}"}}</script>'
    fields = {limit: [it.source for it in draft(f"{script}{PROSE * 3}", Limits(json_ld_characters=limit)).candidates] for limit in (50, 500)}
    assert ("json-ld:headline" in fields[50], "json-ld:headline" in fields[500]) == (False, True)


@pytest.mark.parametrize("depth", [300, 1_000])
def test_deep_nesting_keeps_its_article(depth: int):
    markup = f"<html><body>{'<div>' * depth}<article><h1>Ferry</h1>{PROSE * 3}</article>{'</div>' * depth}</body></html>"
    assert [block.text for block in draft(markup, Limits()).blocks][-3:] == [PROSE[3:-4]] * 3


@pytest.mark.parametrize("markup", [' {"title": "Ferry", "text": "<p>It sails."}', "[1, 2]"])
def test_json_is_no_page(markup: str):
    with pytest.raises(Reject, match="it is JSON"):
        draft(markup)


def test_a_page_that_begins_with_a_bracket_is_one():
    assert draft(f"[Home] {PROSE * 3}").blocks
