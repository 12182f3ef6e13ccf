import textwrap

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Block
from pipeline.stages.body.model import KEEP_SCORE
from pipeline.stages.plain_text import text_blocks, text_lines, title_candidates, with_short_lines

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


@pytest.mark.parametrize("width", [60, 72, 80])
def test_a_text_is_wrapped_as_a_whole(width: int):
    """Paragraphs of two lines would not tell, but all of them together do. What stands alone in its line, or had room for more, stays."""
    loose = ("Ferry runs again", "Who rows?", "Ida rows.", "Olav rows, and Moe.")
    wrapped = "\n\n".join([loose[0], *("\n".join(textwrap.wrap(text, width)) for text in PROSE), "\n".join(loose[1:])])
    assert text_lines(wrapped) == (loose[0], *PROSE, *loose[1:])


POEM = (
    ("She counts the boats at evening,", "the red ones and the grey,", "and knows by how they're leaning", "who had an empty day."),
    ("The harbour keeps its lanterns", "as misers keep their gold,", "and lights them all together", "when fishermen are old."),
)
LIST = ("You need:", "- Six beets", "- Salt", "- Two oranges")
TALK = ("Q: Why red?", "A: The sea asked for it.", "Q: And the green ones?", "A: Those are for going home.")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param(
            "\n\n".join("\n".join(stanza) for stanza in POEM), ["\n".join(stanza) for stanza in POEM], id="a poem's stanzas, with their lines"
        ),
        pytest.param("\n".join(POEM[0] + POEM[1]), [*POEM[0], *POEM[1]], id="lines that no blank line parts"),
        pytest.param("\n\n".join([*PROSE[:2], "\n".join(POEM[0]), *PROSE[2:]]), [*PROSE[:2], *POEM[0], *PROSE[2:]], id="a stanza within an article"),
        pytest.param("\n\n".join([*PROSE[:2], "\n".join(LIST), *PROSE[2:]]), [*PROSE[:2], *LIST, *PROSE[2:]], id="a list"),
        pytest.param("\n\n".join([*PROSE[:1], *LIST, *PROSE[1:2]]), [PROSE[0], *LIST, PROSE[1]], id="a list with blank lines in a short text"),
        pytest.param("\n\n".join([PROSE[0], "\n".join(TALK[:2]), "\n".join(TALK[2:]), PROSE[1]]), [PROSE[0], *TALK, PROSE[1]], id="an interview"),
    ],
)
def test_short_lines_of_an_article_stay(text: str, kept: list[str]):
    blocks = text_blocks(f"Six boats and an orange\n\n{text}")
    assert [block.text for block in blocks[1:]] == kept
    assert all(block.score >= KEEP_SCORE for block in blocks[1:])


@pytest.mark.parametrize(
    ("run", "scores", "kept"),
    [
        pytest.param(LIST, [0.9, *[0.3] * 4, 0.9], True, id="a list amid prose"),
        pytest.param(TALK, [0.9, *[0.3] * 4, 0.9], True, id="an interview"),
        pytest.param(POEM[0], [0.9, *[0.3] * 4, 0.9], False, id="lines without any mark"),
        pytest.param(POEM[0], [0.9, *[0.45] * 4, 0.9], True, id="more likely ones"),
        pytest.param(LIST, [0.9, *[0.1] * 4, 0.9], False, id="a list of links"),
        pytest.param(LIST, [0.6, *[0.3] * 4, 0.9], True, id="a list below prose that is less sure"),
        pytest.param(LIST, [0.4, *[0.3] * 4, 0.9], False, id="a list below what is not kept"),
        pytest.param(POEM[0], [0.6, *[0.45] * 4, 0.9], False, id="likely lines below prose that is less sure"),
        pytest.param(POEM[0], [0.1, 0.9, 0.6, 0.4, 0.3, 0.1], True, id="a poem alone"),
        pytest.param(POEM[0], [0.1, 0.6, 0.6, 0.1, 0.1, 0.1], False, id="a menu"),
    ],
)
def test_a_run_of_short_lines_is_kept_whole_or_line_by_line(run: tuple[str, ...], scores: list[float], *, kept: bool):
    found = with_short_lines((PROSE[0], *run, PROSE[1]), np.array(scores))
    assert found.tolist() == [scores[0], *(max(score, KEEP_SCORE) if kept else score for score in scores[1:-1]), scores[-1]]


@given(st.lists(st.sampled_from(["Share", "The ferry runs.", *PROSE, "", WRAPPED]), max_size=12))
def test_blocks_are_all_words_of_the_text_in_order(chunks: list[str]):
    text = "\n".join(chunks)
    blocks = text_blocks(text)
    assert [word for block in blocks for word in block.text.split()] == text.split()
    assert all(block.tag == "line" and 0 <= block.score <= 1 for block in blocks)


def test_prose_is_kept_and_the_lines_around_it_are_not():
    menu = ("Home", "Coast", "Islands", "Weather", "Sport", "Log in", "Subscribe")
    tail = ("Share", "Facebook", "Most read", "Herring returns", "Library opens", "Imprint", "Privacy", "© 2021 The Skarholm Post")
    blocks = text_blocks("\n".join(("Ferry runs again | The Skarholm Post", *menu, "Ferry runs again", *PROSE, *PROSE, *tail)))
    kept = [block.text for block in blocks if block.score >= KEEP_SCORE]
    assert [text for text in kept if text != "Ferry runs again"] == [*PROSE, *PROSE]


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
    assert titles(lines) == ([title] if title else [])


@pytest.mark.parametrize(
    ("score", "text", "title"),
    [
        pytest.param(0.3, "The ferry runs again from Monday.", True, id="a headline with a full stop"),
        pytest.param(0.9, "The ferry runs again from Monday.", False, id="the text's first sentence"),
        pytest.param(0.3, PROSE[0], False, id="too long for one"),
        pytest.param(0.3, "The ferry, the bakery,", False, id="half a sentence"),
    ],
)
def test_a_sentence_is_the_title_where_it_is_none_of_the_text(score: float, text: str, *, title: bool):
    assert titles((text, *PROSE[1:]), score) == ([text] if title else [])


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        pytest.param(("Home", "News", "Log in", "Ferry runs again", *PROSE), "Ferry runs again", id="a menu above it"),
        pytest.param(("Tide", "Ida Brekke", *PROSE), "Tide", id="a short one"),
        pytest.param(("Tide", "Home", "Log in", "Skip to content", "Tide", *PROSE), "Tide", id="a short one that stands above its text again"),
        pytest.param(("Home", "News", "Log in"), None, id="a menu alone"),
    ],
)
def test_a_menu_is_no_title(lines: tuple[str, ...], title: str | None):
    assert titles(lines) == ([title] if title else [])


def titles(lines: tuple[str, ...], first_score: float = 0.9) -> list[str]:
    blocks = [Block(tag="line", text=line, score=0.9 if place else first_score) for place, line in enumerate(lines)]
    return [candidate.value for candidate in title_candidates(blocks, lambda line: line.startswith("Home >"))]
