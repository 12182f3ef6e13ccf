"""What becomes of one page: RawPage -> Draft -> Article. Pure: no files; a page that is unfit raises Reject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

from lxml.html import HtmlElement

from pipeline.learn import SiteTemplates, Template, place_of, templates_version, without_templates
from pipeline.records import Article, Block, Candidate, Draft, Media, MetaField, RawPage, Reason, Reject, Removal
from pipeline.rules import RuleSet, Verb
from pipeline.stages import extract, plain_text
from pipeline.stages.decode import Decoded, decode
from pipeline.stages.fingerprint import content_hash, simhash
from pipeline.stages.judge import judge_article, no_article
from pipeline.stages.metadata import (
    Metadata,
    PageMetadata,
    article_id,
    choose_canonical,
    choose_metadata,
    detect_language,
    read_candidates,
    site_of,
    text_candidates,
)
from pipeline.stages.parse import parse_html
from pipeline.stages.site_page import site_page
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


def draft_page(page: RawPage, rules: RuleSet, withdrawn: Mapping[str, str] = NONE_WITHDRAWN) -> Draft:
    """Returns the page's draft: decoded, parsed once, its body's blocks and its metadata candidates. Raises Reject.

    Of the rules it uses only the selectors of sites that have a file of their own. `withdrawn` has the reasons of articles that are kept out, by id.
    """
    decoded = decode(page.body, page.media, page.charset)
    draft = _html_draft(page, decoded, rules) if page.media is Media.HTML else _text_draft(page, decoded)
    address = choose_canonical(draft.candidates, draft.url)[0].value
    _check_not_withdrawn(article_id(address, draft.origin.uri, draft.origin.record), withdrawn)
    return draft


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
    candidates = draft.candidates if draft.media is Media.HTML else _text_candidates(draft, rules)
    domain = site_of(draft.url)
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
    _check_not_withdrawn(article.id, withdrawn)
    return Cleaned(article=article, removals=trimmed.removals, templates_version=templates_version(of_host))


def _check_not_withdrawn(name: str, withdrawn: Mapping[str, str]) -> None:
    if name in withdrawn:
        raise Reject(Reason.WITHDRAWN, withdrawn[name])


def _templates_on(draft: Draft, templates: Mapping[str, SiteTemplates]) -> dict[str, Template]:
    """The templates that count on the page's host."""
    place = place_of(draft) if templates else None
    return templates[place.site].on_host(place.host) if place and place.site in templates else {}


def _html_draft(page: RawPage, decoded: Decoded, rules: RuleSet) -> Draft:
    tree = parse_html(decoded.text)
    _held = list(tree.iter())  # else lxml makes an element's Python object anew each time that one of the stages comes by
    metadata = read_candidates(tree, page.url)
    site = rules.site(site_of(page.url) or "")
    if site and site.selects:
        own = site_page(decoded.text, site)
        tree, metadata = parse_html(own.markup), replace(metadata, candidates=(*own.candidates, *metadata.candidates))
    extractor, blocks = extract.extract_blocks(tree, metadata.candidates)
    if not blocks:
        titles = (candidate.value for candidate in metadata.candidates if candidate.field is MetaField.TITLE)
        raise no_article(_visible_text(tree), next(titles, None))
    return _draft(page, decoded, extractor, blocks, metadata)


def _text_draft(page: RawPage, decoded: Decoded) -> Draft:
    blocks = plain_text.text_blocks(decoded.text)
    return _draft(page, decoded, plain_text.EXTRACTOR, blocks, PageMetadata(candidates=(), images=()))


def _draft(page: RawPage, decoded: Decoded, extractor: str, blocks: tuple[Block, ...], metadata: PageMetadata) -> Draft:
    language, confidence = detect_language("\n".join(block.text for block in blocks))
    return Draft(
        origin=page.origin,
        media=page.media,
        sha256=page.sha256,
        url=page.url,
        fetched_at=page.fetched_at,
        charset=decoded.charset,
        extractor=extractor,
        blocks=blocks,
        candidates=metadata.candidates,
        images=metadata.images,
        language=language,
        language_confidence=confidence,
        flags=decoded.flags | metadata.flags,
    )


def _text_candidates(draft: Draft, rules: RuleSet) -> tuple[Candidate, ...]:
    def is_furniture(line: str) -> bool:
        return any(hit.rule.verb is not Verb.FLAG for hit in rules.hits(line, zones=ALL_ZONES, language=draft.language, site=None))

    titles = plain_text.title_candidates(draft.blocks, is_furniture)
    lines = [block.text for block in draft.blocks]
    return (*titles, *text_candidates(lines, titles[0].value if titles else None, draft.url))


def _visible_text(tree: HtmlElement) -> str:
    hidden = " or ".join(f"ancestor::{name}" for name in _INVISIBLE)
    return " ".join(" ".join(tree.xpath(f"//body//text()[not({hidden})]")).split())


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
