"""A page's text as blocks, as its markup parts them: every line that a reader could see, each with its place in the tree."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, NamedTuple

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from pipeline.stages.body.silence import PROSE_WORDS, heard_after_all, is_hidden, is_silent, shown_words
from pipeline.stages.words import squeeze, word_count

MAX_CELL_WORDS: Final = 40  # a table with longer cells lays the page out, and its cells are texts of their own

# fmt: off
_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "button", "caption", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "li", "main", "menu", "nav", "ol", "p",
    "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})
# fmt: on
_CELLS: Final = frozenset({"td", "th"})
_CELL_START: Final = "\x1f"  # no page has it: parsing takes control characters out
_WIDTHLESS: Final = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_EMPHASIS: Final = frozenset({"b", "strong", "em", "i"})


# Places and blocks are not frozen: a page has hundreds of them, and to make a frozen one takes three times as long.
@dataclass(slots=True, eq=False)
class Place:
    """An element that parts text, and the places around it. Two places are equal only as the same element. Nothing changes one."""

    tag: str
    names: str  # its class, id, role and the like, as one string
    hidden: bool
    parent: Place | None

    def around(self) -> Iterator[Place]:
        """Yields the place itself, then each one that it stands in, outwards."""
        place: Place | None = self
        while place is not None:
            yield place
            place = place.parent


@dataclass(slots=True, kw_only=True, eq=False)
class PageBlock:
    """One block of a page before anything is judged: NFC, white space collapsed, line breaks kept. Nothing changes one."""

    text: str
    place: Place
    link_share: float  # share of the characters that are link text, 0 to 1
    emphasis_share: float
    links: tuple[str, ...]


class _Piece(NamedTuple):
    text: str
    linked: bool
    emphasised: bool


@dataclass(slots=True)
class _Walk:
    """What the walk has gathered since the last block ended."""

    place: Place
    blocks: list[PageBlock] = field(default_factory=list)
    pieces: list[_Piece] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    open_links: list[str] = field(default_factory=list)  # a link around blocks is a link of each of them
    in_emphasis: int = 0
    row: HtmlElement | None = None  # the table row whose cells are being read as one line

    def add(self, text: str | None) -> None:
        keeps_space = self.place.tag == "pre"
        if not text or (not self.pieces and not keeps_space and text.isspace()):
            return
        # Only <br> and <pre> break lines; in all else a line break is a blank.
        spaced = text if keeps_space else text.replace("\n", " ").replace("\r", " ")
        self.pieces.append(_Piece(spaced, bool(self.open_links), self.in_emphasis > 0))

    def end_block(self) -> None:
        if self.pieces:
            self.blocks.extend(_blocks_of(self.pieces, self.place, tuple(self.links)))
            self.pieces = []
        self.links = [*self.open_links]


def page_blocks(tree: HtmlElement) -> tuple[PageBlock, ...]:
    """Returns every block of the page in reading order: navigation and footers too, scripts and forms' controls not.

    What is for browsers without scripts and the like is read only where the page holds its article there.
    """
    body = tree.find("body")
    body = tree if body is None else body
    blocks, silent = _walked(body, frozenset())
    if heard := heard_after_all(silent, [block.text for block in blocks]):
        blocks, _ = _walked(body, heard)
    return _without_hidden_copies(blocks)


def _walked(body: HtmlElement, heard: frozenset[HtmlElement]) -> tuple[list[PageBlock], list[HtmlElement]]:
    """The blocks, and the elements that were passed over. What is `heard` is read, silent or not."""
    walk = _Walk(place=Place("body", "", hidden=False, parent=None))
    events = iterwalk(body, events=("start", "end"))
    passed: list[HtmlElement] = []
    silent: HtmlElement | None = None
    for event, element in events:
        if event == "start":
            if is_silent(element) and element not in heard:
                silent = element
                passed.append(element)
                events.skip_subtree()
            else:
                _enter(walk, element)
            continue
        if element is silent:
            silent = None
        else:
            _leave(walk, element)
        if element is not body:
            walk.add(element.tail)
    walk.end_block()
    return walk.blocks, passed


def _without_hidden_copies(blocks: Sequence[PageBlock]) -> tuple[PageBlock, ...]:
    """The blocks but for the paragraphs that the page hides and shows elsewhere as well."""
    times = Counter([block.text for block in blocks])
    repeated = {text for text, count in times.items() if count > 1 and word_count(text) >= PROSE_WORDS}
    shown = {block.text for block in blocks if block.text in repeated and not _stands_hidden(block)}
    return tuple([block for block in blocks if block.text not in shown or not _stands_hidden(block)])


def _stands_hidden(block: PageBlock) -> bool:
    return any(around.hidden for around in block.place.around())


def _enter(walk: _Walk, element: HtmlElement) -> None:
    tag = element.tag
    if tag == "br" or (tag == "span" and _starts_anew(walk, element)):
        walk.pieces.append(_Piece("\n", linked=False, emphasised=False))
    elif walk.row is not None and tag in _CELLS:
        walk.pieces.append(_Piece(_CELL_START, linked=False, emphasised=False))
    elif tag in _BLOCKS:
        walk.end_block()
        walk.place = Place(tag, _names(element), hidden=is_hidden(element), parent=walk.place)
        if tag == "tr" and walk.row is None and _is_line(element):
            walk.row = element
    elif tag == "a" and element.get("href"):
        walk.open_links.append(element.get("href", ""))
        walk.links.append(element.get("href", ""))
    elif tag in _EMPHASIS:
        walk.in_emphasis += 1
    walk.add(element.text)


def _leave(walk: _Walk, element: HtmlElement) -> None:
    tag = element.tag
    if walk.row is not None and tag in _CELLS:
        return
    if tag in _BLOCKS:
        walk.end_block()
        if element is walk.row:
            walk.row = None
        if walk.place.parent is not None:
            walk.place = walk.place.parent
    elif tag == "a" and element.get("href"):
        walk.open_links.pop()
    elif tag in _EMPHASIS:
        walk.in_emphasis -= 1


def _starts_anew(walk: _Walk, span: HtmlElement) -> bool:
    """Whether a span is a line of its own by style: it begins with a capital right where another span has ended with a small letter."""
    before = span.getprevious()
    if before is None or before.tag != "span" or before.tail or not walk.pieces:
        return False
    return walk.pieces[-1].text[-1:].islower() and (span.text or "")[:1].isupper()


def _is_line(row: HtmlElement) -> bool:
    """Whether the row's cells hold words and no blocks."""
    cells = [below for below in row.iter(*_BLOCKS) if below is not row]
    return all(cell.tag in _CELLS and shown_words(cell) <= MAX_CELL_WORDS for cell in cells)


