"""A page's body as blocks: trafilatura finds it, BeautifulSoup reads the fragment that it gives. The only module that knows trafilatura."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterator
from typing import Final

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from lxml.etree import tostring
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document

from pipeline.records import Block
from pipeline.stages.words import squeeze, word_count

EXTRACTOR: Final = "trafilatura"
PARAGRAPH_WORDS: Final = 20

# "discarding data" and the like: every page without a body becomes a row with a reason, so its log line says nothing new.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_HEADINGS: Final = {f"h{level}" for level in range(1, 7)}
_CONTAINERS: Final = {"body", "div", "list", "quote", "table", "comments", "main"}


def extract_blocks(tree: HtmlElement, url: str | None) -> tuple[Block, ...]:
    """Returns the body's blocks in reading order; none where trafilatura finds no body. The tree is left as it is."""
    found = bare_extraction(tree, url=url, include_comments=False, include_links=True)
    if not isinstance(found, Document) or found.body is None:
        return ()
    fragment = BeautifulSoup(tostring(found.body, encoding="unicode"), "xml")
    return tuple(_blocks(fragment)) if fragment.body is None else tuple(_blocks(fragment.body))


def _blocks(container: Tag, tag: str = "p") -> Iterator[Block]:
    """Each block below a container; runs of inline nodes between blocks are blocks of their own."""
    inline: list[Tag | NavigableString] = []
    for child in container.children:
        if isinstance(child, Tag) and _stands_alone(child):
            yield from _block_of(inline, tag)
            inline = []
            yield from _blocks_of(child, tag)
        elif isinstance(child, Tag | NavigableString):
            inline.append(child)
    yield from _block_of(inline, tag)


def _stands_alone(node: Tag) -> bool:
    return node.name in _CONTAINERS or node.name in {"p", "head", "item", "row", "code", "graphic", "dd", "dt", "ab"}


def _blocks_of(node: Tag, tag: str) -> Iterator[Block]:
    match node.name:
        case "graphic":
            return
        case "row":
            cells = [squeeze(cell.get_text(" ")) for cell in node.find_all("cell")]
            yield from _block_of([NavigableString(" | ".join(filter(None, cells)))], "row")
        case "code":
            yield from _block_of(list(node.children), "pre")  # type: ignore[arg-type]  # bs4 types children as PageElement
        case "head":
            level = str(node.get("rend", "h2"))
            yield from _blocks(node, level if level in _HEADINGS else "h2")
        case "item" | "dd" | "dt":
            yield from _blocks(node, "li")
        case "quote":
            yield from _blocks(node, "quote")
        case _:
            yield from _blocks(node, tag)


def _block_of(nodes: list[Tag | NavigableString], tag: str) -> Iterator[Block]:
    """The nodes' text as one block; or as one a line, where lines are as long as paragraphs and not those of a poem or an address."""
    lines: list[list[Tag | NavigableString]] = [[]]
    for node in nodes:
        if isinstance(node, Tag) and node.name == "lb":
            lines.append([])
        else:
            lines[-1].append(node)
    if any(word_count("".join(map(_inline_text, line))) >= PARAGRAPH_WORDS for line in lines):
        for line in lines:
            yield from _paragraph(line, tag)
    else:
        yield from _paragraph(nodes, tag)


def _paragraph(nodes: list[Tag | NavigableString], tag: str) -> Iterator[Block]:
    text = _lines("".join(map(_inline_text, nodes)))
    if not text:
        return
    links = [link for node in nodes if isinstance(node, Tag) for link in ([node] if node.name == "ref" else node.find_all("ref"))]
    linked = sum(len(squeeze(link.get_text())) for link in links)
    targets = tuple(str(link["target"]) for link in links if link.get("target"))
    yield Block(tag=tag, text=text, link_share=round(min(1.0, linked / len(text)), 3), links=targets)


def _inline_text(node: Tag | NavigableString) -> str:
    if isinstance(node, NavigableString):
        return _squeezed_inside(str(node))
    return "\n" if node.name == "lb" else "".join(_inline_text(child) for child in node.children if isinstance(child, Tag | NavigableString))


def _squeezed_inside(text: str) -> str:
    """Returns the text with every run of white space as one blank, at its ends too."""
    squeezed = squeeze(text)
    if not squeezed:
        return " " if text else ""
    return f"{' ' if text[0].isspace() else ''}{squeezed}{' ' if text[-1].isspace() else ''}"


def _lines(text: str) -> str:
    """The text in NFC, each line squeezed, empty lines out."""
    lines = (squeeze(line) for line in unicodedata.normalize("NFC", text).split("\n"))
    return "\n".join(line for line in lines if line)
