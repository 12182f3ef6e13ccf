"""The report and the view of a page in a real browser: hostile texts stay texts, no script, no error, keyboard, phone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from pipeline.report.html import page_html
from pipeline.report.published import published_views
from pipeline.settings import Settings
from tests.report.hostile import TRICKS, write_tricks
from tests.running import rows, run

pytestmark = pytest.mark.slow

PHONE_PIXELS = 360
# Elements that reach beyond the window, but for tooltips nobody has asked for.
OVERFLOWING = """() => [...document.querySelectorAll('body *')]
    .filter(it => { const box = it.getBoundingClientRect(); return (box.right > innerWidth + 1 || box.left < -1) && getComputedStyle(it).clipPath === 'none' })
    .map(it => it.outerHTML.slice(0, 200))"""
INJECT = """() => {
    const script = document.createElement('script'); script.textContent = 'window.pwned = 8'; document.body.append(script);
    const picture = document.createElement('div'); picture.innerHTML = '<img src=x onerror="window.pwned = 9">'; document.body.append(picture);
}"""


@dataclass
class Shown:
    """A page in the browser, and all that it told or asked for since."""

    page: Page
    told: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def pwned(self) -> bool:
        return bool(self.page.evaluate("'pwned' in window")) or self.page.title() == "pwned"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None and not os.environ.get("CI"):
        pytest.skip("no chromium here; Debian's package has one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report of a run over hostile pages, and the view of each of its articles."""
    folder = tmp_path_factory.mktemp("browser")
    settings = Settings(raw=(write_tricks(folder / "raw"),), clean=folder / "clean")
    summary = run(settings)
    views = [view for row in rows(settings.clean) for view in published_views(settings.clean, str(row["id"]))]
    assert len(views) == len(TRICKS)
    explained = folder / "explained.html"
    explained.write_text(page_html(views), encoding="utf-8")
    return {"report": settings.clean / "_runs" / summary.run_id / "report.html", "explain": explained}


@pytest.fixture(params=["report", "explain"])
def shown(request: pytest.FixtureRequest, browser: Browser, files: dict[str, Path]) -> Iterator[Shown]:
    page = browser.new_page(viewport={"width": PHONE_PIXELS, "height": 740})
    shown = Shown(page=page)
    page.on("console", lambda message: shown.told.append(message.text))
    page.on("pageerror", lambda error: shown.told.append(str(error)))
    page.on("dialog", lambda dialog: (shown.told.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda asked: shown.asked.append(asked.url))
    page.goto(files[request.param].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    yield shown
    page.close()


def test_hostile_texts_are_shown_as_texts_and_do_nothing(shown: Shown):
    for block in shown.page.locator(".removed").all():
        block.hover()
    assert (shown.told, shown.pwned) == ([], False)
    assert shown.asked == [shown.page.url]
    text = shown.page.locator("main").inner_text()
    for trick in ("<script>window.pwned = 1", 'onerror="window.pwned = 2"', 'onmouseover="window.pwned = 4"', "</style></title>", "{{ 7 * 7 }}"):
        assert trick in text
    assert shown.page.locator("script, img, [onmouseover], [onload], [onerror], [autofocus], [style]").count() == 0
    assert {link.get_attribute("href").split(":")[0] for link in shown.page.locator("a").all()} <= {"https", "report.json"}  # type: ignore[union-attr]
    assert not {"\u202e", "\u2066", "\u200f", "\x1b", "\x07", "\u0085"} & set(shown.page.content())


def test_the_policy_stops_a_script_that_gets_in_all_the_same(shown: Shown):
    shown.page.evaluate(INJECT)
    shown.page.wait_for_timeout(200)
    assert not shown.pwned
    assert len(shown.told) >= 2  # the browser says what it did not run
    assert all("Content Security Policy" in it for it in shown.told)


def test_nothing_reaches_beyond_a_phone(shown: Shown):
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= PHONE_PIXELS
    assert shown.page.evaluate(OVERFLOWING) == []
    for why in shown.page.locator(".removed").all():
        why.focus()
        assert shown.page.evaluate(OVERFLOWING) == []


def test_the_keyboard_reaches_every_removed_block_and_shows_why(shown: Shown):
    removed = shown.page.locator(".removed").count()
    assert removed >= len(TRICKS)
    reached = 0
    for _ in range(20 * removed):
        shown.page.keyboard.press("Tab")
        focused = shown.page.locator(":focus")
        if focused.count() and "removed" in (focused.get_attribute("class") or ""):
            reached += 1
            why = focused.locator(".why")
            box = why.bounding_box()
            assert box is not None
            assert box["width"] > 100
            assert focused.evaluate("it => getComputedStyle(it).outlineStyle") == "solid"
        if reached == removed:
            break
    assert reached == removed


def test_a_closed_part_opens_with_the_keyboard(shown: Shown):
    shown.page.evaluate("document.querySelectorAll('details').forEach(it => it.open = false)")
    shown.page.locator("summary").first.focus()
    shown.page.keyboard.press("Enter")
    assert shown.page.evaluate("document.querySelector('details').open")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_legible_by_day_and_by_night(shown: Shown, scheme: str):
    shown.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of the two
    paper, ink = (shown.page.evaluate(f"getComputedStyle(document.body).{name}") for name in ("backgroundColor", "color"))
    paper_sum, ink_sum = (sum(map(int, colour.removeprefix("rgb(").removesuffix(")").split(","))) for colour in (paper, ink))
    assert (paper_sum > 600 and ink_sum < 150) if scheme == "light" else (paper_sum < 150 and ink_sum > 600)
