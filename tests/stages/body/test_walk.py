import unicodedata

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement

from pipeline.stages.body.silence import PROSE_WORDS
from pipeline.stages.body.walk import MAX_CELL_WORDS, PageBlock, page_blocks
from pipeline.stages.parse import parse_html

LONG_LINE = "The ferry to Skarholm will run again from Monday, said the company, after three weeks in which islanders had to borrow boats."
LONG_CELL = " ".join(["herring"] * (MAX_CELL_WORDS + 1))


def blocks_of(body: str) -> tuple[PageBlock, ...]:
    return page_blocks(parse_html(f"<html><head><title>Not in the body</title></head><body>{body}</body></html>"))


def texts_of(body: str) -> list[str]:
    return [block.text for block in blocks_of(body)]


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        pytest.param("<h2>Costs</h2><p>One.</p><p>Two.</p>", ["Costs", "One.", "Two."], id="headings and paragraphs"),
        pytest.param("<ul><li>Wall</li><li>Road<ul><li>North</li></ul></li></ul>", ["Wall", "Road", "North"], id="list items"),
        pytest.param("<dl><dt>Tide</dt><dd>Water that moves.</dd></dl>", ["Tide", "Water that moves."], id="terms"),
        pytest.param("Before<div>within</div>after", ["Before", "within", "after"], id="text beside elements"),
        pytest.param("<div>a<p>b</p>c<p>d</p>e</div>", ["a", "b", "c", "d", "e"], id="reading order"),
        pytest.param("<p>A <b>bold</b>  and <i>slan</i>ted\n line.</p>", ["A bold and slanted line."], id="inline markup"),
        pytest.param("<p>Half&nbsp;past&#8239;nine.</p>", ["Half past nine."], id="no-break spaces"),
        pytest.param("<p>Cafe\u0301</p>", ["Caf\u00e9"], id="NFC"),
        pytest.param("<p>caf<b>e</b>\u0301</p>", ["caf\u00e9"], id="NFC across markup"),
        pytest.param("<p> </p><p>&nbsp;</p><div><br></div>", [], id="white space alone"),
        pytest.param("<nav>Home</nav><p>One.</p><footer>Imprint</footer>", ["Home", "One.", "Imprint"], id="all of the page"),
        pytest.param("<figure><img src=x.jpg><figcaption>The pier</figcaption></figure>", ["The pier"], id="caption"),
        pytest.param("<p>Foo<img src=x.jpg alt=unseen>bar</p>", ["Foobar"], id="pictures"),
    ],
)
def test_a_block_is_what_a_reader_sees_as_one(body: str, texts: list[str]):
    assert texts_of(body) == texts


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        pytest.param("<p>Water is wide,<br>the boat is small.</p>", ["Water is wide,\nthe boat is small."], id="a poem's lines"),
        pytest.param("<address>Pier 4<br/>Skarholm</address>", ["Pier 4\nSkarholm"], id="an address"),
        pytest.param("<p>One<br>two<br><br>three<br>four</p>", ["One\ntwo", "three\nfour"], id="stanzas"),
        pytest.param("<p>One<br> &nbsp; <br>two</p>", ["One", "two"], id="an empty line with blanks in it"),
        pytest.param("<p><br>One<br></p>", ["One"], id="breaks around the text"),
        pytest.param(f"<p>{LONG_LINE}<br>Short.<br>{LONG_LINE}</p>", [LONG_LINE, "Short.", LONG_LINE], id="paragraphs parted by breaks"),
        pytest.param(f"<p>{LONG_LINE}\nand on</p>", [f"{LONG_LINE} and on"], id="a line's end in the source"),
        pytest.param("<pre>if tide:\r\n    wait()\n\nsail()</pre>", ["if tide:\n    wait()\nsail()"], id="preformatted"),
        pytest.param(f"<pre>{LONG_LINE}\nsail()</pre>", [f"{LONG_LINE}\nsail()"], id="preformatted text is never parted"),
        pytest.param("<p><span>The boat</span><span>She left</span></p>", ["The boat\nShe left"], id="spans that are lines by style"),
        pytest.param("<p><span>The boat</span> <span>She</span></p>", ["The boat She"], id="spans with a blank between"),
        pytest.param("<p><span>The</span>Mac<span>Boats</span></p>", ["TheMacBoats"], id="spans with text between"),
        pytest.param("<p><span>The bo</span><span>at</span></p>", ["The boat"], id="spans within a word"),
        pytest.param("<p><a href=/a>One<br>two</a></p>", ["One\ntwo"], id="a break within a link"),
    ],
)
def test_line_breaks(body: str, texts: list[str]):
    assert texts_of(body) == texts