def _names(element: HtmlElement) -> str:
    return " ".join(filter(None, (element.get("class"), element.get("id"), element.get("itemprop") or element.get("role"))))


def _blocks_of(pieces: Sequence[_Piece], place: Place, links: tuple[str, ...]) -> Iterator[PageBlock]:
    """One block; or one a stanza, where empty lines part it; or one a line, where lines are as long as paragraphs."""
    lines = _lines(pieces)
    stanzas = [lines] if len(lines) == 1 or place.tag == "pre" else _stanzas(lines)
    for stanza in stanzas:
        for part in [stanza] if place.tag == "pre" else _paragraphs(stanza):
            if block := _block(part, place, links):
                yield block


def _stanzas(lines: Sequence[list[_Piece]]) -> Iterator[list[list[_Piece]]]:
    """The runs of lines between empty ones."""
    for filled, run in groupby(lines, key=lambda line: any(not piece.text.isspace() and piece.text for piece in line)):
        if filled:
            yield list(run)


def _paragraphs(stanza: list[list[_Piece]]) -> list[list[list[_Piece]]]:
    """Each line by itself, where one is as long as a paragraph; else all together, as in a poem or an address."""
    long = len(stanza) > 1 and any(word_count(_text(line)) >= PROSE_WORDS for line in stanza)
    return [[line] for line in stanza] if long else [stanza]


def _lines(pieces: Sequence[_Piece]) -> list[list[_Piece]]:
    lines: list[list[_Piece]] = [[]]
    for piece in pieces:
        if "\n" not in piece.text:
            lines[-1].append(piece)
            continue
        first, *more = piece.text.split("\n")
        lines[-1].append(piece._replace(text=first))
        lines.extend([piece._replace(text=text)] for text in more)
    return lines


def _text(line: Sequence[_Piece]) -> str:
    text = "".join([piece.text for piece in line])
    if _CELL_START not in text:
        return squeeze(text)
    before, *cells = map(squeeze, text.split(_CELL_START))
    return squeeze(" | ".join([before, *cells] if before else cells)) if before or any(cells) else ""


def _line_as_set(line: Sequence[_Piece]) -> str:
    """The line with its indentation: in code, it says what belongs together."""
    return "".join([piece.text for piece in line]).rstrip()


def _block(lines: Sequence[Sequence[_Piece]], place: Place, links: tuple[str, ...]) -> PageBlock | None:
    text = unicodedata.normalize("NFC", "\n".join(filter(None, map(_line_as_set if place.tag == "pre" else _text, lines))))
    if not text.strip(_WIDTHLESS):
        return None
    linked = sum(len(squeeze(piece.text)) for line in lines for piece in line if piece.linked)
    emphasised = sum(len(squeeze(piece.text)) for line in lines for piece in line if piece.emphasised)
    return PageBlock(
        text=text,
        place=place,
        link_share=round(min(1.0, linked / len(text)), 3),
        emphasis_share=round(min(1.0, emphasised / len(text)), 3),
        links=links if linked else (),
    )
