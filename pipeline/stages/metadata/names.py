"""From a byline to names: split, freed of roles and credentials, and told apart from what is no name."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from pipeline.stages.metadata.agreement import squashed, words

MAX_NAME_CHARACTERS: Final = 70
MAX_NAME_WORDS: Final = 7

_PREFIX: Final = re.compile(
    r"^\s*(?:(?:(?:this )?(?:article|story|post|text|report|analysis|review|words?|photos?)(?: (?:and|&) (?:photos?|images?))?|written|posted|published|reported|created|guest post|"
    r"submitted|interview) (?:was )?(?:written )?by|by|authors?|words|text(?: (?:und|and|&) \w+)?|interview|fotos?|"
    r"(?:(?:ein|eine|einem|einer) (?:\w+ )?)?(?:artikel|beitrag|analyse|kommentar|gastbeitrag|interview|kolumne|reportage|essay|text|erstellt|geschrieben|verfasst|veröffentlicht) von|"
    r"von|vom|autor(?:en|in|a|es|as|innen)?|verfasser|(?:écrit |publié |rédigé |propos recueillis )?par|auteurs?|(?:escrito )?por|(?:scritto )?di|a cura di|"
    r"(?:skrevet |skriven )?av|af|(?:geschreven )?door|tekst|autorstwa|автор(?:ы)?|文|作者|記者|记者|撰文|取材|글)(?:\s*[:：・/|]\s*|\s+|$)",
    re.IGNORECASE,
)
_BEHIND_DATE: Final = re.compile(
    r"^(?:(?:posted|published|veröffentlicht|publié|publicado|on|am|le|el)\b|\d).{4,40}?\b(?:by|von|par|por)\s+(?=[^\W\d_])", re.IGNORECASE
)
_SEGMENT: Final = re.compile(r"\s*[;|/•·⋅、，・]\s*")
_BEHIND_DASH: Final = re.compile(r"(?<=\w)\s+[–—-]\s.*$")  # a role, a place, the publication
_AND: Final = re.compile(
    r"\s+(?:im gespräch mit|in conversation with|and|und|et|y|e|och|og|en|i|ja|и|with|mit|avec)\s+|^(?:and|und|et|y)\s+|\s*[&+]\s*", re.IGNORECASE
)
_NO_AUTHORS: Final = re.compile(
    r"^\W*(?:(?:medically |clinically |legally |expert )?(?:reviewed|researched|edited|fact.?checked|verified|approved|translated|updated|photographed)\b|photos? by|foto:)",
    re.IGNORECASE,
)
_COMMA: Final = re.compile(r"\s*,\s*")
_NOISE: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\S+@\S+|https?://\S+|www\.\S+|(?<!\w)@\w+|[©®™]|\s{2,}.*$|(?:\s|^)(?:\d{1,2}[./]){2}\d{2,4}.*$")
_MONTH: Final = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch|s)?|märz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|okt(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|dez(?:ember)?)"
)
_TAIL: Final = re.compile(
    rf"\s+(?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)day\b|{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b|\d{{1,2}}\.? {_MONTH}\b).*|"
    r"\s+(?:(?:in|aus|à|en|a|from|for|für|pour|para|per|of the|via|on|am|at|is|has|was|hat|ist|updated|published|posted|last)\s+.*|"
    r"(?:\d{1,2}[.:/]\s?|\d{4}).*|(?:\d+|one|two|three) (?:min|hour|day|week|month|year)\w*.*)$",
    re.IGNORECASE,
)
_DATE_AT_HEAD: Final = re.compile(
    rf"^\W*(?:{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,?(?: \d{{4}})?|\d{{1,2}}\.? {_MONTH}\.?(?: \d{{4}})?|(?:\d{{1,2}}[./]){{2}}\d{{2,4}})(?=\W|$)",
    re.IGNORECASE,
)
_DANGLING: Final = re.compile(r"(?:\s+(?:am|on|at|in|um|le|el|the|and|und|et|by|stand|datum|date|quelle|updated|published|posted))+$", re.IGNORECASE)
_CREDENTIAL: Final = re.compile(
    r"^(?:(?:m\.?d|ph\.?\s?d|dr|prof|r\.?d\.?n?|r\.?n|b\.?sc|m\.?sc|m\.?[as]|b\.?a|mba|jd|ll\.?m|esq|cpa|cfa|cfp|ms|msn|mph|ldn?|fand|cdn|dds|dmd|do|dvm|pharm\.?d|lcsw|lmft|psy\.?d|"
    r"ed\.?d|pe|pmp|cpt|nasm|cscs|cssd|facp|faad|jr|sr|ii|iii|iv|dipl|mag|ma|bs|np|fnp|pa-c|rdms|aprn|cnm|phr|sphr)\.?(?:[-\s/]+|$))+$",
    re.IGNORECASE,
)
_NAMES_TOO: Final = frozenset({"ma", "do", "pe", "np", "sr", "jr", "ii", "iii", "iv", "mag"})
_ROLE_AT_END: Final = re.compile(
    r"^\(?(?:staff|senior|writer|reporter|editor|contributor|correspondent|columnist|journalist|author|redakteur(?:in)?|autor(?:in)?|sponsored)\)?$",
    re.IGNORECASE,
)
_HONORIFIC: Final = re.compile(r"^(?:(?:dr|prof|professor|mr|mrs|ms|mag|dipl\.-?\w*|ing|sir)\.?\s+)+(?=\S)", re.IGNORECASE)
_ROLE_WORDS: Final = (
    "editor|editors|editorial|editor-in-chief|reporter|correspondent|writer|writers|contributor|contributors|columnist|journalist|producer|director|manager|founder|"
    "co-founder|ceo|cto|cmo|coo|president|author|authors|freelance|analyst|specialist|strategist|expert|coach|consultant|professor|lecturer|researcher|"
    "photographer|photography|photo|photos|foto|fotos|illustration|marketing|content|senior|assistant|associate|chief|head|staff|team|desk|newsroom|"
    "redaktion|redakteur|redakteurin|redaktionsleiter|chefredakteur|korrespondent|korrespondentin|autor|autorin|volontär|mitarbeiter|ressort|leiter|leiterin|"
    "rédaction|rédacteur|journaliste|correspondant|correspondante|envoyé|envoyée|redacción|redactor|redactora|corresponsal|periodista|redação|redactie|verslaggever|"
    "redazione|giornalista|inviato|redaktor|redakcja|dziennikarz|редакция|корреспондент|журналист|reviewer|nutritionist|dietitian|engineer|developer|designer|"
    "agency|agentur|bureau|press|news|media|magazine|magazin|blog|podcast|inc|llc|gmbh|ltd|university|institute|department|office|network|group|"
    "service|services|company|foundation|association|society|club|online|digital|tv|radio|times|today|journal|daily|weekly|post|nachrichten|zeitung|verlag"
)
_ROLE: Final = re.compile(rf"\b(?:{_ROLE_WORDS})\b", re.IGNORECASE)
_NOT_NAMES: Final = re.compile(
    r"^(?:anonym\w*|unknown|none|null|undefined|n/?a|authors?|"
    r"by|follow|share|read more|more|about|bio|view|see|subscribe|login|sign in|home|menu|advert\w*|comments?|leave a (?:reply|comment)|\d+ comments?|print|e-?mail|"
    r"facebook|twitter|x|linkedin|instagram|pinterest|youtube|whatsapp|telegram|reddit|contact\w*|posts?|articles?|all posts|all articles|website|profile|"
    r"published|updated|posted|date|written|reviewed|contributors?|contributed|image|photo|source|quelle|copyright|the|von|par|por|di|default|test|super user|"
    rf"(?:{_MONTH}\.? ?\d{{0,2}})|in|on|at|and|us|me|minutes?|min read|last updated|table of contents|medically|expert|verified|fact checked|"
    r"name|journalist\w*|reporter\w*|writer|redakteur\w*|correspondent|stand|datum|publiziert|zuletzt|geändert|size|share|shares|more posts|search|gastautor|gastbeitrag|autor|autorin|autoren|pressemitteilung|kommentare?|teilen|artikel|mehr|skip to .*|javascript.*)$",
    re.IGNORECASE,
)
_JUNK: Final = re.compile(
    r"[{}<>=#$%^\\:?!]|\d{3,}|\bjs\b|\bcss\b|function|reviewed by|fact.?checked|edited by|medically|min(?:ute)?s? read|read time|opens in|"
    r"view (?:all|bio|profile|more)|learn more|more (?:from|by|about)|all (?:posts|articles)|posts? by|archive|sign up|log ?in|cookie|comments?\b|follow\b|"
    r"\bupdated\b|\bpublished\b|\bsubscribe|rights reserved|\babout\b|\bposted\b|\bon\b \w+day",
    re.IGNORECASE,
)
_HOUSE: Final = re.compile(
    r"^(?:the |die |la |de )?(?:admin\w*|user|guest|staff|team|editors?|editorial(?: (?:team|staff|board))?|staff (?:writer|reporter|report|editor)s?|web ?(?:desk|master|team)|news ?(?:desk|room)|"
    r"redaktion|onlineredaktion|online-redaktion|redaktionsteam|la rédaction|rédaction|redacción|redazione|redação|redactie|redakcja|редакция|agencies|agenturen|super user|root|contributor|guest author)$",
    re.IGNORECASE,
)
_AGENCY: Final = re.compile(
    r"^(?:reuters|ap|afp|dpa|apa|ansa|efe|epa|pa(?: media)?|pti|ani|ians|tass|xinhua|kyodo|yonhap|belga|ritzau|ntb|tt|sid|kna|epd|sda|keystone-sda|lusa|agencies|agenturen|"
    r"associated press|the associated press|agence france-presse|press association|bloomberg|bloomberg news|(?:dpa|afp|apa|sda)[-/ ]\w+|ots|news aktuell|europa press|canadian press|the canadian press)$",
    re.IGNORECASE,
)
_CJK: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PARTICLES: Final = frozenset(
    {
        "de",
        "da",
        "di",
        "van",
        "von",
        "der",
        "den",
        "la",
        "le",
        "del",
        "dos",
        "das",
        "el",
        "al",
        "bin",
        "ibn",
        "of",
        "the",
        "und",
        "y",
        "e",
        "zu",
        "zur",
    }
)


def split_byline(byline: str) -> list[str]:
    """Returns the pieces of a byline that may be names, in order, freed of introductions, roles behind commas, addresses and places.

    >>> split_byline("By Ada Moor, Ben Reed and Cleo Vance in Harbourtown")
    ['Ada Moor', 'Ben Reed', 'Cleo Vance']
    """
    text = " ".join(html.unescape(html.unescape(byline)).split())
    if _NO_AUTHORS.match(text):
        return []
    found: list[str] = []
    for segment in _SEGMENT.split(_without_prefix(_BEHIND_DATE.sub("", text))):
        for position, part in enumerate(_COMMA.split(_BEHIND_DASH.sub("", segment))):
            if position and (_is_role(part) or _NO_AUTHORS.match(part)):
                break  # what follows belongs to the role
            if not (position and _CREDENTIAL.match(part.strip())):
                found.extend(filter(None, map(clean_name, _AND.split(part))))
    return found


def is_reviewers(byline: str) -> bool:
    """Returns whether a byline names those who checked, edited or pictured an article, not those who wrote it."""
    return _NO_AUTHORS.match(byline) is not None


def clean_name(text: str) -> str:
    """Returns a name without introduction, honorific, brackets, addresses, handles and what follows it; capitals set in normal case."""
    text = _DATE_AT_HEAD.sub("", text)
    name = _without_prefix(_NOISE.sub(" ", text).strip(" ,.;:|–—-•·*\"'“”"))
    name = _DANGLING.sub("", _TAIL.sub("", _HONORIFIC.sub("", name)))
    words_kept = name.split()
    while len(words_kept) > 2 and (
        _ROLE_AT_END.match(words_kept[-1]) or (_CREDENTIAL.match(words_kept[-1]) and words_kept[-1].lower() not in _NAMES_TOO)
    ):
        words_kept.pop()
    return _normal_case(" ".join(words_kept).strip(" ,;:|–—-•·*"))


def is_plausible(name: str) -> bool:
    """Returns whether a piece can be somebody's name at all: short, of letters, no label of a page's furniture."""
    letters = sum(char.isalpha() for char in name)
    return (
        2 <= len(name) <= MAX_NAME_CHARACTERS
        and letters >= 2
        and 4 * letters >= 3 * len(name.replace(" ", ""))
        and len(name.split()) <= MAX_NAME_WORDS
        and not _NOT_NAMES.match(name)
        and not _JUNK.search(name)
    )


def is_person(name: str) -> bool:
    """Returns whether a plausible name looks like a person's: two words or more with capitals, no role or institution among them."""
    if _CJK.search(name):
        return 2 <= len(name.replace(" ", "")) <= 8
    parts = name.split()
    capitals = sum(part[0].isupper() or part.lower() in _PARTICLES or not part[0].isascii() for part in parts)
    return 2 <= len(parts) <= 5 and capitals == len(parts) and not _ROLE.search(name) and not _AGENCY.match(name)


