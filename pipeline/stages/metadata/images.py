"""Pictures with caption and credit told apart."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace

from pipeline.records import Image
from pipeline.stages.metadata.captions import split_caption


def choose_images(images: Sequence[Image]) -> tuple[Image, ...]:
    """Returns the pictures in order, each with the credit taken out of its caption where no credit was given apart."""
    return tuple(_with_credit(image) for image in images)


def _with_credit(image: Image) -> Image:
    caption, credit = split_caption(_plain(image.caption) or "")
    declared = _plain(image.credit)
    if declared is not None:
        declared = split_caption(declared)[1] or _bare(declared)
    return replace(image, caption=caption, credit=declared or credit, alt=_plain(image.alt))


def _bare(credit: str) -> str:
    """The credit without the brackets around it."""
    inside = credit[1:-1].strip()
    return inside if (credit[0], credit[-1]) in {("(", ")"), ("[", "]")} and inside else credit


def _plain(text: str | None) -> str | None:
    return " ".join(html.unescape(html.unescape(text or "")).split()) or None
