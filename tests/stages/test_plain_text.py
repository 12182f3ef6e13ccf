import pytest

from pipeline.stages.plain_text import text_blocks, title_candidates

WRAPPED = """The ferry to Skarholm will run again from Monday, the company said,
after three weeks in which islanders had to borrow their neighbours'
boats to get to work and to school."""


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        pytest.param("One.\n\nTwo.\n\n\nThree.", ["One.", "Two.", "Three."], id="paragraphs"),
        pytest.param("Share\nPrint\nThe story.", ["Share", "Print", "The story."], id="a line each"),
        pytest.param("One.\r\n\r\nTwo.\rThree.", ["One.", "Two.", "Three."], id="line ends of other systems"),
        pytest.param(f"Ferry runs again\n\n{WRAPPED}", ["Ferry runs again", " ".join(WRAPPED.split())], id="hard-wrapped paragraph"),
        pytest.param("  spaced \u00a0 out \n \n", ["spaced out"], id="white space"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_blocks_of_a_text(text: str, blocks: list[str]):
    assert [block.text for block in text_blocks(text)] == blocks


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Ferry runs again\n\nThe ferry to Skarholm will run again.", "Ferry runs again"),
        ("Will the ferry run?\n\nNobody knows.", "Will the ferry run?"),
        ("The ferry runs again from Monday.\n\nThe company said so.", None),
        ("Only one line", None),
        ("Home > Coast\n\nFerry runs again\n\nThe ferry to Skarholm will run again.", "Ferry runs again"),
    ],
)
def test_the_first_line_that_is_neither_a_sentence_nor_furniture_is_the_title(text: str, title: str | None):
    found = title_candidates(text_blocks(text), lambda line: line.startswith("Home >"))
    assert [candidate.value for candidate in found] == ([title] if title else [])
