"""One page as people look at it: its blocks in order, kept or removed, and each field with its source; or why it gave no article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Final

from pipeline.records import Article, Block, Rejected, Removal

_SHOWN_FIELDS: Final = (
    "id", "canonical_url", "site_name", "title", "standfirst", "description", "authors", "byline_raw", "date_published", "date_published_day",
    "date_published_raw", "date_modified", "language", "section", "keywords", "article_type", "is_accessible_for_free", "paywall_detected", "images",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBlock:
    """A block of the page's body, and its removal where it is not in the text. What is published no longer knows tags."""

    position: int
    text: str
    tag: str = ""
    removal: Removal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField:
    """A field of the article as text, a line an entry, and the source that it was taken from; both may be empty."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A page's blocks, and its article or why it has none."""

    outcome: Article | Rejected
    blocks: tuple[ShownBlock, ...] = ()

    @property
    def article(self) -> Article | None:
        """The article, where there is one."""
        return self.outcome if isinstance(self.outcome, Article) else None

    @property
    def rejected(self) -> Rejected | None:
        """Why there is no article, where there is none."""
        return self.outcome if isinstance(self.outcome, Rejected) else None

    @property
    def name(self) -> str:
        """What to call the page: its title, else its address, else the place it was read from."""
        origin = self.outcome.origin
        return self.outcome.title or self.outcome.url or f"{origin.uri} #{origin.record}"

    @property
    def address(self) -> str | None:
        """Where the page stands on the web, where that is known."""
        return self.outcome.canonical_url or self.outcome.url if isinstance(self.outcome, Article) else self.outcome.url

    @property
    def removals(self) -> tuple[Removal, ...]:
        """The removals, in the order of their blocks."""
        return tuple(block.removal for block in self.blocks if block.removal)

    @property
    def fields(self) -> tuple[ShownField, ...]:
        """The article's metadata; none where there is no article."""
        article = self.article
        if article is None:
            return ()
        sources = article.field_sources
        return tuple(ShownField(name=name, value=_as_text(getattr(article, name)), source=sources.get(name) or "") for name in _SHOWN_FIELDS)


def draft_blocks(blocks: Sequence[Block], removals: Iterable[Removal]) -> tuple[ShownBlock, ...]:
    """Returns a draft's blocks with what was taken out of them."""
    removed = {removal.position: removal for removal in removals}
    return tuple(ShownBlock(position=place, text=block.text, tag=block.tag, removal=removed.get(place)) for place, block in enumerate(blocks))


def published_blocks(text: str, removals: Iterable[Removal]) -> tuple[ShownBlock, ...]:
    """Returns the same of a published article: its paragraphs are the kept blocks, and stand where no removed one stood."""
    removed = {removal.position: removal for removal in removals}
    free = (place for place in count() if place not in removed)
    blocks = [ShownBlock(position=place, text=block) for place, block in zip(free, text.split("\n\n"), strict=False)]
    blocks += [ShownBlock(position=place, text=removal.text, removal=removal) for place, removal in removed.items()]
    return tuple(sorted(blocks, key=lambda block: block.position))


def _as_text(value: object) -> str:
    if isinstance(value, tuple):
        return "\n".join(_as_text(each) for each in value)
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, datetime):
        return str(value.astimezone(UTC))  # as it is published, whatever the page's own offset
    if is_dataclass(value):
        stated = ((field.name, getattr(value, field.name)) for field in fields(value))
        return ", ".join(f"{name}: {each}" for name, each in stated if each)
    return str(value)
