from collections.abc import Sequence

import numpy as np
import pytest

from pipeline.stages.body import readings
from pipeline.stages.body.columns import Features
from pipeline.stages.body.hints import Hints
from pipeline.stages.body.model import KEEP_SCORE
from pipeline.stages.body.readings import MAX_UNSURENESS, Readings, read_page, unsureness, with_headings, with_some_text, with_tables
from pipeline.stages.body.walk import PageBlock, page_blocks
from pipeline.stages.parse import parse_html

PROSE = tuple(
    f"The {what} of Skarholm will {do} again from Monday, said the company, after three weeks in which islanders had to borrow boats."
    for what, do in (("ferry", "run"), ("bakery", "open"), ("school", "teach"), ("choir", "sing"))
)


def blocks_of(body: str) -> tuple[PageBlock, ...]:
    return page_blocks(parse_html(f"<html><body>{body}</body></html>"))


def read(body: str) -> tuple[Readings, int]:
    """What is made of a page, and how often the extractor was asked; it takes nothing for the body."""
    blocks, asked = blocks_of(body), 0

    def ask() -> Sequence[bool]:
        nonlocal asked
        asked += 1
        return [False] * len(blocks)

    return read_page(blocks, Hints(titles=("Skarholm lives again",)), ask), asked


ARTICLE = f"<main><article class=article><h1>Skarholm lives again</h1><div class=article-body>{''.join(f'<p>{text}</p>' for text in PROSE)}</div></article></main>"


def test_an_easy_page_asks_nobody():
    found, asked = read(ARTICLE)
    assert (found.asked, asked) == (False, 0)
    assert [weight.score >= KEEP_SCORE for weight in found.weights.values()][-4:] == [True] * 4


def test_a_doubtful_page_asks_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(readings, "MAX_UNSURENESS", 0.0)  # no page is beyond all doubt, so this one is doubtful, whatever the models have learned
    found, asked = read(ARTICLE)
    assert (found.asked, asked) == (True, 1)


def test_a_page_without_any_likely_block_asks():
    assert read("<nav><ul><li><a href=/a>Coast</a></li><li><a href=/b>Boats</a></li></ul></nav>")[1] == 1


@pytest.mark.parametrize(
    ("scores", "sure"),
    [
        pytest.param([1.0, 1.0, 0.0], True, id="all is clear"),
        pytest.param([1.0, 0.97, 0.02], True, id="next to clear"),
        pytest.param([1.0, 0.5, 0.5], False, id="two in doubt"),
        pytest.param([0.01, 0.01, 0.01], False, id="nothing likely"),
    ],
)
def test_unsureness(scores: list[float], *, sure: bool):
    features = Features(("words",), np.log1p(np.full((3, 1), 20, dtype=np.float32)))
    assert (unsureness(features, np.array(scores)) <= MAX_UNSURENESS) is sure


@pytest.mark.parametrize(
    ("scores", "kept"),
    [
        pytest.param([0.4, 0.3, 0.1], [0, 1], id="the extractor's body, where nothing else is kept"),
        pytest.param([0.4, 0.3, 0.9], [0, 1, 2], id="beside a line that is kept"),
        pytest.param([0.9, 0.3, 0.1], [0], id="not where an article is kept"),
    ],
)
def test_no_article_comes_out_empty_while_the_extractor_finds_text(scores: list[float], kept: list[int]):
    found = with_some_text(np.array(scores), np.array([True, True, False]), np.array([60.0, 40.0, 10.0]))
    assert np.flatnonzero(found >= KEEP_SCORE).tolist() == kept


HEADING, BELOW = 0.1, 0.9


@pytest.mark.parametrize(
    ("body", "scores", "kept"),
    [
        pytest.param("<h3>09:40 The pier is dry</h3><p>…</p>", [HEADING, BELOW], True, id="right above text"),
        pytest.param("<h3>09:40 The pier is dry</h3><p>…</p>", [HEADING, 0.6], False, id="above text that is not sure"),
        pytest.param("<section><header><h3>The pier is dry</h3></header><p>…</p></section>", [HEADING, BELOW], True, id="in a header"),
        pytest.param("<section><h3>The pier is dry</h3><div><p>…</p></div></section>", [HEADING, BELOW], True, id="text in a box of its own"),
        pytest.param("<div><h3>More</h3></div><div><p>…</p></div>", [HEADING, BELOW], False, id="each in a box of its own"),
        pytest.param("<div><div><div><h3>More</h3></div></div></div><p>…</p>", [HEADING, BELOW], False, id="in another box"),
        pytest.param("<p>09:40 The pier is dry</p><p>…</p>", [HEADING, BELOW], False, id="no heading"),
        pytest.param("<h3>More</h3>", [HEADING], False, id="the last block"),
    ],
)
def test_headings_belong_to_the_text_right_below(body: str, scores: list[float], *, kept: bool):
    found = with_headings(blocks_of(body), np.array(scores))
    assert (found[0] >= KEEP_SCORE) is np.bool_(kept)
    assert found[1:].tolist() == scores[1:]