def test_a_line_counts_as_a_paragraph_from_its_twentieth_word_on():
    almost, enough = " ".join(["word"] * (PROSE_WORDS - 1)), " ".join(["word"] * PROSE_WORDS)
    assert texts_of(f"<p>{almost}<br>{almost}</p>") == [f"{almost}\n{almost}"]
    assert texts_of(f"<p>{enough}<br>{almost}</p>") == [enough, almost]


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        pytest.param("<table><tr><th>Boat<th>Left<tr><td>Ida<td>9:40</table>", ["Boat | Left", "Ida | 9:40"], id="rows"),
        pytest.param("<table><tr><td>Ida</td><td></td><td>9:40</td></tr></table>", ["Ida | | 9:40"], id="an empty cell keeps its column"),
        pytest.param("<table><tr><td>Ida <b>II</b></td><td><a href=/x>9:40</a></td></tr></table>", ["Ida II | 9:40"], id="markup in cells"),
        pytest.param("<table><caption>Boats</caption><tr><td>Ida</td></tr></table>", ["Boats", "Ida"], id="caption, one column"),
        pytest.param(f"<table><tr><td>Ida<script>{LONG_CELL}</script></td><td>9:40</td></tr></table>", ["Ida | 9:40"], id="a script in a cell"),
        pytest.param(f"<table><tr><td>{LONG_CELL}</td><td>Aside</td></tr></table>", [LONG_CELL, "Aside"], id="a layout table by its long cells"),
        pytest.param("<table><tr><td><p>One.</p><p>Two.</p></td><td>Aside</td></tr></table>", ["One.", "Two.", "Aside"], id="one by its paragraphs"),
        pytest.param(
            "<table><tr><td>Out<table><tr><td>Ida</td><td>9:40</td></tr></table></td><td>In</td></tr></table>",
            ["Out", "Ida | 9:40", "In"],
            id="a table in a cell",
        ),
        pytest.param(
            "<table><tr><td>Ida</td><td>9:40</td></tr><tr><td><p>One.</p></td><td>Two.</td></tr></table>",
            ["Ida | 9:40", "One.", "Two."],
            id="both in one table",
        ),
        pytest.param("<table><tr><td>Ida</td></tr></table>Under <p>it</p>", ["Ida", "Under", "it"], id="text behind a table"),
    ],
)
def test_tables(body: str, texts: list[str]):
    assert texts_of(body) == texts


def test_signs_without_width_are_no_block():
    assert page_blocks(parse_html("<html><body><p>\u200b</p><p>&shy;&zwnj;</p></body></html>")) == ()


def test_a_row_of_empty_cells_is_no_block():
    assert texts_of("<table><tr><td></td><td>&nbsp;</td></tr></table>") == []


def test_a_bar_that_begins_a_paragraph_is_the_authors_own():
    assert texts_of("<p>| Photo: Ida Brekke</p>") == ["| Photo: Ida Brekke"]


SILENT = ("script", "style", "template", "svg", "select", "textarea", "canvas", "iframe", "object", "video", "audio", "noscript")


@pytest.mark.parametrize("tag", SILENT)
def test_what_nobody_reads_is_silent_and_the_text_behind_it_is_not(tag: str):
    assert texts_of(f"<p>Tide <{tag}>unseen</{tag}>tables</p><p>End.</p>") == ["Tide tables", "End."]


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        pytest.param("<p>One <button>Share</button>two</p>", ["One two"], id="a button"),
        pytest.param("<button>Menu<p>One.</p><p>Two.</p>", ["Menu", "One.", "Two."], id="a button that was never closed"),
        pytest.param("<p>One <span hidden>unseen</span>two</p>", ["One two"], id="a hidden span"),
        pytest.param("<p>One <span style='color:red; Display : NONE'>unseen</span>two</p>", ["One two"], id="a span hidden by style"),
        pytest.param("<p>One <span style='display:inline'>seen</span></p>", ["One seen"], id="a span with a style"),
        pytest.param("<form><label>Search</label><input value=unseen><select><option>unseen</select></form>", ["Search"], id="a form"),
    ],
)
def test_controls_and_hidden_spans(body: str, texts: list[str]):
    assert texts_of(body) == texts


