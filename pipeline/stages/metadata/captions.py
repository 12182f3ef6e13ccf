"""A caption and the credit at its end, told apart."""

from __future__ import annotations

import re
from typing import Final

MAX_CREDIT_CHARACTERS: Final = 150
MAX_CREDIT_WORDS: Final = 14
MAX_LINE_CHARACTERS: Final = 3_000  # a longer one is no caption

# Words that say "photo by" wherever they stand with a colon behind them.
_CLEAR_LABEL: Final = (
    r"(?:photos?|photo(?:graph)?s? (?:by|courtesy(?: of)?)|(?:photo|image|picture|illustration) (?:credit|source)s?|photograph(?:er|s)?|credits?|"
    r"fotos?|fotografi[ea]|fotograf(?:in)?|bild(?:quelle|rechte|nachweis)|crédits? ?(?:photos?)?|créditos?|fotografía|divulgação|foto/divulgação|kuva|zdjęcie|фото|写真|撮影|摄|사진(?: ?(?:출처|제공))?|تصوير|عکس|צילום|फोटो|ภาพ)"
)
# Words that do so only where a sentence ends before them: "His image: a new beginning" is none.
_LABEL: Final = (
    rf"(?:{_CLEAR_LABEL}|images?|pictures?|illustrations?|graphics?|bild(?:er)?|grafik|quelle|source|imagen|imagem|beeld|图|图片|courtesy(?: of)?)"
)
_AGENCY: Final = (
    r"(?:reuters|ap(?: photo)?|afp|dpa|apa|ansa|efe|epa|pti|ani|tass|xinhua|kyodo|yonhap|imago|getty(?: images)?|shutterstock|istock(?:photo)?|unsplash|alamy|keystone|"
    r"sipa|picture[- ]alliance)"
)
_PERSON: Final = r"(?:(?:\w\.|[\w'’\-]+)(?: (?:\w\.|[\w'’\-]+)){0,4})"
_NAME: Final = r"(?-i:[^\W\d_a-zß-ÿ])[\w.'’\-]*(?: [\w.'’\-]+){0,3}"
_PATTERNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"[\s|]*[(\[]\s*(?:{_LABEL}\s*[:：/=]\s*|(?:photo|picture|image|foto)s? (?:by|von|di|de|:) |©\s*)(?P<credit>[^()\[\]]+?)\s*[)\]]\s*$",
        rf"(?:^|(?<=[|.!?…\"”’)–—])\s*|(?<=\s)(?={_CLEAR_LABEL}\s*[:：]))[\s–—-]*{_LABEL}\s*[:：]\s*(?P<credit>[^:|]+?)\s*$",
        r"(?:^|(?<=[.!?…\"”’)|]))\s*(?:(?:photo(?:graph|s)?|images?|pictures?) (?:by|via|courtesy of)|courtesy of|foto von) (?P<credit>[^:|.]+?)\s*\.?\s*$",
        r"\s[—–-]\s?via (?P<credit>[^:|.]+?)\s*$",
        r"(?:^|[\s|.(])(?:©|\(c\)|copyright)\s*(?P<credit>[^©|]+?)\s*$",
        rf"(?:^|(?<=[.!?…\"”’)])\s+|\s*[(\[|]\s*)(?P<credit>(?:{_PERSON} ?/ ?)?{_AGENCY}(?: ?/ ?{_PERSON})*(?: via {_PERSON})?)[)\]]?\s*$",
        # "(Ada Moor/Harbour Press)", and the same without brackets behind a sentence
        rf"\s*[(\[](?P<credit>{_NAME} ?/ ?{_NAME})[)\]]\s*$",
        rf"(?<=[.!?…”])\s+(?P<credit>{_NAME} ?/ ?{_NAME})\s*$",
        r"\s+[|•]\s+(?P<credit>[^|•]{2,80}?)\s*$",
    )
)

_ADDRESS: Final = re.compile(r"\w\.(?:com|de|net|org|io)\b", re.IGNORECASE)  # someone/stock.adobe.com
_LABEL_IN_FRONT: Final = re.compile(rf"^(?:{_LABEL}\s*[:：]|©|\(c\)|copyright\b)\s*", re.IGNORECASE)
_AROUND_CREDIT: Final = " |/–—-:©"
_SENTENCE: Final = re.compile(r"(?:\S+\s+){5,}\S*[a-zß-ÿ][.!?]$")

# Names that are written small.
_SMALL_NAMES: Final = frozenset(
    {
        "dpa",
        "apa",
        "afp",
        "imago",
        "picture alliance",
        "picture-alliance",
        "privat",
        "private",
        "dapd",
        "unsplash",
        "pixabay",
        "istock",
        "adobe stock",
    }
)


def split_caption(text: str) -> tuple[str | None, str | None]:
    """Returns (caption, credit) of a picture's line; either is None where the line holds none.

    >>> split_caption("The old mill in May. | (Photo: Ada Moor/Harbour Press)")
    ('The old mill in May.', 'Ada Moor/Harbour Press')
    """
    folded = " ".join(text.split())
    if len(folded) > MAX_LINE_CHARACTERS:
        return folded, None
    for pattern in _PATTERNS:
        found = pattern.search(folded)
        if found is not None and _is_credit(found["credit"]):
            caption = folded[: found.start()].strip(" |–—-•")
            return caption or None, found["credit"].strip(_AROUND_CREDIT)
    return folded or None, None


def bare_credit(text: str) -> str | None:
    """Returns what markup calls a credit without label and brackets; None where it is a label alone, or a sentence.

    >>> bare_credit("(Foto: Ada Moor)"), bare_credit("Photo:")
    ('Ada Moor', None)
    """
    bare = " ".join(text.split())
    if (bare[:1], bare[-1:]) in {("(", ")"), ("[", "]")}:
        bare = bare[1:-1].strip()
    bare = _LABEL_IN_FRONT.sub("", bare)
    return None if len(bare) > MAX_LINE_CHARACTERS or _SENTENCE.match(bare) else bare.removesuffix(" .").strip(_AROUND_CREDIT) or None


def _is_credit(text: str) -> bool:
    """Whether it is short and begins like a name or an address, not like the rest of a sentence."""
    return (
        len(text) <= MAX_CREDIT_CHARACTERS
        and len(text.split()) <= MAX_CREDIT_WORDS
        and (not text[0].islower() or text.split("/", maxsplit=1)[0].strip().lower() in _SMALL_NAMES or _ADDRESS.search(text) is not None)
    )
