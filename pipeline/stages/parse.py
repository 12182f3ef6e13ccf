"""A page's text to one lxml tree that every later stage shares."""

from __future__ import annotations

import re
from typing import Final

from lxml.etree import ElementDefaultClassLookup, ErrorTypes, ParserError, SubElement
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipeline.records import Reason, Reject

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
# All that a page's head may hold. libxml2 leaves others there, HTML5's `article` among them, where a page says neither </head> nor <body>.
_OF_HEAD: Final = frozenset({"title", "meta", "link", "base", "script", "style", "noscript", "template"})


def parse_html(text: str) -> HtmlElement:
    """Returns the page's tree, without comments and processing instructions.

    Raises Reject(EMPTY) where nothing is left to parse.
    """
    markup = _CHARACTER_REFERENCE.sub(_valid_reference, text)
    for character in _NO_CHARACTERS:
        markup = markup.replace(character, "")
    encoded = markup.encode("utf-8", "ignore").translate(None, _CONTROL_BYTES)
    tree, cut = _parsed(encoded)
    if cut:
        tree, _ = _parsed(_NESTING.sub(b"<br>", _NESTING_INLINE.sub(b"", encoded)))
    _move_out_of_head(tree)
    return tree


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


def _parsed(markup: bytes) -> tuple[HtmlElement, bool]:
    """The tree, and whether the parser left off where elements stood in more than 2,048 others."""
    # huge_tree: without it libxml2 drops all that is nested deeper than 256, and says nothing.
    parser = HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    # lxml.html asks a function of Python's for each element's class, which takes as long as the parsing; nobody here needs forms or inputs.
    parser.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
    try:
        tree = document_fromstring(markup, parser=parser)
    except ParserError as error:
        raise Reject(Reason.EMPTY, str(error)) from error
    last = parser.error_log.last_error
    return tree, last is not None and last.type == ErrorTypes.ERR_RESOURCE_LIMIT


def _valid_reference(match: re.Match[str]) -> str:
    """The reference as it stands, or nothing where XML allows no such character."""
    code = int(match[1], 16) if match[1] else int(match[2])
    allowed = code in {9, 10, 13} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
    return match[0] if allowed else ""
