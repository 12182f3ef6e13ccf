"""copydesk's library: raw pages in, clean articles out. Knows nothing of Prefect.

`clean_page` and `open_articles`, with the types of what they return, are for other programs, and change with the schema's version only. All
else is copydesk's own.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.library import clean_page, open_articles
    from pipeline.pages import Cleaned
    from pipeline.records import Article, Rejected, Removal

__all__ = ["Article", "Cleaned", "Rejected", "Removal", "clean_page", "open_articles"]

_PLACES = {"Article": "records", "Cleaned": "pages", "Rejected": "records", "Removal": "records", "clean_page": "library", "open_articles": "library"}


def __getattr__(name: str) -> object:
    """Imports what is asked for when it is: a worker needs but a part."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
