"""The kinds of learned files, as folders and the ledger name them."""

from __future__ import annotations

from typing import Final

OBSERVATIONS_KIND: Final = "observations"
TEMPLATES_KIND: Final = "templates"
FINGERPRINTS_KIND: Final = "fingerprints"
PAIRS_KIND: Final = "pairs"
