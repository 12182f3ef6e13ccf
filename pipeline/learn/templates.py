"""What a site's pages have in common: the templates that were learned, as a readable Parquet file, and as cleaning looks them up."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.learn.templates_text import block_hash, normalised
from pipeline.rules import RuleSet

OPENER_SHARE: Final = 0.6  # a column's opening line stands on the column's articles, and a site has more than one column
MASK_64: Final = (1 << 64) - 1

TEMPLATES: Final = pa.schema(
    {
        "site": pa.string(),  # registrable domain
        "host": pa.string(),  # null: on the whole site
        "block": pa.string(),  # hash of the normalised words, 16 hex digits: the end of the rule id in `removed`
        "text": pa.string(),  # as one of the pages has it
        "zone": pa.string(),  # head, tail, or any
        "support": pa.int64(),  # distinct articles that it stands in
        "articles": pa.int64(),  # of so many
        "share": pa.float64(),
        "days": pa.int64(),  # distinct days of these articles; unknown days count as one
        "score": pa.float64(),  # the model's for it, on average
        "first_seen": pa.date32(),  # days of fetching; null where none is known
        "last_seen": pa.date32(),
    }.items()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A block that stands on many articles of a site, or of one of its hosts."""

    site: str
    host: str | None
    block: str
    text: str
    zone: str = "any"
    support: int = 0
    articles: int = 0
    share: float = 0.0
    days: int = 0
    score: float = 0.0
    first_seen: date | None = None
    last_seen: date | None = None
    pinned: bool = False  # a person says so: no guard but the last one asks whether it is true

    @property
    def may_open(self) -> bool:
        """Whether it is one even where an article's first sentence would stand."""
        return self.pinned or self.share >= OPENER_SHARE


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTemplates:
    """The templates of one site."""

    site: str
    entries: tuple[Template, ...] = ()

    def on_host(self, host: str | None) -> dict[str, Template]:
        """Returns those that count on a host, by the hash of their words."""
        return {entry.block: entry for entry in self.entries if entry.host in {None, host}}

    def chosen(self, pins: Iterable[str], vetoes: Iterable[str]) -> Self:
        """Returns the templates as a person wants them: with the texts that are pinned, without those that are vetoed, whatever was learned.

        Texts are compared as blocks are: without case, typography and dates. A text that is both is vetoed.
        """
        vetoed = {text_key(text) for text in vetoes}
        pinned = {text_key(text): text for text in sorted(pins, reverse=True)}
        learned = {entry.block: entry for entry in self.entries if entry.block in pinned}
        own = [_pinned(self.site, key, text, learned.get(key)) for key, text in pinned.items() if key not in vetoed]
        kept = [entry for entry in self.entries if entry.block not in vetoed | pinned.keys()]
        return type(self)(site=self.site, entries=tuple(sorted((*kept, *own), key=lambda entry: (entry.host or "", entry.block))))


def site_templates(learned: Path | None, sites: Collection[str], rules: RuleSet) -> dict[str, SiteTemplates]:
    """Returns the templates of those of the sites that have some: what was learned, with what the sites' rule files pin and veto."""
    found = read_templates(learned, sites) if learned else {}
    for site in sites:
        own = rules.site(site)
        if own and (own.pins or own.vetoes):
            found[site] = found.get(site, SiteTemplates(site=site)).chosen(own.pins, own.vetoes)
    return {site: templates for site, templates in found.items() if templates.entries}


def templates_version(templates: Mapping[str, Template]) -> str | None:
    """Returns 12 hex digits that change when other blocks are templates, or are so in another way; None for no templates."""
    if not templates:
        return None
    entries = sorted((block, entry.host or "", entry.pinned, entry.may_open) for block, entry in templates.items())
    return hashlib.sha256(repr(entries).encode()).hexdigest()[:12]


def hex_key(block: int) -> str:
    """Returns a block's 64-bit hash as the 16 hex digits that people see."""
    return f"{block & MASK_64:016x}"


def text_key(text: str) -> str:
    """Returns the hash of a text's normalised words, in hex."""
    return hex_key(block_hash(normalised(text)))


def read_templates(path: Path, sites: Collection[str]) -> dict[str, SiteTemplates]:
    """Returns the learned templates of the sites, of those that have some; reads what the file holds of these alone."""
    found: dict[str, list[Template]] = {}
    if sites:
        for row in pq.read_table(path, schema=TEMPLATES, filters=[("site", "in", sorted(set(sites)))]).to_pylist():
            found.setdefault(row["site"], []).append(Template(**row))
    return {site: SiteTemplates(site=site, entries=tuple(entries)) for site, entries in found.items()}


def _pinned(site: str, block: str, text: str, learned: Template | None) -> Template:
    support, articles = (learned.support, learned.articles) if learned else (0, 0)
    return Template(site=site, host=None, block=block, text=text, support=support, articles=articles, pinned=True)
