"""The labels that are wrong, as wrong_gold.toml lists them, and pages without them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Final

_LIST: Final = Path(__file__).with_name("wrong_gold.toml")
_LABELS: Final = {"title": "title", "authors": "authors", "date": "date"}  # a field of the list, and the label's name on a page


def without_wrong_labels(corpus: str, pages: Iterable[SimpleNamespace]) -> list[SimpleNamespace]:
    """Returns a corpus's pages with None for each label that is listed as wrong: a page counts for its other labels."""
    wrong = _wrong_fields(corpus)
    return [SimpleNamespace(**vars(page) | {_LABELS[field]: None for field in wrong.get(page.id, ())}) for page in pages]


@cache
def _wrong_fields(corpus: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for entry in tomllib.loads(_LIST.read_text())["wrong"]:
        if entry["corpus"] == corpus:
            fields.setdefault(entry["id"], []).append(entry["field"])
    return fields
