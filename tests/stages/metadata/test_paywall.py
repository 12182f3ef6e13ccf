from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from pipeline.records import MetaField
from pipeline.stages.metadata import read_candidates

STORY = "<p>The ferry left at noon, and nobody on the pier would say why.</p>" * 3


def paywall_texts(markup):
    page = f"<html><body><article><h1>Ferry returns</h1>{markup}</article></body></html>"
    return [candidate.value for candidate in read_candidates(document_fromstring(page), None).candidates if candidate.field is MetaField.PAYWALL]


@pytest.mark.parametrize(
    "offer",
    [
        "Subscribe to continue reading",
        "You have read your free articles of the month. Log in to read on.",
        "Jetzt Abo abschließen und weiterlesen",
        "Créez votre compte pour lire la suite",
        "Suscríbete para seguir leyendo",
    ],
)
def test_a_box_that_asks_for_a_subscription_to_read_on_is_observed(offer):
    assert paywall_texts(f'{STORY}<div class="paywall-box"><p>{offer}</p></div>') == [offer]


@pytest.mark.parametrize(
    "markup",
    [
        f'<div class="paywall">{STORY}</div>',
        '<div class="paywall"></div>',
        '<div id="paywall-container"><p>My account</p></div>',
        "<p>Subscribe to continue reading, the sign on the paywall of the old mill said.</p>",
    ],
    ids=["the story itself", "nothing in it", "a menu", "a story about one"],
)
def test_what_is_called_a_paywall_and_asks_for_nothing_is_none(markup):
    assert paywall_texts(markup) == []