@pytest.mark.parametrize(
    ("entries", "kept"),
    [
        pytest.param(readings.MIN_ENTRIES, True, id="in a live blog"),
        pytest.param(readings.MIN_ENTRIES - 1, False, id="here and there"),
    ],
)
def test_the_times_of_entries_belong_to_live_blogs(entries: int, *, kept: bool):
    body = "".join(f"<div><p>{hour}:40</p><h3>The pier is dry</h3><p>…</p></div>" for hour in range(entries))
    found = with_headings(blocks_of(body), np.array([0.1, 0.1, 0.9] * entries))
    assert (found >= KEEP_SCORE).tolist() == [kept, True, True] * entries


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        pytest.param("<a href=#e7>7:40 The pier is dry</a>", True, id="to an entry of this page"),
        pytest.param("<a href=/e7>7:40 The pier is dry</a>", False, id="to another page"),
        pytest.param("<a href=#e7>The pier is dry</a>", False, id="without a time"),
    ],
)
def test_the_list_of_events_belongs_to_a_live_blog(link: str, *, kept: bool):
    body = f"<div><h2>Key events</h2><ol><li>{link}</li></ol></div>" + "".join(f"<div><p>{hour}:40</p><p>…</p></div>" for hour in range(5))
    found = with_headings(blocks_of(body), np.array([0.1, 0.1, *[0.9] * 10]))
    assert (found[:2] >= KEEP_SCORE).tolist() == [kept, kept]


ROWS = "<tr><th>Boat<th>Points<tr><td>Ida<td>31<tr><td>Moe<td>29"
TERMS = "<dt>Ida<dd>31<dt>Moe"


@pytest.mark.parametrize(
    ("body", "scores", "kept"),
    [
        pytest.param(f"<h2>Results</h2><table>{ROWS}</table>", [0.9, 0.6, 0.4, 0.2], True, id="a table"),
        pytest.param(f"<h2>Results</h2><dl>{TERMS}</dl>", [0.9, 0.4, 0.3, 0.2], True, id="a list of terms"),
        pytest.param(f"<h2>Results</h2><div><table>{ROWS}</table></div>", [0.9, 0.4, 0.4, 0.2], True, id="a table in a box of its own"),
        pytest.param(f"<h2>Results</h2><table>{ROWS}</table>", [0.9, 0.1, 0.1, 0.1], False, id="one of the page's frame"),
        pytest.param(f"<h2>Results</h2><table>{ROWS}</table>", [0.3, 0.4, 0.4, 0.2], False, id="below a heading that goes"),
        pytest.param(f"<h2>Results</h2><table>{ROWS}</table>", [0.4, 0.4, 0.4, 0.2], True, id="below one that would be missed by little"),
        pytest.param(f"<p>Results</p><table>{ROWS}</table>", [0.9, 0.4, 0.4, 0.2], False, id="below no heading"),
        pytest.param(f"<div><h2>Results</h2></div><div><div><table>{ROWS}</table></div></div>", [0.9, 0.4, 0.4, 0.2], False, id="in another box"),
        pytest.param(f"<h2>More</h2><table>{ROWS.replace('<td>', '<td><a href=/boats>')}</table>", [0.9, 0.1, 0.4, 0.4], False, id="one of links"),
    ],
)
def test_small_tables_stay_whole_with_their_headings(body: str, scores: list[float], *, kept: bool):
    found = with_tables(blocks_of(f"{body}<p>Behind</p>"), np.array([*scores, 0.1]))
    expected = [max(score, KEEP_SCORE) if kept else score for score in scores[1:]]
    assert found.tolist() == [max(scores[0], KEEP_SCORE) if kept else scores[0], *expected, 0.1]


def test_what_is_taken_out_of_the_midst_of_an_article_is_told():
    share = "<ul class=share-links><li><a href=https://facebook.example/sharer>Share</a></li></ul>"
    found, _ = read(ARTICLE.replace("<p>The choir", f"{share}<p>The choir"))
    texts = {block.text: place for place, block in enumerate(blocks_of(ARTICLE.replace("<p>The choir", f"{share}<p>The choir")))}
    told = found.weights[texts["Share"]]
    assert told.score < readings.HOPELESS_SCORE * 10
    assert told.doubts
