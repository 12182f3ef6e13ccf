"""What a page's head declares: meta and link elements, title, language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.html import HtmlElement

from pipeline.records import Candidate, Image, MetaField
from pipeline.stages.metadata.proposals import propose

MAX_TAGS: Final = 1_000
_SPEAKING_PREFIXES: Final = (
    "og:",
    "article:",
    "twitter:",
    "dc.",
    "dc:",
    "dcterms.",
    "dcterms:",
    "sailthru.",
    "parsely-",
    "citation_",
    "prism.",
    "cxense",
)
_NAMES: Final = {
    MetaField.TITLE: "og:title twitter:title dc.title dc:title dcterms.title parsely-title sailthru.title citation_title headline title hdl",
    MetaField.DESCRIPTION: "og:description description twitter:description dc.description dcterms.description sailthru.description",
    MetaField.AUTHOR: (
        "author article:author og:author og:article:author article:author_name parsely-author sailthru.author dc.creator "
        "dc:creator dcterms.creator citation_author cxenseparse:author creator byl byline shareaholic:article_author_name "
        "twitter:creator articleauthor authors rbauthors vr:author"
    ),
    MetaField.DATE_PUBLISHED: (
        "article:published_time og:article:published_time article:published og:published_time og:publish_date datepublished "
        "parsely-pub-date sailthru.date cxenseparse:recs:publishtime cxenseparse:publishtime dc.date.issued dcterms.issued "
        "dcterms.created dc.date.created citation_publication_date citation_online_date prism.publicationdate date-pub pubdate "
        "pub_date publishdate publish_date publish-date publication_date published_time published publisheddate date dc.date "
        "dc:date dcterms.date ptime displaydate shareaholic:article_published_time article_date_original originalpublicationdate "
        "date.created content:publishdate articlepubdate rnews:datepublished release_date bi3dpubdate artikel:published_time "
        "article.published article.created uploaddate datecreated"
    ),
    MetaField.DATE_MODIFIED: (
        "article:modified_time og:article:modified_time og:updated_time datemodified last-modified lastmod dcterms.modified "
        "dc.date.modified article:modified article:updated_time date.modified date.updated revised dateupdate moddate "
        "article.updated"
    ),
    MetaField.SITE_NAME: "og:site_name application-name apple-mobile-web-app-title dc.publisher publisher cre twitter:app:name:iphone",
    MetaField.SECTION: "article:section og:article:section parsely-section section articlesection cxenseparse:section sailthru.section",
    MetaField.KEYWORD: "article:tag og:article:tag parsely-tags sailthru.tags news_keywords keywords dc.subject",
    MetaField.LANGUAGE: "og:locale content-language dc.language language",
    MetaField.CANONICAL_URL: "og:url",
    MetaField.ACCESSIBLE_FOR_FREE: "isaccessibleforfree",
}
_FIELD_BY_NAME: Final = {name: field for field, names in _NAMES.items() for name in names.split()}
# twitter:label1 says what twitter:data1 holds.
_AUTHOR_LABELS: Final = frozenset(
    {"written by", "by", "author", "posted by", "verfasst von", "von", "écrit par", "escrito por", "scritto da"}
    | {"napisane przez", "geschreven door", "автор", "autor"}
)


def head_candidates(tree: HtmlElement) -> Iterator[Candidate]:
    """Yields what meta, link, title and the html element propose."""
    for name, content in _meta_pairs(tree):
        field = _FIELD_BY_NAME.get(name)
        if field is not None:
            yield from propose(field, name if name.startswith(_SPEAKING_PREFIXES) else f"meta:{name}", content)
    yield from _labelled_cards(tree)
    title = tree.find("head/title")
    for element in [title] if title is not None else tree.xpath("(//title[not(ancestor::*[local-name()='svg'])])[1]"):
        yield from propose(MetaField.TITLE, "title", element.text_content())
    for link in tree.iter("link"):
        if "canonical" in link.get("rel", "").lower().split():
            yield from propose(MetaField.CANONICAL_URL, "canonical", link.get("href"))
    yield from propose(MetaField.LANGUAGE, "html:lang", tree.get("lang") or tree.get("xml:lang"))


def card_image(tree: HtmlElement) -> Image | None:
    """Returns the picture that the page offers for previews."""
    for name, content in _meta_pairs(tree):
        if name in {"og:image", "og:image:url", "twitter:image"} and content.strip():
            return Image(url=content.strip())
    return None


def _meta_pairs(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """Name, in lower case, and content of the meta elements that have both."""
    for number, meta in enumerate(tree.iter("meta")):
        if number >= MAX_TAGS:
            return
        content = meta.get("content")
        # Microdata's meta elements belong to an item, which may be another story: `microdata` reads them.
        name = meta.get("property") or meta.get("name") or meta.get("http-equiv")
        if content and name:
            yield name.strip().lower(), content


def _labelled_cards(tree: HtmlElement) -> Iterator[Candidate]:
    pairs = {name: content for name, content in _meta_pairs(tree) if name.startswith(("twitter:label", "twitter:data"))}
    for name, label in pairs.items():
        if name.startswith("twitter:label") and label.strip().lower() in _AUTHOR_LABELS:
            yield from propose(MetaField.AUTHOR, "twitter:data", pairs.get(name.replace("label", "data")))
