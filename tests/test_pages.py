"""Laws of a page: whatever the bytes, it becomes a draft or a reason; whatever the draft, an article or a reason."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.drafting import draft_page
from pipeline.outcomes import clean_outcome, extract_outcome
from pipeline.pages import Cleaned, clean_draft
from pipeline.records import Draft, Media, Origin, RawPage, Reason, Rejected, SourceFormat
from pipeline.rules import load_rules

WORDS = st.sampled_from(
    ["The harbour board met on Tuesday.", "Sign up for our newsletter", "More in World", "»", "By Ida Brandt", "\u202e", "１２", "　", "&#1;", ""]
)
TAGS = st.sampled_from(
    ["p", "div", "article", "h1", "li", "ul", "table", "td", "tr", "blockquote", "a href='/x'", "figure", "figcaption", "br", "script", "svg"]
)
ELEMENTS = st.builds(lambda tag, words: f"<{tag}>{' '.join(words)}", TAGS, st.lists(WORDS, max_size=4))
MARKUP = st.lists(ELEMENTS | st.sampled_from(["</div>", "</p>", "<!--", "]]>", "<html><body>"]), max_size=25).map("".join)


def page(body: bytes, media: Media) -> RawPage:
    return RawPage(origin=Origin(uri="a.html", format=SourceFormat.HTML, record="0"), media=media, body=body, url="https://harbour.example/a")


def outcome(body: bytes, media: Media) -> Cleaned | Rejected:
    draft = extract_outcome(page(body, media), draft_page)
    return clean_outcome(draft, lambda each: clean_draft(each, load_rules(), min_words=5)) if isinstance(draft, Draft) else draft


def check(result: Cleaned | Rejected) -> None:
    if isinstance(result, Rejected):
        assert result.reason is not Reason.CRASHED, result.detail
        return
    article = result.article
    paragraphs = article.text.split("\n\n")
    assert all(paragraph.strip() for paragraph in paragraphs)
    positions = [removal.position for removal in result.removals]
    assert len(set(positions)) == len(positions) == article.removed_block_count


@given(body=st.binary(max_size=400), media=st.sampled_from(Media))
def test_no_bytes_crash_a_page(body: bytes, media: Media):
    check(outcome(body, media))


@settings(max_examples=150)
@given(markup=MARKUP)
def test_no_markup_crashes_a_page(markup: str):
    check(outcome(markup.encode(), Media.HTML))


@given(text=st.text(max_size=300))
def test_no_text_crashes_a_page(text: str):
    check(outcome(text.encode("utf-8", "surrogatepass"), Media.TEXT))


def test_the_same_page_gives_the_same_article_every_time():
    body = (
        "<article><h1>Sea wall</h1>" + "<p>The harbour board met on Tuesday evening, and left without an answer that anyone could repeat.</p>" * 5
    ).encode()
    results = [outcome(body, Media.HTML) for _ in range(6)]
    assert isinstance(results[0], Cleaned)
    assert all(result == results[0] for result in results)
