"""What a page's JSON-LD says of its own article. Nodes of related stories on the page are told apart and left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from pipeline.records import Candidate, Image, MetaField
from pipeline.stages.metadata.agreement import overlap
from pipeline.stages.metadata.loose_json import Json, read_json
from pipeline.stages.metadata.proposals import propose

MAX_SCRIPTS: Final = 40
MAX_NODES: Final = 100_000
MAX_VALUES: Final = 50  # of one property
MAX_NAME_DEPTH: Final = 4

Node = Mapping[str, Json]

_ARTICLE_TYPES: Final = frozenset(
    {
        "article",
        "advertisercontentarticle",
        "newsarticle",
        "analysisnewsarticle",
        "askpublicnewsarticle",
        "backgroundnewsarticle",
        "opinionnewsarticle",
    }
    | {
        "reportagenewsarticle",
        "reviewnewsarticle",
        "satiricalarticle",
        "scholarlyarticle",
        "medicalscholarlyarticle",
        "socialmediaposting",
        "blogposting",
    }
    | {"liveblogposting", "discussionforumposting", "techarticle", "report", "recipe", "review", "howto", "apireference", "qapage", "medicalwebpage"}
)
_PAGE_TYPES: Final = frozenset({"webpage", "itempage", "creativework", "videoobject", "aboutpage", "faqpage", "podcastepisode", "newsmediaobject"})
_ORGANIZATION_TYPES: Final = frozenset({"organization", "newsmediaorganization", "corporation", "website"})
# A node below any other property is about something else: a related story, a comment, a part.
_WAYS_DOWN: Final = ("@graph", "mainEntity", "mainEntityOfPage", "itemReviewed")
_FIELDS: Final = (
    ("headline", MetaField.TITLE),
    ("name", MetaField.TITLE),
    ("description", MetaField.DESCRIPTION),
    ("datePublished", MetaField.DATE_PUBLISHED),
    ("dateCreated", MetaField.DATE_PUBLISHED),
    ("uploadDate", MetaField.DATE_PUBLISHED),
    ("dateModified", MetaField.DATE_MODIFIED),
    ("articleSection", MetaField.SECTION),
    ("keywords", MetaField.KEYWORD),
    ("inLanguage", MetaField.LANGUAGE),
    ("@type", MetaField.ARTICLE_TYPE),
    ("isAccessibleForFree", MetaField.ACCESSIBLE_FOR_FREE),
)
_PAGE_FIELDS: Final = ("datePublished", "dateModified", "inLanguage", "isAccessibleForFree", "name", "headline", "description")
_AUTHOR_KEYS: Final = ("author", "creator")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageIdentity:
    """By what a page's own article is known: its addresses and its titles."""

    urls: tuple[str, ...]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedData:
    """The nodes of a page's JSON-LD: the one about its article, those about the page, and all by their @id."""

    article: Node | None
    others: tuple[Node, ...]
    by_id: Mapping[str, Node]
    whole: bool  # whether all of it could be read


def read_linked_data(scripts: Iterable[str], page: PageIdentity) -> LinkedData:
    """Returns the page's nodes, with the article chosen that agrees with its address or titles."""
    values = [read_json(script) if number < MAX_SCRIPTS else None for number, script in enumerate(scripts)]
    nodes: list[Node] = []
    for value in values:
        nodes.extend(_nodes(value, MAX_NODES - len(nodes)))
    by_id = {ident: node for node in nodes if isinstance(ident := node.get("@id"), str) and len(node) > 1}
    article = _own_article([node for node in nodes if _types(node) & _ARTICLE_TYPES], page)
    others = tuple(node for node in nodes if not _types(node) & _ARTICLE_TYPES)
    return LinkedData(article=article, others=others, by_id=by_id, whole=None not in values and len(nodes) < MAX_NODES)


def linked_candidates(data: LinkedData) -> Iterator[Candidate]:
    """Yields what the nodes propose; sources are json-ld:<property>, and json-ld:<Type>.<property> for nodes that are no article."""
    if data.article is not None:
        yield from _article_candidates(data.article, data.by_id)
    for node in data.others:
        types = _types(node)
        if types & _PAGE_TYPES:
            yield from _page_candidates(node, data.by_id)
        if types & _ORGANIZATION_TYPES:
            kind = "WebSite" if "website" in types else "Organization"
            yield from _proposals(MetaField.SITE_NAME, f"json-ld:{kind}.name", node.get("name"))
        if "breadcrumblist" in types:
            yield from _breadcrumbs(node)


def linked_images(data: LinkedData) -> Iterator[Image]:
    """Yields the article's pictures."""
    for value in _listed((data.article or {}).get("image")):
        node = _resolved(value, data.by_id)
        if isinstance(node, str):
            yield Image(url=node)
        elif isinstance(node, dict) and (url := _text(node.get("url")) or _text(node.get("contentUrl"))):
            credit = _text(node.get("creditText")) or _text(node.get("copyrightNotice"))
            yield Image(url=url, caption=_text(node.get("caption")), credit=credit)


def _article_candidates(article: Node, by_id: Mapping[str, Node]) -> Iterator[Candidate]:
    for key, field in _FIELDS:
        yield from _proposals(field, f"json-ld:{key}", article.get(key))
    for key in _AUTHOR_KEYS:
        yield from _author_candidates(f"json-ld:{key}", article.get(key), by_id)
    yield from _proposals(MetaField.SITE_NAME, "json-ld:publisher", list(_names(article.get("publisher"), by_id)))
    for part in _listed(article.get("hasPart")):
        if isinstance(part, dict):
            yield from _proposals(MetaField.ACCESSIBLE_FOR_FREE, "json-ld:hasPart.isAccessibleForFree", part.get("isAccessibleForFree"))