def is_agency(name: str) -> bool:
    """Returns whether a name is a news agency's."""
    return _AGENCY.match(name) is not None


def is_house(name: str) -> bool:
    """Returns whether a name stands for nobody in particular, such as "Staff" or "Redaktion"."""
    return _HOUSE.match(name) is not None


def merged(names: Sequence[str]) -> list[str]:
    """Returns the names, each person once: the fullest spelling where they differ by case, accents or initials.

    >>> merged(["J. Núñez", "Joan Núñez", "joan nunez"])
    ['Joan Núñez']
    """
    kept: list[str] = []
    for name in names:
        same = next((index for index, known in enumerate(kept) if _same_person(name, known)), None)
        if same is None:
            kept.append(name)
        elif len(squashed(name)) > len(squashed(kept[same])):
            kept[same] = name
    return kept


def _same_person(one: str, other: str) -> bool:
    """Whether two spellings differ by case, accents and dots alone, or by given names cut to initials."""
    if squashed(one) == squashed(other):
        return True
    first, second = words(one), words(other)
    if len(first) != len(second) or len(first) < 2 or first[-1] != second[-1]:
        return False
    return all(a == b or (1 in {len(a), len(b)} and a[0] == b[0]) for a, b in zip(first, second, strict=True))


def _without_prefix(text: str) -> str:
    for _ in range(3):
        shorter = _PREFIX.sub("", text, count=1)
        if shorter == text:
            break
        text = shorter
    return text.strip()


def _is_role(text: str) -> bool:
    return _ROLE.search(text) is not None


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
