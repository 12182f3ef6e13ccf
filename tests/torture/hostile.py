"""A hostile page: how it is made, in what size, and what has to become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.settings import Limits
from tests.invented import paragraphs

SMALL = 300
# In the proportion of the small sizes to the full ones.
SMALL_LIMITS = Limits(page_bytes=100_000, tags=2_000, elements=1_000, children=160, attribute_characters=500, cpu_seconds=5)
ARTICLE = "article"
FALLBACK = "fallback"  # an article of the cheaper extraction

Make = Callable[[int, str], bytes | str]  # of a size and of the article's markup, which no two pages have alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a page is to become at the small size and, where that differs, at the full one. An article holds its own text, unless it is `lossy`."""

    make: Make
    small: str = ARTICLE
    full: str | None = None
    size: int = 100_000  # the full one
    lossy: bool = False
    media: str = "html"

    def body(self, size: int, number: int) -> bytes:
        made = self.make(size, prose(number))
        return made if isinstance(made, bytes) else made.encode("utf-8", "surrogatepass")


def prose(number: int) -> str:
    """The article's own markup."""
    return f"<h1>The lock keeper's day {number}</h1>" + "".join(f"<p>{line}</p>" for line in paragraphs(5_000 + number))


def page(body: str, head: str = "") -> str:
    return f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>The lock keeper</title>{head}</head><body>{body}</body></html>'
