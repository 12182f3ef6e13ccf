import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Block
from pipeline.stages.body.model import KEEP_SCORE
from pipeline.stages.plain_text import text_blocks, text_lines, title_candidates

WRAPPED = """The ferry to Skarholm will run again from Monday, the company said,
after three weeks in which islanders had to borrow their neighbours'
boats to get to work and to school."""
RAGGED = (
    "Ferry to Skarholm runs again from Monday after three weeks at anchor",
    "Herring returns to the sound, and with it come all the boats of Moe & Daughters",
    "Library opens on Sundays for all who bring a book back in time, and it is to stay so until the summer guests arrive",
    "Old lighthouse for sale to whoever paints it",
)
PROSE = (
    "The ferry to Skarholm will run again from Monday, said the company, after three weeks in which islanders had to borrow boats to get to work.",
    "Its captain, Olav Moe, spent them in the engine room. “She is an old lady, and she wanted to be asked nicely,” he said on Thursday evening.",
    "Tickets cost as much as before, and whoever has paid for the month gets the three weeks back, said the company's director, Ida Brekke.",
    "The islanders' council had asked for a second boat. It is to talk with the company again in June, before the summer guests arrive.",
)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("One.\n\nTwo.\n\n\nThree.", ("One.", "Two.", "Three."), id="paragraphs"),
        pytest.param("Share\nPrint\nThe story.", ("Share", "Print", "The story."), id="a line each"),
        pytest.param("One.\r\n\r\nTwo.\rThree.", ("One.", "Two.", "Three."), id="line ends of other systems"),
        pytest.param(f"Ferry runs again\n\n{WRAPPED}", ("Ferry runs again", " ".join(WRAPPED.split())), id="hard-wrapped paragraph"),
        pytest.param("\n".join(RAGGED), RAGGED, id="headlines of about a wrapped line's length, and a longer one, are not either"),
        pytest.param("\n".join(PROSE), PROSE, id="paragraphs without empty lines are not hard-wrapped"),
        pytest.param("  spaced \u00a0 out \n \n", ("spaced out",), id="white space"),
        pytest.param("Cafe\u0301", ("Caf\u00e9",), id="NFC"),
        pytest.param("", (), id="nothing"),
        pytest.param(" \n\n\t\n", (), id="white space alone"),
    ],
)
def test_lines_of_a_text(text: str, lines: tuple[str, ...]):
    assert text_lines(text) == lines


@given(st.lists(st.sampled_from(["Share", "The ferry runs.", *PROSE, "", WRAPPED]), max_size=12))
def test_blocks_are_all_words_of_the_text_in_order(chunks: list[str]):
    text = "\n".join(chunks)
    blocks = text_blocks(text)
    assert [word for block in blocks for word in block.text.split()] == text.split()
    assert all(block.tag == "line" and 0 <= block.score <= 1 for block in blocks)


def test_prose_is_kept_and_the_lines_around_it_are_not():
    menu = ("Home", "Coast", "Islands", "Weather", "Sport", "Log in", "Subscribe")
    tail = ("Share", "Facebook", "Most read", "Herring returns", "Library opens", "Imprint", "Privacy", "© 2021 The Skarholm Post")
    blocks = text_blocks("\n".join(("Ferry runs again | The Skarholm Post", *menu, "Ferry runs again", *PROSE, *tail)))
    kept = [block.text for block in blocks if block.score >= KEEP_SCORE]
    assert [text for text in kept if text != "Ferry runs again"] == list(PROSE)


def test_what_is_not_kept_says_why():
    blocks = text_blocks("\n".join(("Home", "Log in", *PROSE, "Share", "Imprint")))
    assert all(bool(block.doubts) is (block.score < KEEP_SCORE) for block in blocks)


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (("Ferry runs again", "The ferry to Skarholm will run again."), "Ferry runs again"),
        (("Will the ferry run?", "Nobody knows."), "Will the ferry run?"),
        (("The ferry runs again from Monday.", "The company said so."), None),
        (("Only one line",), None),
        (("Home > Coast", "Ferry runs again", "The ferry to Skarholm will run again."), "Ferry runs again"),
        (("Home > Coast", "The ferry to Skarholm will run again."), None),
        ((" ".join(["word"] * 31), "Ferry runs again", "The ferry."), None),
        ((*["Home >"] * 5, "Ferry runs again", "The ferry."), None),
        ((), None),
    ],
)
def test_the_first_line_that_is_neither_a_sentence_nor_furniture_is_the_title(lines: tuple[str, ...], title: str | None):
    found = title_candidates([Block(tag="line", text=line) for line in lines], lambda line: line.startswith("Home >"))
    assert [candidate.value for candidate in found] == ([title] if title else [])
