"""What stands where an article goes on for subscribers alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.outline import Mark, Outline, text_of
from pipeline.stages.metadata.proposals import propose

MAX_PAYWALL_CHARACTERS: Final = 300

# Many sites put the whole story into an element that is called a paywall: its own words must ask for something, and for the sake of reading.
_ASKS: Final = re.compile(
    r"subscri|adquier|sign (?:in|up)|log ?in\b|account|membership|regist|abonn|\babos?\b|jahresabo|monatsabo|digitalabo|anmelden|einloggen|compte|suscr[ií]|"
    r"cuenta|assin[ea]|abbona|konto|prenumer|zaloguj|подпис|会員|登録|구독",
    re.IGNORECASE,
)
_FOR_READING: Final = re.compile(
    r"read(?:ing)?\b|full (?:article|story|access)|unlimited|lesen|lire\b|lisez|accès|\ble(?:er|yendo|e)\b|lectura|ler\b|lendo|leia|leggere|lezen|lees |"
    r"czyta|läs|læs|les videre|artikel|articles?\b|art[ií]culo|artigo|noticias|matérias|читать|続き|読|기사",
    re.IGNORECASE,
)


def paywall_candidates(outline: Outline) -> Iterator[Candidate]:
    """Yields the text of the first element called a paywall that asks its reader to subscribe, register or log in to read."""
    for placed in outline.marked[Mark.PAYWALL]:
        text = text_of(placed.element)[:MAX_PAYWALL_CHARACTERS]
        if placed.element.tag not in {"body", "html"} and _ASKS.search(text) and _FOR_READING.search(text):
            yield from propose(MetaField.PAYWALL, "class:paywall", text)
            return
