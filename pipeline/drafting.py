"""What extraction makes of one page: RawPage -> Draft. Pure: no files; a page that is unfit raises Reject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lxml.html import HtmlElement

from pipeline.records import Block, Candidate, Draft, Media, MetaField, RawPage, Reason, Reject
from pipeline.rules import SiteRules
from pipeline.settings import Limits
from pipeline.stages import extract, plain_text
from pipeline.stages.decode import Decoded, decode
from pipeline.stages.fallback import FALLBACK, title_and_text
from pipeline.stages.guard import check_tree, checked_markup
from pipeline.stages.judge import no_article
from pipeline.stages.metadata import PageMetadata, detect_language, page_site, read_candidates
from pipeline.stages.parse import parse_html, parse_page
from pipeline.stages.site_page import site_page

DEFAULT_LIMITS: Final = Limits()
NOTHING: Final = PageMetadata(candidates=(), images=())
_INVISIBLE: Final = ("script", "style", "template")


def draft_page(page: RawPage, sites: Sequence[SiteRules] = (), limits: Limits = DEFAULT_LIMITS) -> Draft:
    """Returns the page's draft: decoded, parsed once, its body's blocks and its metadata candidates. Raises Reject.

    Of the rules it uses only the selectors of its site's own file, if that is among `sites`.
    """
    if len(page.body) > limits.page_bytes:
        raise Reject(Reason.TOO_LARGE, f"{len(page.body)} bytes, more than {limits.page_bytes}")
    decoded = decode(page.body, page.media, page.charset)
    if page.media is Media.TEXT:
        return _draft(page, decoded, plain_text.EXTRACTOR, plain_text.text_blocks(decoded.text), NOTHING)
    return _html_draft(page, decoded, sites, limits)


def fallback_draft(page: RawPage, limits: Limits = DEFAULT_LIMITS) -> Draft:
    """Returns the draft of a page that is beyond a limit: its first lines as a plain text's, with its title; time is linear in its size. Raises Reject."""
    decoded = decode(page.body[: limits.page_bytes], page.media, page.charset)
    title, text = title_and_text(decoded.text, page.media)
    candidates = (Candidate(field=MetaField.TITLE, source="title", value=title),) if title else ()
    return _draft(page, decoded, FALLBACK, plain_text.text_blocks(text), PageMetadata(candidates=candidates, images=()))


def _html_draft(page: RawPage, decoded: Decoded, sites: Sequence[SiteRules], limits: Limits) -> Draft:
    tree, flattened = parse_page(checked_markup(decoded.text, limits), limits.nesting)
    checked = check_tree(tree, limits)  # held, else lxml makes an element's Python object anew each time that one of the stages comes by
    metadata = read_candidates(tree, page.url)
    metadata = replace(metadata, flags=flattened | checked.flags | metadata.flags)
    if site := _selecting(sites, metadata, page.url):
        own = site_page(decoded.text, site)
        tree, metadata = parse_html(own.markup), replace(metadata, candidates=(*own.candidates, *metadata.candidates))
    extractor, blocks = extract.extract_blocks(tree, metadata.candidates)
    if not blocks:
        titles = (candidate.value for candidate in metadata.candidates if candidate.field is MetaField.TITLE)
        raise no_article(_visible_text(tree), next(titles, None))
    return _draft(page, decoded, extractor, blocks, metadata)


def _selecting(sites: Sequence[SiteRules], metadata: PageMetadata, url: str | None) -> SiteRules | None:
    domain = page_site(metadata.candidates, url) if sites else None
    return next((site for site in sites if site.domain == domain and site.selects), None)


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


def _visible_text(tree: HtmlElement) -> str:
    hidden = " or ".join(f"ancestor::{name}" for name in _INVISIBLE)
    return " ".join(" ".join(tree.xpath(f"//body//text()[not({hidden})]")).split())
