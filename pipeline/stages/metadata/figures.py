"""The article's pictures: figures on the page, with caption and credit as the markup gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from pipeline.records import Image
from pipeline.stages.metadata.outline import Mark, Outline, text_of

MAX_IMAGES: Final = 30
MAX_ELEMENTS_OF_FIGURE: Final = 100  # searched for a credit
MAX_CAPTION_CHARACTERS: Final = 1_000
MAX_URL_CHARACTERS: Final = 2_000

_CREDIT_CLASS: Final = re.compile(
    r"credit|copyright|photographer|(?:image|photo|picture|caption)[-_]*(?:source|author|owner)|quelle|rechte|urheber", re.IGNORECASE
)
_ORNAMENT: Final = re.compile(r"avatar|author|logo|icon|gravatar|emoji|placeholder|spinner|pixel", re.IGNORECASE)
_SOURCES: Final = ("data-src", "data-original", "data-lazy-src", "src")


def figure_images(outline: Outline) -> Iterator[Image]:
    """Yields the pictures of the figure elements that belong to the article."""
    for placed in outline.marked[Mark.FIGURE]:
        figure = placed.element
        picture = next(figure.iter("img"), None)
        if picture is None or outline.is_foreign(figure) or _ORNAMENT.search(f"{picture.get('class', '')} {figure.get('class', '')}"):
            continue
        caption, credit = _caption(figure)
        yield Image(url=_address(picture), caption=caption, credit=credit, alt=_folded(picture.get("alt")))


def resolved_images(images: Iterable[Image], url: str | None) -> tuple[Image, ...]:
    """Returns the images with absolute addresses, each picture once, its captioned version where there is one."""
    found: dict[str, Image] = {}
    for image in images:
        address = _absolute(image.url, url)
        if address is None and image.caption is None:
            continue
        key = _picture_key(address or image.caption or "")
        known = found.get(key)
        found[key] = Image(
            url=known.url if known is not None and known.url else address,
            caption=(known.caption if known is not None else None) or _folded(image.caption),
            credit=(known.credit if known is not None else None) or _folded(image.credit),
            alt=(known.alt if known is not None else None) or image.alt,
        )
    return tuple(found.values())[:MAX_IMAGES]


def _caption(figure: HtmlElement) -> tuple[str | None, str | None]:
    """The figure's caption without its credit, and the credit where an element is marked as one."""
    captions = [text_of(element) for element in figure.iter("figcaption")]
    credited = [
        text
        for element in islice(figure.iter("*"), MAX_ELEMENTS_OF_FIGURE)
        if _CREDIT_CLASS.search(element.get("class") or "") and (text := text_of(element))
    ]
    caption, credit = next(filter(None, captions), None), next(iter(credited), None)
    if caption and credit:
        caption = caption.replace(credit, " ")
    return _folded(caption), _folded(credit)


def _address(picture: HtmlElement) -> str | None:
    for attribute in _SOURCES:
        value = (picture.get(attribute) or "").strip()
        if value and not value.startswith(("data:", "blob:")):
            return value
    first = (picture.get("srcset") or picture.get("data-srcset") or "").strip().split(" ")[0]
    return first if first and not first.startswith("data:") else None


def _absolute(address: str | None, url: str | None) -> str | None:
    """The address resolved against the page's, where that gives an http address of sane length."""
    if not address or len(address) > MAX_URL_CHARACTERS:
        return None
    try:
        absolute = urljoin(url or "", address.strip())
        return absolute if urlsplit(absolute).scheme in {"http", "https"} or url is None else None
    except ValueError:
        return None


def _picture_key(address: str) -> str:
    """The file's name without size and query, by which one picture in two sizes is known."""
    name = address.split("?", maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1]
    stem = re.sub(r"(?:[-_@]\d{2,4}(?:x\d{0,4})?w?|[-_]scaled)?(?:\.\w{3,4})+$", "", name)
    return stem if len(stem) > 5 else address


def _folded(text: str | None) -> str | None:
    return " ".join((text or "").split())[:MAX_CAPTION_CHARACTERS] or None