def _page_candidates(node: Node, by_id: Mapping[str, Node]) -> Iterator[Candidate]:
    kind = _text(node.get("@type")) or "WebPage"
    for key, field in _FIELDS:
        if key in _PAGE_FIELDS:
            yield from _proposals(field, f"json-ld:{kind}.{key}", node.get(key))
    for key in _AUTHOR_KEYS:
        yield from _author_candidates(f"json-ld:{kind}.{key}", node.get(key), by_id)


def _author_candidates(source: str, value: Json, by_id: Mapping[str, Node]) -> Iterator[Candidate]:
    """A candidate a name; an organisation's says so in its source."""
    for item in _listed(value):
        author = _resolved(item, by_id)
        is_organization = isinstance(author, dict) and bool(_types(author) & _ORGANIZATION_TYPES)
        yield from _proposals(MetaField.AUTHOR, f"{source}.Organization" if is_organization else source, list(_names(author, by_id)))


def _names(value: Json, by_id: Mapping[str, Node], depth: int = 0) -> Iterator[str]:
    """The names in a value that may be a string, a node, a reference to one, or a list of these."""
    if depth > MAX_NAME_DEPTH:
        return
    for item in _listed(value):
        node = _resolved(item, by_id)
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict):
            whole = node.get("@value") or node.get("name") or " ".join(filter(None, (_text(node.get("givenName")), _text(node.get("familyName")))))
            yield from _names(whole, by_id, depth + 1)


def _breadcrumbs(node: Node) -> Iterator[Candidate]:
    for item in _listed(node.get("itemListElement")):
        if isinstance(item, dict):
            target = item.get("item")
            name = item.get("name") or (target.get("name") if isinstance(target, dict) else None)
            yield from _proposals(MetaField.SECTION, "json-ld:breadcrumb", name)


def _proposals(field: MetaField, source: str, value: Json) -> Iterator[Candidate]:
    for item in _listed(value):
        yield from propose(field, source, _text(item) if isinstance(item, dict) else item)


def _own_article(articles: list[Node], page: PageIdentity) -> Node | None:
    """The article that agrees best with the page; one alone is believed unless all that it says of itself speaks of another page."""
    if not articles:
        return None
    best = max(articles, key=lambda node: _agreement(node, page))  # the first of equals
    agreement = _agreement(best, page)
    return best if agreement > 0 or (agreement == 0 and len(articles) == 1) else None


def _agreement(article: Node, page: PageIdentity) -> float:
    """How much speaks for the node being this page's article; below 0 where address and headline both speak against it."""
    urls = [url for key in ("url", "mainEntityOfPage", "@id") for url in _addresses(article.get(key))]
    headline = _text(article.get("headline")) or _text(article.get("name")) or ""
    alike = max((overlap(headline, title) for title in page.titles), default=0.0)
    same_url = bool({_path(url) for url in urls} & {_path(url) for url in page.urls})
    if not same_url and alike < 0.5:
        return -1.0 if headline and page.titles else 0.0
    complete = sum(key in article for key in ("headline", "datePublished", "author")) / 10
    return 2.0 * same_url + 2.0 * (alike if alike >= 0.5 else 0.0) + complete


def _addresses(value: Json) -> Iterator[str]:
    for item in _listed(value):
        if isinstance(item, dict):
            item = item.get("@id") or item.get("url")  # noqa: PLW2901 - a reference stands for its address
        if isinstance(item, str):
            yield item


def _path(url: str) -> str:
    """An address without scheme, host, query and fragment, to compare; the whole where there is no path."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return parts.path.strip("/") + (f"?{parts.query}" if not parts.path.strip("/") else "") or url


def _nodes(value: Json, room: int) -> Iterator[Node]:
    """The nodes at the top and on the ways down, in order."""
    waiting: list[Json] = [value]
    while waiting and room > 0:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item[:room]))
        elif isinstance(item, dict):
            room -= 1
            yield item
            waiting.extend(item[key] for key in reversed(_WAYS_DOWN) if isinstance(item.get(key), dict | list))


def _types(node: Node) -> set[str]:
    return {kind.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() for kind in _listed(node.get("@type")) if isinstance(kind, str)}


def _resolved(value: Json, by_id: Mapping[str, Node]) -> Json:
    """The node that a bare reference stands for, else the value itself."""
    ident = value.get("@id") if isinstance(value, dict) and "name" not in value else None
    return dict(by_id.get(ident, {})) or value if isinstance(ident, str) else value


def _listed(value: Json) -> list[Json]:
    """The value as a list, without lists in it."""
    if value is None:
        return []
    if not isinstance(value, list):
        return [value]
    flat: list[Json] = []
    for item in value[:MAX_VALUES]:
        flat.extend(item[:MAX_VALUES] if isinstance(item, list) else [item])
    return flat[:MAX_VALUES]


def _text(value: Json) -> str | None:
    """The string in a value, a list of one, or a language-tagged value."""
    for item in _listed(value):
        if isinstance(item, str):
            return item
        if isinstance(item, dict) and isinstance(inner := item.get("@value") or item.get("name"), str):
            return inner
    return None
