"""When a site's pages come out otherwise than they used to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.learn import Resources
from pipeline.report.drift import figures_off, judged, site_runs
from pipeline.store.accounts import SiteRun
from tests.store.conftest import Misfit, Page, Story, stage

USUAL = SiteRun(
    site="brackwater.example",
    pages=100,
    rejected_share=0.05,
    median_words=400,
    without_title=0.0,
    without_date=0.1,
    without_author=0.3,
    removed_share=0.2,
)


@pytest.mark.parametrize(
    ("changed", "off"),
    [
        pytest.param({}, (), id="as ever"),
        pytest.param({"rejected_share": 0.3}, ("rejected_share",), id="many rejects"),
        pytest.param({"rejected_share": 0.0}, (), id="fewer rejects are no drift"),
        pytest.param({"rejected_share": 0.12}, (), id="a little more"),
        pytest.param({"without_author": 0.42}, (), id="more, and it may be chance"),
        pytest.param({"without_author": 0.95}, ("without_author",), id="bylines gone"),
        pytest.param({"without_title": 0.2, "without_date": 1.0}, ("without_title", "without_date"), id="titles and dates gone"),
        pytest.param({"removed_share": 0.0}, ("removed_share",), id="nothing removed any more"),
        pytest.param({"removed_share": 0.6}, ("removed_share",), id="most removed"),
        pytest.param({"median_words": 150}, ("median_words",), id="short"),
        pytest.param({"median_words": 900}, ("median_words",), id="long"),
        pytest.param({"median_words": 300}, (), id="a little shorter"),
        pytest.param({"pages": 30, "without_title": 0.08}, (), id="two of thirty"),
    ],
)
def test_what_is_off(changed: dict[str, float], off: tuple[str, ...]):
    assert figures_off(replace(USUAL, **changed), [USUAL] * 3) == off  # type: ignore[arg-type] # the tables above have each field's type


def test_a_site_needs_a_history():
    assert figures_off(replace(USUAL, rejected_share=0.9), [USUAL] * 2) == ()


def test_two_runs_in_a_row_are_drift_and_after_a_while_the_new_is_usual():
    relaunched = replace(USUAL, without_author=1.0)
    trailing = [USUAL] * 6
    warned = []
    for _ in range(10):
        (noted,), drift = judged([relaunched], {USUAL.site: trailing[:10]})
        warned.append([(it.figure, it.now, it.before) for it in drift])
        trailing.insert(0, noted)
    assert warned[0] == []
    assert warned[1] == [("without_author", 1.0, 0.3)]
    assert warned[-1] == []


def test_one_bad_run_between_good_ones_is_no_drift():
    bad = replace(USUAL, rejected_share=0.5)
    (noted,), drift = judged([bad], {USUAL.site: [USUAL] * 4})
    assert (noted.off, drift) == (("rejected_share",), [])
    (noted,), drift = judged([USUAL], {USUAL.site: [noted, *[USUAL] * 4]})
    assert (noted.off, drift) == ((), [])


def test_the_figures_are_those_of_the_pages(tmp_path: Path):
    pages: list[Page] = [Story(id=f"a{number}", text="Six words of the harbour news.", record=str(number)) for number in range(30)]
    few: list[Page] = [Misfit(record=f"m{number}") for number in range(9)]
    (found,) = site_runs(tmp_path, [stage(tmp_path, "r1-0", pages, "r1"), stage(tmp_path, "r1-1", few, "r1")], Resources(temporary=tmp_path))
    removed = 30 * len("Sign up for the tide table, says Six words of the harbour news.")
    kept = 30 * len("Six words of the harbour news.")
    assert found == SiteRun(
        site="brackwater.example",
        pages=30,
        rejected_share=0.0,
        median_words=6,
        without_title=0.0,
        without_date=1.0,
        without_author=0.0,
        removed_share=pytest.approx(removed / (removed + kept)),
    )