STORY = tuple(
    f"{name} waited at the pier from noon to dusk for a boat that did not come, and then walked home along the sea wall."
    for name in ("Ida", "Olav", "Moe")
)
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in STORY)
NOTICE = "<noscript>Please enable JavaScript to see what islanders have to say about this story, for there are some who say that it is all untrue.</noscript>"


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        pytest.param(f"<div id=app></div><noscript>{PARAGRAPHS}</noscript>", [*STORY], id="in noscript alone"),
        pytest.param(f"<p>Coast</p><noscript>{PARAGRAPHS}</noscript><p>Imprint</p>", ["Coast", *STORY, "Imprint"], id="below a menu"),
        pytest.param(f"<span hidden>{PARAGRAPHS}</span>", [*STORY], id="in a hidden span"),
        pytest.param(f"{PARAGRAPHS}<noscript>{PARAGRAPHS}</noscript>", [*STORY], id="a copy"),
        pytest.param(f"{PARAGRAPHS}{NOTICE}", [*STORY], id="a notice below the article"),
        pytest.param(f"<noscript>{PARAGRAPHS}</noscript><noscript><img src=/pixel.gif>One pixel</noscript>", [*STORY], id="a pixel beside it"),
        pytest.param(f"<div id=app>Loading</div>{NOTICE}", ["Loading"], id="a notice instead of one"),
        pytest.param(f"<script>{PARAGRAPHS}</script>", [], id="a script is none"),
    ],
)
def test_what_is_silent_is_heard_where_the_article_stands_in_it(body: str, texts: list[str]):
    assert texts_of(body) == texts


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        pytest.param(f"<p>{STORY[0]}</p><p style='display:none'>{STORY[0]}</p>", [STORY[0]], id="behind"),
        pytest.param(f"<div hidden><p>{STORY[0]}</p></div><p>{STORY[0]}</p>", [STORY[0]], id="before, in a hidden place"),
        pytest.param(f"<p hidden>{STORY[0]}</p><p hidden>{STORY[0]}</p>", [STORY[0]] * 2, id="all hidden: one of them is shown some time"),
        pytest.param(f"<p>{STORY[0]}</p><p>{STORY[0]}</p>", [STORY[0]] * 2, id="none hidden"),
        pytest.param("<p>No.</p><p hidden>No.</p>", ["No."] * 2, id="no paragraphs"),
    ],
)
def test_of_a_paragraph_that_is_shown_no_hidden_copy_is_read(body: str, texts: list[str]):
    assert texts_of(body) == texts


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param("<pre>if tide:\n    row()\n\nsleep()\n</pre>", "if tide:\n    row()\nsleep()", id="indentation stays"),
        pytest.param("<pre><b>if</b> tide:\n\t<i>row</i>()</pre>", "if tide:\n\trow()", id="within markup"),
        pytest.param("<pre>\n    <b>row</b>()\n    sleep()</pre>", "    row()\n    sleep()", id="from the first line on"),
    ],
)
def test_code_is_one_block_with_its_lines_as_they_are_set(body: str, text: str):
    assert texts_of(body) == [text]


def test_hidden_places_are_read_and_marked():
    found = {
        block.text: any(place.hidden for place in block.place.around())
        for block in blocks_of("<div hidden><p>Within</p></div><p style='display: none'>Itself</p><p>Seen</p><p aria-hidden=true>Seen too</p>")
    }
    assert found == {"Within": True, "Itself": True, "Seen": False, "Seen too": False}


@pytest.mark.parametrize(
    ("body", "link_share", "links"),
    [
        pytest.param("<p>Read the plan.</p>", 0, (), id="none"),
        pytest.param('<p>Read <a href="/plan">the plan</a>.</p>', 8 / 14, ("/plan",), id="part of the text"),
        pytest.param('<p><a href="/a"><b>One</b></a> <a href="/b">two</a></p>', 6 / 7, ("/a", "/b"), id="two"),
        pytest.param('<ul><li><a href="/a">One</a></li></ul>', 1, ("/a",), id="all of it"),
        pytest.param('<p>Read <a name="plan">the plan</a>.</p>', 0, (), id="an anchor is no link"),
        pytest.param('<p>Read <a href="/photo"><img src=x.jpg></a> on.</p>', 0, (), id="a linked picture is no linked text"),
        pytest.param('<p><a href="/a">One</a></p><p>Two</p>', 1, ("/a",), id="of the block before"),
    ],
)
def test_share_and_targets_of_links(body: str, link_share: float, links: tuple[str, ...]):
    block = blocks_of(body)[0]
    assert block.link_share == pytest.approx(link_share, abs=0.001)
    assert block.links == links


