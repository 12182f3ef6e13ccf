"""The report and the view of a page, as HTML."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
from lxml import html

from pipeline.report.html import page_html, web_address
from pipeline.report.page_view import PageView
from pipeline.report.printable import printable_lines
from pipeline.report.published import published_views
from pipeline.settings import Settings
from tests.invented import page as invented_page
from tests.invented import write_pages
from tests.report.hostile import write_tricks
from tests.running import rows, run


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://ledger.example/ferry?a=1", True),
        ("HTTP://ledger.example/", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("file:///etc/passwd", False),
        ("//ledger.example/", False),
        ("https://[ledger.example/", False),
        ("", False),
        (None, False),
    ],
)
def test_which_addresses_a_browser_may_follow(url: str | None, followed: bool):  # noqa: FBT001 - a column of the table
    assert web_address(url) == (url if followed else None)


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> list[PageView]:
    folder = tmp_path_factory.mktemp("tricks")
    settings = Settings(raw=(write_tricks(folder / "raw"),), clean=folder / "clean")
    run(settings)
    return [view for row in rows(settings.clean) for view in published_views(settings.clean, str(row["id"]))]


def test_the_policy_allows_the_one_style_and_nothing_else(views: list[PageView]):
    page = page_html(views)
    digest = base64.b64encode(hashlib.sha256(re.findall(r"<style>(.*?)</style>", page, re.DOTALL)[0].encode()).digest()).decode()
    (policy,) = html.fromstring(page).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_every_block_and_field_of_a_hostile_page_is_there_as_text(views: list[PageView]):
    for view in views:
        page = html.fromstring(page_html([view]))
        assert page.xpath("//script | //img | //@onload | //@onerror | //@onmouseover | //@style") == []
        blocks = page.xpath("//*[contains(@class, 'block ') or @class='block']")
        assert len(blocks) == len(view.blocks)
        assert [bool(block.xpath("self::div")) for block in blocks] == [block.removal is not None for block in view.blocks]
        values = [cell.text_content() for cell in page.xpath("//td[@class='value']")]
        assert values == [printable_lines(each.value) for each in view.fields]


def test_a_page_that_was_rejected_says_why(tmp_path: Path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.html").write_text("<title>Sea wall</title><p>Four words of text.</p>")
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")
    run(settings)
    (row,) = rows(settings.clean, "rejected")
    page = page_html(published_views(settings.clean, str(row["id"])))
    assert f"rejected: {row['reason']}" in page
    assert "Four words of text." in page


def test_a_narrow_table_may_break_a_name_between_its_parts(tmp_path: Path):
    write_pages(tmp_path / "raw" / "one.jsonl", [invented_page(1, site="<b>.example")])
    summary = run(Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean"))
    report = (tmp_path / "clean" / "_runs" / summary.run_id / "report.html").read_text()
    assert '<th scope="row">date_<wbr>published</th>' in report
    assert "https://<wbr>www.<wbr>&lt;b&gt;.<wbr>example" in report
