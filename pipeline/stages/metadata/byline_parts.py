"""From a byline to the pieces that may be names: split, freed of introductions, roles, credentials and what stands behind."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

from pipeline.stages.metadata.names import MONTH, has_role

_EDGES: Final = " ,;:|–—-•·●∙*✉/\"'“”„«»"  # cut off names
_PREFIX: Final = re.compile(
    r"^\s*(?:(?:view |see )?(?:all|more|other) (?:posts|articles|stories) (?:by|from)|(?:posts|articles|more) by|(?:alles|mehr|(?:zeige )?alle (?:artikel|beiträge)|artikel|beiträge) von|"
    r"(?:\w+[ -])?beitrag von|(?:tous les|plus d)['’ ]?(?:articles )?(?:de|par)|themenstarter|(?:(?:this )?(?:article|story|post|text|report|analysis|review|words?|photos?)(?: (?:and|&) (?:photos?|images?))?|written|posted|published|reported|created|guest post|"
    r"submitted|interview) (?:was )?(?:written )?by|by|authors?|words|text(?: (?:und|and|&) \w+)?|interview|fotos?|"
    r"(?:(?:ein|eine|einem|einer) (?:\w+ )?)?(?:artikel|beitrag|analyse|kommentar|gastbeitrag|interview|kolumne|reportage|essay|text|erstellt|geschrieben|verfasst|veröffentlicht) von|"
    r"von|vom|autor(?:en|in|a|es|as|innen)?|verfasser|(?:écrit |publié |rédigé |propos recueillis )?par|auteurs?|(?:escrito )?por|(?:scritto )?di|a cura di|"
    r"(?:skrevet |skriven )?av|af|(?:geschreven )?door|tekst|autorstwa|автор(?:ы)?|文|作者|記者|记者|撰文|取材|글)(?:\s*[:：・/|]\s*|\s+|$)",
    re.IGNORECASE,
)
_BEHIND_DATE: Final = re.compile(
    r"^(?:[^\W\d]{3,10},? )?(?:(?:posted|published|veröffentlicht|publié|publicado|on|am|le|el)\b|\d).{4,40}?\b(?:by|von|par|por)\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
_SEGMENT: Final = re.compile(r"\s*[;|/•·⋅、，・]\s*")
_BEHIND_DASH: Final = re.compile(r"(?<=\w)\s+[–—-]\s.*$")  # a role, a place, the publication
_AND: Final = re.compile(
    r"\s+(?:im gespräch mit|in conversation with|and|und|et|y|e|och|og|en|i|ja|и|with|mit|avec)\s+|^(?:and|und|et|y)\s+|\s*[&+]\s*", re.IGNORECASE
)
_NO_AUTHORS: Final = re.compile(
    r"^\W*(?:(?:medically |clinically |legally |expert )?(?:reviewed|researched|edited|fact.?checked|verified|approved|translated|updated|photographed)\b|photos? by|fotos?:|quelle\s*:|source\s*:|来源|image\s*:)",
    re.IGNORECASE,
)
_REVIEWERS_BEHIND: Final = re.compile(
    r"(?<=\w)\W+(?:(?:medically |clinically |legally |expert |technically )?(?:reviewed|edited|fact.?checked|verified|approved|translated|photographed|illustrated) by|"
    r"(?:photos?|photographs|images|illustrations?) by|(?:illustration|fotos?|übersetzung) von|fotos?:)\b.*",
    re.IGNORECASE,
)
_COMMA: Final = re.compile(r"\s*,\s*")
# Texts without markup lose the blank between a name and what followed it in an element of its own.
_GLUED: Final = re.compile(
    r"(?<=[a-zà-ÿ])(?=(?:Published|Updated|Posted|Last updated)\b|(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? ?\d)|(?<=^By)(?=[A-Z][a-z])"
)
_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NOISE: Final = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|(?<!\w)@\w+|[©®™]|\s{2,}.*$|(?:\s|^)(?:\d{1,2}[./]){2}\d{2,4}.*$")
_TAIL: Final = re.compile(
    rf"\s+(?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)day\b|{MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b|\d{{1,2}}\.? {MONTH}\b).*|"
    r"\s+(?:(?:in|aus|à|en|a|from|for|für|pour|para|per|of the|via|on|am|at|is|has|was|hat|ist|updated|published|posted|last)\s+.*|"
    r"\d+(?!\w).*|(?:updated|published|posted)\b.*|(?:one|two|three) (?:min|hour|day|week|month|year)\w*.*|(?:stand|erstellt|lesezeit|datum|quelle|vom|published|view|full|updated)\b:?.*)$",
    re.IGNORECASE,
)
_DATE_AT_HEAD: Final = re.compile(
    rf"^\W*(?:{MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,?(?: \d{{4}})?|\d{{1,2}}\.? {MONTH}\.?(?: \d{{4}})?|(?:\d{{1,2}}[./]){{2}}\d{{2,4}})(?=\W|$)",
    re.IGNORECASE,
)
_DANGLING: Final = re.compile(
    r"(?:\s+(?:am|on|at|in|um|le|el|the|and|und|et|by|von|stand|datum|date|quelle|updated|published|posted))+$", re.IGNORECASE
)
_CREDENTIAL: Final = re.compile(
    r"^(?:(?:m\.?d|ph\.?\s?d|dr|prof|r\.?d\.?n?|r\.?n|b\.?sc|m\.?sc|m\.?[as]|b\.?a|mba|jd|ll\.?m|esq|cpa|cfa|cfp|ms|msn|mph|ldn?|fand|cdn|dds|dmd|do|dvm|pharm\.?d|lcsw|lmft|psy\.?d|"
    r"ed\.?d|pe|pmp|cpt|nasm|cscs|cssd|facp|faad|jr|sr|ii|iii|iv|dipl|mag|ma|bs|np|fnp|pa-c|rdms|aprn|cnm|phr|sphr)\.?(?:[-\s/]+|$))+$",
    re.IGNORECASE,
)
_NAMES_TOO: Final = frozenset({"ma", "do", "pe", "np", "sr", "jr", "ii", "iii", "iv", "mag"})
_ROLE_AT_END: Final = re.compile(
    r"^\(?(?:staff|senior|writer|reporter|editor|contributor|correspondent|columnist|journalist|author|redakteur(?:in)?|autor(?:in)?|sponsored|founder|ceo|cto|vp|analyst|lifestyle|commerce|managing|freelance|foto|photo|text|profile)\)?$",
    re.IGNORECASE,
)
_HONORIFIC: Final = re.compile(r"^(?:(?:dr|prof|professor|mr|mrs|ms|mag|dipl\.-?\w*|ing|sir)\.?\s+)+(?=\S)", re.IGNORECASE)


def split_byline(byline: str) -> list[str]:
    """Returns the pieces of a byline that may be names, in order, freed of introductions, roles behind commas, addresses and places.

    >>> split_byline("By Ada Moor, Ben Reed and Cleo Vance in Harbourtown")
    ['Ada Moor', 'Ben Reed', 'Cleo Vance']
    """
    text = " ".join(_BRACKETS.sub(" ", _GLUED.sub(" ", html.unescape(html.unescape(byline)))).split())
    if _NO_AUTHORS.match(text):
        return []
    found: list[str] = []
    for segment in _SEGMENT.split(_without_prefix(_BEHIND_DATE.sub("", without_reviewers(text)))):
        for position, part in enumerate(_COMMA.split(_BEHIND_DASH.sub("", segment))):
            if position and (has_role(part) or _NO_AUTHORS.match(part)):
                break  # what follows belongs to the role
            if not (position and _CREDENTIAL.match(part.strip())):
                found.extend(filter(None, map(clean_name, _AND.split(part))))
    return found


def is_reviewers(byline: str) -> bool:
    """Returns whether a byline names those who checked, edited or pictured an article, not those who wrote it."""
    return _NO_AUTHORS.match(byline) is not None


def without_reviewers(byline: str) -> str:
    """Returns the part of a byline before those who checked, edited or pictured the article.

    >>> without_reviewers("Written by Ada Moor, reviewed by Ben Reed")
    'Written by Ada Moor'
    """
    found = _REVIEWERS_BEHIND.search(byline)
    return byline[: found.start()] if found is not None else byline


def clean_name(text: str) -> str:
    """Returns a name without introduction, honorific, brackets, addresses, handles and what follows it; capitals set in normal case."""
    text = _DATE_AT_HEAD.sub("", text)
    name = _without_prefix(_NOISE.sub(" ", text).strip(_EDGES + "."))
    name = _DANGLING.sub("", _TAIL.sub("", _HONORIFIC.sub("", name)).rstrip(_EDGES))
    words_kept = name.split()
    while len(words_kept) > 2 and (
        _ROLE_AT_END.match(words_kept[-1]) or (_CREDENTIAL.match(words_kept[-1]) and words_kept[-1].lower() not in _NAMES_TOO)
    ):
        words_kept.pop()
    return _normal_case(" ".join(words_kept).strip(_EDGES))


def _without_prefix(text: str) -> str:
    for _ in range(3):
        shorter = _PREFIX.sub("", text, count=1)
        if shorter == text:
            break
        text = shorter
    return text.strip()


def _normal_case(name: str) -> str:
    """A name in capitals with capitals at its heads alone; agencies and initials keep theirs."""
    if not name.isupper() or len(name) < 6 or " " not in name:
        return name
    return " ".join(_headed(part) for part in name.split())


def _headed(part: str) -> str:
    if len(part) <= 2 or "." in part:
        return part
    heads = re.split(r"([-'’])", unicodedata.normalize("NFC", part))
    cased = "".join(piece.capitalize() for piece in heads)
    return f"Mc{cased[2:].capitalize()}" if cased.startswith("Mc") and len(cased) > 4 else cased
