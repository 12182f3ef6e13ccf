"""From a byline to the pieces that may be names: split, freed of introductions, roles, credentials and what stands behind."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from pipeline.stages.metadata.given_names import is_given_name
from pipeline.stages.metadata.names import MONTH, has_role, is_role_behind, without_agency

_EDGES: Final = " ,;:|–—-•·●∙*✉/\"'“”„«»"  # cut off names
_PREFIX: Final = re.compile(
    r"^\s*(?:as told to|(?:view |see )?(?:all|more|other) (?:posts|articles|stories) (?:by|from)|(?:posts|articles|more) by|(?:alles|mehr|(?:zeige )?alle (?:artikel|beiträge)|artikel|beiträge) von|"
    r"(?:\w+[ -])?beitrag von|(?:tous les|plus d)['’ ]?(?:articles )?(?:de|par)|themenstarter|(?:(?:this )?(?:article|story|post|text|report|analysis|review|words?|photos?)(?: (?:and|&) (?:photos?|images?))?|written|posted|published|reported|created|guest post|"
    r"submitted|interview) (?:was )?(?:written )?by|by|authors?|words|text(?: (?:und|and|&) \w+)?|interview|fotos?|"
    r"(?:(?:ein|eine|einem|einer) (?:\w+ )?)?(?:artikel|beitrag|analyse|kommentar|gastbeitrag|interview|kolumne|reportage|essay|text|erstellt|geschrieben|verfasst|veröffentlicht) von|"
    r"vom|autor(?:en|in|a|es|as|innen)?|verfasser|(?:écrit|publié|rédigé|propos recueillis) par|auteurs?|escrito por|scritto di|a cura di|"
    r"(?:skrevet|skriven) av|geschreven door|tekst|autorstwa|автор(?:ы)?|文|作者|記者|记者|撰文|取材|글|بقلم|كتبت?|كتابة|إعداد|نویسنده|نوشته|به قلم|מאת|כתבה?)"
    r"(?:\s*[:：・/|]\s*|\s+|$)",
    re.IGNORECASE,
)
# Small words that introduce a byline and begin names as well: "Von Ada Moor", but "Von Freeman".
_PARTICLE: Final = re.compile(r"^\s*(?:von|par|por|di|av|af|door)(?:\s*:\s*|\s+|$)", re.IGNORECASE)
_LAST_NAME_FIRST: Final = re.compile(r"(?P<last>\S+(?: \S+)?), (?P<given>[^\W\d]\S*)")
_GENERATION: Final = re.compile(r",?\s+(?=(?:jr\.?|sr\.?|ii|iii|iv)(?:$|,|\s+(?:and|und|et|with|&)\s))", re.IGNORECASE)
_ENDS_IN_DOT: Final = re.compile(r"\b[js]r\.$", re.IGNORECASE)
_BEHIND_DATE: Final = re.compile(
    r"^(?:[^\W\d]{3,10},? )?(?:(?:posted|published|veröffentlicht|publié|publicado|on|am|le|el)\b|\d).{4,40}?\b(?:by|von|par|por)\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
_SEGMENT: Final = re.compile(r"\s*[;|/•·⋅、，・،]\s*")
_BEHIND_DASH: Final = re.compile(r"(?<=\w)\s+[–—-]\s.*$")  # a role, a place, the publication
# In lower case alone are words that stand in names too: "John E Smith", "Kim In Su". Spain's "y" and Portugal's "e" part two words from one only
# within a name: "Ortega y Gasset".
_AND: Final = re.compile(
    r"\s+(?i:as told to|im gespräch mit|in conversation with|and|und|et|och|with|mit|avec)\s+|\s+(?:og|ja|и|و)\s+|\s+[yei]\s+(?=\S+\s+\S)|"
    r"^(?:(?i:and|und|et)|y)\s+|\s*[&+]\s*"
)
_DUTCH_AND: Final = re.compile(r"\s+en\s+")  # in French and Spanish it leads to a place
_SMALL_IN_CAPITALS: Final = re.compile(r"(?<=\s)(?:IN|AUS|FROM|FOR|FÜR|POUR|PARA|EN|Y)(?=\s+\S{3,})")
_NO_AUTHORS: Final = re.compile(
    r"^\W*(?:(?:medically |clinically |legally |expert )?(?:reviewed|researched|edited|fact.?checked|verified|approved|translated|updated|photographed)\b|photos? by|fotos?:|quelle\s*:|source\s*:|来源|image\s*:)",
    re.IGNORECASE,
)
_REVIEWERS_BEHIND: Final = re.compile(
    r"(?<=\w)\W+(?:(?:medically |clinically |legally |expert |technically )?(?:reviewed|edited|fact.?checked|verified|approved|translated|photographed|illustrated) by|"
    r"(?:photos?|photographs|images|illustrations?) by|(?:illustration|fotos?|übersetzung) von)\b.*|"
    r"(?<=\w)[^\w&+]+(?<!\b(?:und|and) )(?<!\b(?:et|en) )(?<!\b[ye] )(?:photos?|photographs|fotos?|pictures?|images?|illustrations?|videos?) ?:.*",
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
    rf"\s+(?:(?i:(?:mon|tues?|wednes|thurs?|fri|satur|sun)day\b|{MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b|\d{{1,2}}\.? {MONTH}\b).*|"
    r"(?:in|à|en|a|per|on|am|at|is|ist|last)\s+.*|(?i:aus|from|for|für|pour|para|of the|via|has|was|hat)\s+.*|"
    r"\d+(?!\w).*|(?i:(?:last )?(?:updated|modified|published|posted)\b.*|(?:one|two|three) (?:min|hour|day|week|month|year)\w*.*|"
    r"(?:stand|erstellt|lesezeit|datum|quelle|vom|view|full)\b:?.*))$"
)
_DATE_AT_HEAD: Final = re.compile(
    rf"^\W*(?:{MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,?(?: \d{{4}})?|\d{{1,2}}\.? {MONTH}\.?(?: \d{{4}})?|(?:\d{{1,2}}[./]){{2}}\d{{2,4}})(?=\W|$)",
    re.IGNORECASE,
)
_DANGLING: Final = re.compile(r"(?:\s+(?:am|on|at|in|um|le|el|the|and|und|et|by|von|(?i:stand|datum|date|quelle|updated|published|posted)))+$")
_DANGLING_BEHIND_TWO: Final = frozenset({"on", "at", "by", "am", "the", "and", "und"})  # "Ada Moor On", but "Trinh Le"
_CREDENTIAL: Final = re.compile(
    r"^(?:(?:m\.?d|ph\.?\s?d|dr|prof|r\.?d\.?n?|r\.?n|b\.?sc|m\.?sc|m\.?[as]|b\.?a|mba|jd|ll\.?m|esq|cpa|cfa|cfp|ms|msn|mph|ldn?|fand|cdn|dds|dmd|do|dvm|pharm\.?d|lcsw|lmft|psy\.?d|"
    r"ed\.?d|pe|pmp|cpt|nasm|cscs|cssd|facp|faad|jr|sr|ii|iii|iv|dipl|mag|ma|bs|np|fnp|pa-c|rdms|aprn|cnm|phr|sphr)\.?(?:[-\s/]+|$))+$",
    re.IGNORECASE,
)
_NAMES_TOO: Final = frozenset({"ma", "do", "pe", "np", "sr", "jr", "ii", "iii", "iv", "mag"})
_HONORIFIC: Final = re.compile(r"^(?:(?:(?:dr|prof|professor|mr|mrs|ms|sir)\.?|(?:mag|ing|dipl(?:\.-?\w+)?)\.)\s+)+(?=\S)", re.IGNORECASE)


def split_byline(byline: str, *, is_name: bool = False) -> list[str]:
    """Returns the pieces of a byline that may be names, in order, freed of introductions, roles behind commas, addresses and places.

    `is_name` tells that it was declared as a person's name: then "Von" at its head is part of that, unless a common given name follows.

    >>> split_byline("By Ada Moor, Ben Reed and Cleo Vance in Harbourtown")
    ['Ada Moor', 'Ben Reed', 'Cleo Vance']
    """
    text = " ".join(_BRACKETS.sub(" ", _GLUED.sub(" ", html.unescape(html.unescape(byline)))).split())
    if _NO_AUTHORS.match(text):
        return []
    if text.isupper():
        text = _SMALL_IN_CAPITALS.sub(lambda found: found[0].lower(), text)
    found: list[str] = []
    for segment in _SEGMENT.split(_introduced(_BEHIND_DATE.sub("", without_reviewers(text)), is_name=is_name)):
        for position, part in enumerate(_COMMA.split(_BEHIND_DASH.sub("", _GENERATION.sub(" ", segment)))):
            if position and (has_role(part) or _NO_AUTHORS.match(part)):
                break  # what follows belongs to the role
            if not (position and _CREDENTIAL.match(part.strip())):
                found.extend(filter(None, map(clean_name, _joined(part))))
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
    name = _without_particle(_without_prefix(_NOISE.sub(" ", text).strip(_EDGES + ".")))
    name = without_agency(_TAIL.sub("", _HONORIFIC.sub("", name)).rstrip(_EDGES))
    name = _DANGLING.sub("", name)
    words_kept = name.split()
    while len(words_kept) > 2 and _is_none_of_it(words_kept[-1]):
        words_kept.pop()
    bare = _normal_case(" ".join(words_kept).strip(_EDGES))
    dotted = f"{bare}."
    return dotted if _ENDS_IN_DOT.search(dotted) and dotted.casefold() in text.casefold() else bare


def _is_none_of_it(word: str) -> bool:
    """Whether a word behind two others is a role, a credential or left over from what was cut off."""
    bare = word.rstrip(".").lower()
    return is_role_behind(word) or bare in _DANGLING_BEHIND_TWO or (_CREDENTIAL.match(word) is not None and bare not in _NAMES_TOO)


def _introduced(text: str, *, is_name: bool) -> str:
    """The names behind the words that introduce a byline; "Moor, Ada" is turned round."""
    bare = _without_prefix(text)
    reversed_name = _LAST_NAME_FIRST.fullmatch(bare)
    if reversed_name is not None and is_given_name(reversed_name["given"]) and not any(map(is_given_name, reversed_name["last"].split())):
        return bare if has_role(bare) else f"{reversed_name['given']} {reversed_name['last']}"
    return _without_particle(bare, may_be_name=is_name or bare != text)


def _without_particle(text: str, *, may_be_name: bool = True) -> str:
    """The text without "von" or the like at its head; with a capital that may be part of a name, unless a common given name or a role follows it."""
    found = _PARTICLE.match(text)
    if found is None:
        return text
    rest = text[found.end() :]
    if found[0].strip().islower() or ":" in found[0] or not rest:
        return rest
    return rest if not may_be_name or is_given_name(rest) or has_role(rest) else text


def _without_prefix(text: str) -> str:
    for _ in range(3):
        shorter = _PREFIX.sub("", text, count=1)
        if shorter == text:
            break
        text = shorter
    return text.strip()


def _joined(part: str) -> Iterator[str]:
    """The names that "and" parts, in any of the languages."""
    for piece in _AND.split(part):
        names = _DUTCH_AND.split(piece)
        yield from names if all(map(is_given_name, names[1:])) else [piece]


def _normal_case(name: str) -> str:
    """A name in capitals with capitals at its heads alone; agencies and initials keep theirs."""
    if not name.isupper() or len(name) < 6 or " " not in name:
        return name
    return " ".join(_headed(part) for part in name.split())


def _headed(part: str) -> str:
    if part in {"JR", "SR"}:
        return part.capitalize()
    if len(part) <= 2 or "." in part:
        return part
    heads = re.split(r"([-'’])", unicodedata.normalize("NFC", part))
    cased = "".join(piece.capitalize() for piece in heads)
    return f"Mc{cased[2:].capitalize()}" if cased.startswith("Mc") and len(cased) > 4 else cased
