"""What `benchmarks/templates.py` measures in full, on a few sites. The sites are invented, and none of their phrases is known to a rule."""

from benchmarks.templates import GOLD, TEMPLATE, invented_pages, measured

SITES = 6  # one of each genre
PAGES = 20
MIN_TEMPLATE_SHARE = 0.9
MAX_GOLD_SHARE = 0.003


def test_templates_take_what_rules_leave_and_spare_the_article():
    lines = measured(invented_pages(SITES, PAGES, seed=1))["all"]
    assert lines.left.total() > 1_000
    assert lines.share_taken(TEMPLATE) >= MIN_TEMPLATE_SHARE
    assert lines.share_taken(GOLD) <= MAX_GOLD_SHARE
    assert lines.pages["flagged"] == 0
