"""Pictures with caption and credit told apart."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urljoin

from pipeline.records import Candidate, Image, MetaField
from pipeline.stages.metadata.captions import bare_credit, split_caption
from pipeline.stages.metadata.choice import Choice


def choose_images(images: Sequence[Image], page_url: str | None, candidates: Sequence[Candidate] = ()) -> Choice[tuple[Image, ...]]:
    """Returns the pictures in order, with absolute addresses, the credit taken out of the caption where none was given apart.

    A caption that stood in the text, of a picture whose figure gave it already, adds none. Where the site's rule file selects pictures, these are all.
    """
    pictures = _tidied(images, page_url)
    selected = {_absolute(candidate.value, page_url): candidate for candidate in candidates if candidate.field is MetaField.IMAGE}
    if selected:
        known = {picture.url: picture for picture in pictures}
        return Choice(tuple(known.get(url, Image(url=url)) for url in selected), next(iter(selected.values())).source)
    return Choice(pictures, "page" if pictures else None)


def _tidied(images: Sequence[Image], page_url: str | None) -> tuple[Image, ...]:
    chosen: list[Image] = []
    for image in images:
        picture = replace(_with_credit(image), url=_absolute(image.url, page_url))
        if picture.url or not any(picture.caption == other.caption for other in chosen):
            chosen.append(picture)
    return tuple(chosen)


def _absolute(address: str | None, page_url: str | None) -> str | None:
    try:
        return urljoin(page_url or "", address) if address else None
    except ValueError:  # an address that is none, such as http://[
        return address


def _with_credit(image: Image) -> Image:
    caption, credit = split_caption(_plain(image.caption) or "")
    declared = _plain(image.credit) or ""
    stated = split_caption(declared)[1] or bare_credit(declared)
    return replace(image, caption=caption, credit=stated or credit, alt=_plain(image.alt))


def _plain(text: str | None) -> str | None:
    return " ".join(html.unescape(html.unescape(text or "")).split()) or None
