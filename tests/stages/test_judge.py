import pytest

from pipeline.records import Reason, Reject
from pipeline.stages.judge import judge_article, no_article

STORY = "The council voted on the harbour wall after a long evening of speeches and a short one of tea. " * 8


@pytest.mark.parametrize(
    ("text", "title", "reason"),
    [
        ("We can't find it. Try the front page.", "404 - Page not found", Reason.ERROR_PAGE),
        ("The page you are looking for has moved or never was.", "The Dunmarrow Post", Reason.ERROR_PAGE),
        ("Die Seite wurde leider nicht gefunden.", None, Reason.ERROR_PAGE),
        ("Access denied. Your request was blocked.", None, Reason.ERROR_PAGE),
        ("Please verify you are human to go on.", "Just a moment...", Reason.ERROR_PAGE),
        ("You need to enable JavaScript to run this app.", "Pulseboard", Reason.NEEDS_JAVASCRIPT),
        ("Bitte JavaScript aktivieren.", None, Reason.NEEDS_JAVASCRIPT),
        ("Rain later.", "Weather", Reason.TOO_SHORT),
    ],
)
def test_what_is_no_article_says_why(text: str, title: str | None, reason: Reason):
    with pytest.raises(Reject) as caught:
        judge_article(text, title, min_words=25)
    assert caught.value.reason is reason
    assert caught.value.detail


@pytest.mark.parametrize("title", ["How the 404 page became an art form", "Access denied: a village without a doctor", "A year without JavaScript"])
def test_an_article_about_errors_is_an_article(title: str):
    assert judge_article(STORY, title, min_words=25) > 120


@pytest.mark.parametrize(
    ("visible", "title", "reason"),
    [
        ("Enable JavaScript to continue.", None, Reason.NEEDS_JAVASCRIPT),
        ("", "Error 403", Reason.ERROR_PAGE),
        ("Home News Sport", "The Post", Reason.NO_CONTENT),
    ],
)
def test_a_page_without_a_body_says_why(visible: str, title: str | None, reason: Reason):
    assert no_article(visible, title).reason is reason
