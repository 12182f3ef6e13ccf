"""What becomes of one page: RawPage -> Draft -> Article. Pure: no files; a page that is unfit raises Reject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

from pipeline.learn import SiteTemplates, Template, place_of, templates_version, without_templates
from pipeline.records import Article, Candidate, Draft, Media, MetaField, Reason, Reject, Removal
from pipeline.rules import RuleSet, Verb
from pipeline.stages import plain_text
from pipeline.stages.fingerprint import content_hash, simhash
from pipeline.stages.judge import judge_article
from pipeline.stages.metadata import (
    Metadata,
    article_id,
    choose_metadata,
    page_id,
    page_site,
    text_candidates,
)
from pipeline.stages.trim import Trimmed, trim
from pipeline.stages.zones import ALL_ZONES

NO_TEMPLATES: Final[Mapping[str, SiteTemplates]] = {}
NONE_WITHDRAWN: Final[Mapping[str, str]] = {}
_INVISIBLE: Final = ("script", "style", "template")
_METADATA_FIELDS: Final = tuple(field.name for field in fields(Metadata) if field.name != "flags")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A clean article, what was taken out of it, and the version of its site's templates."""

    article: Article
    removals: tuple[Removal, ...]
    templates_version: str | None = None


def clean_draft(
    draft: Draft,
    rules: RuleSet,
    *,
    min_words: int,
    templates: Mapping[str, SiteTemplates] = NO_TEMPLATES,
    withdrawn: Mapping[str, str] = NONE_WITHDRAWN,
) -> Cleaned:
    """Returns the draft's article, with a removal for each block that is not in its text. Raises Reject.

    `templates` are those of its site and, it may be, others; `withdrawn` has the reasons of articles that are kept out, by id.
    """
    name = page_id(draft.candidates, draft.url, draft.origin)
    if name in withdrawn:  # first: whatever else it is rejected for, the row would show what it says
        raise Reject(Reason.WITHDRAWN, withdrawn[name])
    candidates = draft.candidates if draft.media is Media.HTML else _text_candidates(draft, rules)
    domain = page_site(candidates, draft.url)
    site = rules.site(domain or "")
    of_host = _templates_on(draft, templates)
    trimmed = trim(draft.blocks, candidates, rules, language=draft.language, site=domain)
    trimmed = without_templates(draft.blocks, candidates, trimmed, of_host)
    text = "\n\n".join(block.text for block in trimmed.kept)
    metadata = choose_metadata(
        (*candidates, *trimmed.candidates),
        (*draft.images, *trimmed.images),
        url=draft.url,
        fetched_at=draft.fetched_at,
        text=text,
        language=draft.language,
        language_confidence=draft.language_confidence,
        time_zone=site.time_zone if site else None,
    )
    words = judge_article(text, metadata.title, min_words=min_words)
    article = _article(draft, metadata, trimmed, text, words)
    return Cleaned(article=article, removals=trimmed.removals, templates_version=templates_version(of_host))


def _templates_on(draft: Draft, templates: Mapping[str, SiteTemplates]) -> dict[str, Template]:
    """The templates that count on the page's host."""
    place = place_of(draft) if templates else None
    return templates[place.site].on_host(place.host) if place and place.site in templates else {}


def _text_candidates(draft: Draft, rules: RuleSet) -> tuple[Candidate, ...]:
    def is_furniture(line: str) -> bool:
        return any(hit.rule.verb is not Verb.FLAG for hit in rules.hits(line, zones=ALL_ZONES, language=draft.language, site=None))

    titles = plain_text.title_candidates(draft.blocks, is_furniture)
    lines = [block.text for block in draft.blocks]
    return (*titles, *text_candidates(lines, titles[0].value if titles else None, draft.url))


def _article(draft: Draft, metadata: Metadata, trimmed: Trimmed, text: str, words: int) -> Article:
    return Article(
        id=article_id(metadata.canonical_url, draft.origin.uri, draft.origin.record),
        text=text,
        paywall_detected=trimmed.paywall_detected or any(candidate.field is MetaField.PAYWALL for candidate in draft.candidates),
        flags=tuple(sorted(draft.flags | metadata.flags | trimmed.flags)),
        word_count=words,
        removed_block_count=len(trimmed.removals),
        content_hash=content_hash(text),
        simhash=simhash(text),
        extractor=draft.extractor,
        origin=draft.origin,
        source_sha256=draft.sha256,
        charset=draft.charset,
        fetched_at=draft.fetched_at,
        **{name: getattr(metadata, name) for name in _METADATA_FIELDS},
    )
