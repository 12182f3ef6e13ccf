import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Media
from pipeline.stages import fallback
from pipeline.stages.fallback import title_and_text


@pytest.mark.parametrize(
    ("markup", "title", "lines"),
    [
        pytest.param("<title>Ferry &amp; sea</title><p>One <b>boat</b>.</p><p>Two.", "Ferry & sea", ["One boat.", "Two."], id="blocks are lines"),
        pytest.param("<p>a<script>if (1 < 2) x()</script>b<STYLE>p{}</style>c", None, ["a", "b", "c"], id="scripts and styles are no text"),
        pytest.param("<p>a<!-- <p>b</p> -->c", None, ["a", "c"], id="comments are no text"),
        pytest.param("<p>1 < 2 and 3 > 2", None, ["1 < 2 and 3 > 2"], id="signs that are no tags"),
        pytest.param("<p>a<script>no end", None, ["a", "no end"], id="a script without an end hides nothing"),
        pytest.param("<p>a<p", None, ["a", "p"], id="a tag without an end"),
        pytest.param("<TITLE>İstanbul</TITLE><P>İyi günler<Br/>herkese", "İstanbul", ["İyi günler", "herkese"], id="letters that grow in lower case"),
        pytest.param("two\nwords", None, ["two words"], id="a line break is a blank"),
        pytest.param("", None, [], id="nothing"),
    ],
)
def test_markup_becomes_title_and_lines(markup: str, title: str | None, lines: list[str]):
    found, text = title_and_text(markup, Media.HTML)
    assert (found, [line.strip() for line in text.split("\n") if line.strip()]) == (title, lines)


def test_a_plain_text_stays_as_it_is():
    assert title_and_text("<p> is a tag\nand this a line", Media.TEXT) == (None, "<p> is a tag\nand this a line")


def test_a_page_of_endless_lines_is_cut(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fallback, "MAX_LINES", 3)
    assert title_and_text("<p>a" * 9, Media.HTML)[1].split() == ["a", "a"]


@given(st.text(alphabet="<>/!-aspcrit é\n", max_size=60))
def test_no_letter_outside_tags_is_lost(content: str):
    _, text = title_and_text(content.replace("<", ""), Media.HTML)
    assert text.split() == content.replace("<", "").split()


@given(st.lists(st.sampled_from(["<", ">", "<!--", "-->", "<script>", "</script", "<p", "<title>", "</title>", "word", "&amp;"])))
def test_any_markup_gives_a_text(pieces: list[str]):
    _, text = title_and_text("".join(pieces), Media.HTML)
    assert text.count("word") <= pieces.count("word")
