import pytest

from pipeline.records import Block
from pipeline.stages.extract import extract_blocks
from pipeline.stages.parse import parse_html

PROSE = (
    "The harbour board met on Tuesday evening to hear what the new sea wall would cost, and left without an answer that anyone could repeat. "
    "Its engineer had brought three drawings, a flask of tea and a warning about the spring tides."
)


def blocks_of(body: str) -> list[Block]:
    return list(extract_blocks(parse_html(f"<html><body><article>{body}</article></body></html>"), None))


@pytest.mark.parametrize(
    ("body", "tag", "text"),
    [
        pytest.param("<h2>What it costs</h2>", "h2", "What it costs", id="heading"),
        pytest.param("<ul><li>First the wall</li><li>Then the road</li></ul>", "li", "First the wall", id="list item"),
        pytest.param("<blockquote><p>We were not asked, not once.</p></blockquote>", "quote", "We were not asked, not once.", id="quote"),
        pytest.param(
            "<p>A <b>bold</b>  and <i>slanted</i>\n line that goes on.</p>", "p", "A bold and slanted line that goes on.", id="inline markup"
        ),
        pytest.param("<p>Half past&nbsp;nine it began.</p>", "p", "Half past nine it began.", id="no-break space"),
        pytest.param("<p>Cafe\u0301 Brine stayed open.</p>", "p", "Caf\u00e9 Brine stayed open.", id="NFC"),
        pytest.param("<p>Water is wide,<br>and the boat is small.</p>", "p", "Water is wide,\nand the boat is small.", id="a line break stays one"),
    ],
)
def test_a_block_has_its_tag_and_the_text_that_a_reader_sees(body: str, tag: str, text: str):
    found = blocks_of(f"<p>{PROSE}</p>{body}<p>{PROSE[::-1]}</p>")
    assert (tag, text) in [(block.tag, block.text) for block in found]


def test_line_breaks_part_lines_as_long_as_paragraphs():
    found = blocks_of(f"<p>{PROSE}<br><br>The road comes later, if at all, said the board.</p><p>{PROSE[::-1]}</p>")
    assert [block.text for block in found][:2] == [PROSE, "The road comes later, if at all, said the board."]


def test_link_share_and_targets():
    found = blocks_of(f'<p>{PROSE}</p><p>Read <a href="https://harbour.example/plan">the plan itself</a> today.</p><p>{PROSE[::-1]}</p>')
    block = next(block for block in found if block.text.startswith("Read"))
    assert block.links == ("https://harbour.example/plan",)
    assert block.link_share == pytest.approx(len("the plan itself") / len("Read the plan itself today."), abs=0.001)


def test_no_body_gives_no_blocks():
    assert blocks_of("<script>let story = 'not yet';</script>") == []
