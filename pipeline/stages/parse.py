"""A page's text to one lxml tree that every later stage shares."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from lxml.etree import ElementDefaultClassLookup, ErrorTypes, ParserError, SubElement, XPath
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipeline.records import Flag, Reason, Reject

MAX_NESTING: Final = 2_000  # libxml2 leaves off at 2,048, and drops what is below
# XML has no place for these code points. libxml2 keeps a reference to one, and the extractor then silently gives up on the page.
_CHARACTER_REFERENCE: Final = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,10}));?")
_CONTROL_BYTES: Final = bytes({*range(0x20)} - set(b"\t\n\r"))
_NO_CHARACTERS: Final = ("\ufffe", "\uffff")
# What can stand in itself without end. In place of an element that parts text a line break keeps them apart.
_NESTING_INLINE: Final = re.compile(
    rb"</?(?:a|abbr|b|big|center|cite|code|del|em|font|i|ins|label|mark|q|s|small|span|strong|sub|sup|tt|u)\b[^<>]*>", re.IGNORECASE
)
_NESTING: Final = re.compile(
    rb"</?(?!(?:html|head|title|meta|link|script|style|body|h[1-6]|p|br|img|time)\b)[a-z][^<>]*>",
    re.IGNORECASE,
)
_COUNT: Final = XPath("count(//*)")
# All that a page's head may hold. libxml2 leaves others there, HTML5's `article` among them, where a page says neither </head> nor <body>.
_OF_HEAD: Final = frozenset({"title", "meta", "link", "base", "script", "style", "noscript", "template"})


class ParsedPage(NamedTuple):
    """A page's tree, and a flag where elements that only box and style are left out of it, because elements stood in each other beyond the cap."""

    tree: HtmlElement
    flags: frozenset[Flag]


def parse_html(text: str) -> HtmlElement:
    """Returns the tree of markup, as `parse_page` does with no cap but the parser's own."""
    return parse_page(text, MAX_NESTING).tree


def parse_page(text: str, nesting: int) -> ParsedPage:
    """Returns the page's tree, without comments and processing instructions; no element stands in more than `nesting` others.

    Raises Reject(EMPTY) where nothing is left to parse, and Reject(TOO_DEEP) where it is nested deeper even when flattened.
    """
    markup = _CHARACTER_REFERENCE.sub(_valid_reference, text)
    for character in _NO_CHARACTERS:
        markup = markup.replace(character, "")
    encoded = markup.encode("utf-8", "ignore").translate(None, _CONTROL_BYTES)
    tree, flags = _tree(encoded, nesting), frozenset[Flag]()
    if tree is None:
        tree, flags = _tree(_NESTING.sub(b"<br>", _NESTING_INLINE.sub(b"", encoded)), nesting), frozenset({Flag.NESTING_FLATTENED})
    if tree is None:
        raise Reject(Reason.TOO_DEEP, f"elements in more than {nesting} others")
    _move_out_of_head(tree)
    return ParsedPage(tree, flags)


def _move_out_of_head(tree: HtmlElement) -> None:
    head = tree.find("head")
    astray = [element for element in head if element.tag not in _OF_HEAD] if head is not None else []
    if astray:
        body = tree.find("body")
        if body is None:
            body = SubElement(tree, "body")
        lead, body.text = body.text, None
        for place, element in enumerate(astray):
            body.insert(place, element)  # with the text behind it
        if lead:
            astray[-1].tail = f"{astray[-1].tail or ''}{lead}"


def _tree(markup: bytes, nesting: int) -> HtmlElement | None:
    """The tree; None where elements stand in more than so many others."""
    # huge_tree: without it libxml2 drops all that is nested deeper than 256, and says nothing.
    parser = HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    # lxml.html asks a function of Python's for each element's class, which takes as long as the parsing; nobody here needs forms or inputs.
    parser.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
    try:
        tree = document_fromstring(markup, parser=parser)
    except ParserError as error:
        raise Reject(Reason.EMPTY, str(error)) from error
    last = parser.error_log.last_error
    cut = last is not None and last.type == ErrorTypes.ERR_RESOURCE_LIMIT
    return None if cut or _is_deeper(tree, nesting) else tree


def _is_deeper(tree: HtmlElement, nesting: int) -> bool:
    """Whether an element stands in more than so many others; of most pages their number alone tells that none does."""
    elements: Any = _COUNT(tree)  # an XPath may give anything; this one gives a number
    if elements <= nesting:
        return False
    to_come: list[int] = []  # children of each element around
    for children in map(len, tree.iter()):  # in document order
        while to_come and not to_come[-1]:
            to_come.pop()
        if len(to_come) > nesting:
            return True
        if to_come:
            to_come[-1] -= 1
        to_come.append(children)
    return False


def _valid_reference(match: re.Match[str]) -> str:
    """The reference as it stands, or nothing where XML allows no such character."""
    code = int(match[1], 16) if match[1] else int(match[2])
    allowed = code in {9, 10, 13} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
    return match[0] if allowed else ""
