"""Makes the README's pictures of the report and of `copydesk explain` from the sample pages.

.venv/bin/python docs/screenshots.py      needs Debian's package `chromium`
"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from flows.explain import record_view
from pipeline.engines import LoopEngine
from pipeline.report.html import page_html
from pipeline.run import clean_dataset
from pipeline.settings import Settings
from tests.running import ROOT, Silent

IMAGES: Final = ROOT / "docs" / "images"
SAMPLE: Final = ROOT / "raw" / "riverside-ledger" / "library-bond-vote.html"
WIDTH: Final = 1000


def main() -> None:
    """Writes docs/images/*.png."""
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as temporary, sync_playwright() as playwright:
        settings = Settings(raw=(ROOT / "raw",), clean=Path(temporary) / "clean")
        summary = clean_dataset(settings, LoopEngine(), Silent())
        explained = Path(temporary) / "explained.html"
        explained.write_text(page_html([record_view(SAMPLE, None, settings)]), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        _take(browser, settings.clean / "_runs" / summary.run_id / "report.html", "report", 900)
        _take(browser, explained, "explain", 720, pointed_at=".removed >> nth=1")
        browser.close()


def _take(browser: Browser, file: Path, name: str, height: int, pointed_at: str | None = None) -> None:
    page = browser.new_page(viewport={"width": WIDTH, "height": height})
    page.goto(file.as_uri())
    if pointed_at:
        page.hover(pointed_at)
        page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=IMAGES / f"{name}.png")
    page.close()


if __name__ == "__main__":
    main()