def test_links_end_with_their_block():
    assert [(block.link_share, block.links) for block in blocks_of('<p><a href="/a">One</a></p><p>Two</p>')] == [(1, ("/a",)), (0, ())]


def test_a_link_around_blocks_is_the_link_of_each():
    found = blocks_of('<a href="/story"><h3>Ferry runs again</h3><p>From Monday.</p></a>')
    assert [(block.link_share, block.links) for block in found] == [(1, ("/story",)), (1, ("/story",))]


def test_share_of_emphasis():
    assert [block.emphasis_share for block in blocks_of("<p><b>All</b></p><p><em>Half</em>half</p><p>None</p>")] == [1, 0.5, 0]


def test_a_block_knows_the_places_that_it_stands_in():
    (block,) = blocks_of('<main><div class="story" id="s1" role="article"><ul><li>Wall</li></ul></div></main>')
    places = list(block.place.around())
    assert [place.tag for place in places][:4] == ["li", "ul", "div", "main"]
    assert places[2].names == "story s1 article"


def test_siblings_stand_in_the_same_place_and_only_they():
    one, two, other = blocks_of("<div><p>One</p><p>Two</p></div><div><p>Other</p></div>")
    assert one.place is not two.place
    assert one.place.parent is two.place.parent
    assert one.place.parent is not other.place.parent


def test_deep_nesting():
    # Built by hand: the parser itself gives up at 2,048 levels.
    root = lxml.html.Element("html")
    innermost = root
    for tag in ("body", *["div", "blockquote", "span"] * 1_000):
        innermost.append(lxml.html.Element(tag))
        innermost = innermost[0]
    innermost.text = "At the bottom"
    root[0][0].tail = "and up again"
    assert [block.text for block in page_blocks(root)] == ["At the bottom", "and up again"]


PARTING = ["div", "p", "h2", "li", "ul", "table", "tr", "td", "blockquote", "pre", "figcaption"]
INLINE = ["span", "a", "b", "em", "br", "font", "img"]
UNSEEN = ["script", "style", "select", "textarea"]  # what is silent but for an article in it, see above
WORDS = st.lists(st.sampled_from(["tide", "Ida", "cafe\u0301", "שלום", "東京", "9:40"]), max_size=3)
GAPS = st.sampled_from([" ", "\n", "\u00a0", "\r\n\t"])
TEXTS = st.builds(lambda words, gap: gap + gap.join(words) + gap, WORDS, GAPS)


@st.composite
def elements(draw: st.DrawFn, depth: int = 4) -> HtmlElement:
    element = lxml.html.Element(draw(st.sampled_from(PARTING + INLINE + UNSEEN)))
    if element.tag == "a":
        element.set("href", "/somewhere")
    element.text, element.tail = draw(TEXTS), draw(TEXTS)
    if depth and element.tag not in {"br", "img"}:
        element.extend(draw(st.lists(elements(depth - 1), max_size=3)))
    return element


def seen(element: HtmlElement) -> list[str]:
    """The words of an element, by the plainest way: its text, then child by child with the text behind each."""
    if element.tag in UNSEEN:
        return []
    words = (element.text or "").split()
    for child in element:
        words += [*seen(child), *(child.tail or "").split()]
    return words


@given(st.lists(elements(), max_size=4))
def test_every_word_stands_in_exactly_one_block_and_in_order(children: list[HtmlElement]):
    page = lxml.html.Element("html")
    body = lxml.html.Element("body")
    page.append(body)
    body.extend(children)
    blocks = page_blocks(page)
    assert [word for block in blocks for word in block.text.split() if word != "|"] == [unicodedata.normalize("NFC", word) for word in seen(body)]
    assert all(0 <= block.link_share <= 1 and 0 <= block.emphasis_share <= 1 for block in blocks)
    assert not any(
        block.text != (block.text.rstrip() if block.place.tag == "pre" else block.text.strip()) or "\n\n" in block.text for block in blocks
    )
