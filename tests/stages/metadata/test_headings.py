from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from pipeline.stages.metadata import read_candidates

FERRY = "Ferry returns after storm"


def titles(heading):
    page = document_fromstring(f"<html><head><title>{FERRY} | The Ledger</title></head><body>{heading}</body></html>")
    return {candidate.source: candidate.value for candidate in read_candidates(page, None).candidates if candidate.source in {"h1", "h1:bare"}}


@pytest.mark.parametrize(
    ("heading", "whole", "bare"),
    [
        (f"<h1>{FERRY}</h1>", FERRY, None),
        (f"<h1><span class='head__kicker'>Shipping</span> {FERRY}</h1>", f"Shipping {FERRY}", FERRY),
        (f"<h1><span class='dachzeile'>Shipping</span><span>: </span>{FERRY}</h1>", f"Shipping: {FERRY}", FERRY),
        (f"<h1><time>5 March 2024</time> {FERRY}</h1>", f"5 March 2024 {FERRY}", FERRY),
        (f"<h1><a href='/'><small>Shipping</small><br>{FERRY}</a></h1>", f"Shipping {FERRY}", FERRY),
        (f"<h1><i class='topline'>Shipping</i> - «{FERRY}»</h1>", f"Shipping - «{FERRY}»", f"«{FERRY}»"),
        (f"<h1>{FERRY} <span class='subtitle'>All that we know</span></h1>", f"{FERRY} All that we know", None),
        (f"<h1><span class='label'></span>{FERRY}</h1>", FERRY, None),
    ],
)
def test_a_kicker_at_the_head_of_a_heading_is_told_apart(heading, whole, bare):
    assert titles(heading) == {"h1": whole} | ({"h1:bare": bare} if bare else {})
