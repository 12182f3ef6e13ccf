"""Whether a piece of a byline is a name at all, and whose: a person's, an agency's, the house's; and who is named twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.stages.metadata.agreement import squashed, words

MAX_NAME_CHARACTERS: Final = 70
MAX_NAME_WORDS: Final = 7
MONTH: Final = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch|s)?|märz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|okt(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|dez(?:ember)?)"
)
# What a person is, those first who write; what several are, or a house.
_WRITERS: Final = (
    "editor|reporter|writer|contributor|correspondent|columnist|journalist|author|founder|ceo|cto|vp|analyst|staff|senior|freelance|"
    "redakteur|redakteurin|korrespondent|korrespondentin|journalistin|autor|autorin|rédacteur|journaliste|correspondant|correspondante|redactor|redactora|"
    "corresponsal|periodista|verslaggever|giornalista|redaktor|dziennikarz|корреспондент|журналист"
)
_ROLES: Final = (
    f"{_WRITERS}|editor-in-chief|producer|director|manager|co-founder|cmo|coo|president|specialist|strategist|expert|coach|consultant|professor|lecturer|"
    "researcher|photographer|assistant|associate|chief|head|reviewer|nutritionist|dietitian|engineer|developer|designer|"
    "redaktionsleiter|chefredakteur|volontär|mitarbeiter|leiter|leiterin|envoyé|envoyée|inviato"
)
_HOUSES: Final = (
    "editors|editorial|writers|contributors|authors|reporters|journalists|correspondents|photos|fotos|photo|foto|photography|illustration|marketing|content|"
    "team|desk|newsroom|redaktion|ressort|rédaction|redacción|redação|redactie|redazione|redakcja|редакция|"
    "agency|agentur|bureau|press|news|media|magazine|magazin|blog|podcast|inc|llc|gmbh|ltd|university|institute|department|office|network|group|forum|wiki|community|"
    "service|services|company|foundation|association|society|club|online|digital|tv|radio|times|today|journal|daily|weekly|post|nachrichten|zeitung|verlag"
)
_ROLE: Final = re.compile(rf"\b(?:{_ROLES}|{_HOUSES})\b", re.IGNORECASE)
_ROLE_BEHIND: Final = re.compile(rf"\(?(?:{_WRITERS}|photo|foto|text|profile|lifestyle|commerce|sponsored|managing)\)?", re.IGNORECASE)
_NOT_NAMES: Final = re.compile(
    r"^(?:anonym\w*|unknown|none|null|undefined|n/?a|(?:the |no |not? )?authors?|editorial polic\w+|privacy policy|"
    r"by|follow|share|read more|more|about|bio|view|see|subscribe|login|sign in|home|menu|advert\w*|comments?|leave a (?:reply|comment)|\d+ comments?|print|e-?mail|"
    r"facebook|twitter|x|linkedin|instagram|pinterest|youtube|whatsapp|telegram|reddit|contact\w*|posts?|articles?|all posts|all articles|website|profile|"
    r"published|updated|posted|date|written|reviewed|contributed|image|photo|source|quelle|copyright|the|von|par|por|di|default|test|super user|"
    rf"(?:{MONTH}\.? ?\d{{0,2}})|in|on|at|and|us|me|minutes?|min read|last updated|table of contents|medically|expert|verified|fact checked|"
    r"name|stand|datum|publiziert|zuletzt|geändert|size|share|shares|more posts|search|gastautor|gastbeitrag|autor|autorin|autoren|pressemitteilung|kommentare?|teilen|artikel|mehr|skip to .*|javascript.*)$",
    re.IGNORECASE,
)
_JUNK: Final = re.compile(
    r"[{}<>=#$%^\\:?!：]|(?<!\w)\d{3,}(?!\w)|\bbio\b|\bprofile\b|\bdisclosure\b|\b(?:kommentare|beiträge|artikel)$|\bjs\b|\bcss\b|function|reviewed by|fact.?checked|edited by|medically|min(?:ute)?s? read|read time|opens in|"
    r"view (?:all|bio|profile|more)|learn more|more (?:from|by|about)|all (?:posts|articles)|posts? by|archive|sign up|log ?in|cookie|comments?\b|follow\b|"
    r"\bupdated\b|\bpublished\b|\bsubscribe|rights reserved|\babout\b|\bposted\b|\bon\b \w+day|^[a-z]*admin[a-z]*$",
    re.IGNORECASE,
)
_HOUSE: Final = re.compile(
    r"^(?:the |die |la |de )?(?:admin\w*|user|guest|staff|team|editors?|editorial(?: (?:team|staff|board))?|staff (?:writer|reporter|report|editor)s?|web ?(?:desk|master|team)|news ?(?:desk|room)|"
    r"redaktion|onlineredaktion|online-redaktion|redaktionsteam|la rédaction|rédaction|redacción|redazione|redação|redactie|redakcja|редакция|agencies|agenturen|super user|root|contributor|guest author)$",
    re.IGNORECASE,
)
_AGENCY: Final = re.compile(
    r"^(?:reuters|ap|afp|dpa|apa|ansa|efe|epa|pa(?: media)?|pti|ani|ians|tass|xinhua|kyodo|yonhap|belga|ritzau|ntb|tt|sid|kna|epd|sda|keystone-sda|lusa|agencies|agenturen|"
    r"associated press|the associated press|agence france-presse|press association|bloomberg|bloomberg news|(?:dpa|afp|apa|sda)[-/ ]\w+|ots|news aktuell|aa|anadolu(?: ajansı| agency)?|dha|iha|europa press|canadian press|the canadian press)$",
    re.IGNORECASE,
)
# Behind a person's name without a comma, spelled as no person's is.
_AGENCY_BEHIND: Final = re.compile(
    r"\s+(?i:(?:the )?associated press|agence france-presse|press association|canadian press|anadolu agency|europa press|reuters)$|"
    r"\s+(?:AP|AFP|DPA|dpa|APA|ANSA|EFE|PTI|ANI|IANS|TASS)$"
)
_CJK: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PARTICLE_LIST: Final = "de da di do du van von der den ten ter la le las los del della dos das el al bin ibn ben of the und y e i zu zur"
_PARTICLES: Final = frozenset(_PARTICLE_LIST.split())
_HEAD: Final = re.compile(r"^(?:(?:[dlmnsto]|dell|dall|nell|al|el|ul|as|ad)[-'’‘ʻʼ`])?['’‘ʻʼʿ`]?", re.IGNORECASE)  # of d'Ormesson, al-Masri, ʻIolani


def is_plausible(name: str) -> bool:
    """Returns whether a piece can be somebody's name at all: short, of letters, no label of a page's furniture."""
    letters = sum(char.isalpha() for char in name)
    return (
        2 <= len(name) <= MAX_NAME_CHARACTERS
        and letters >= 2
        and not (letters == 2 and name[0].islower() and name.endswith("."))
        and 2 * letters > len(name.replace(" ", ""))
        and len(name.split()) <= MAX_NAME_WORDS
        and not _is_phrase(name)
        and (" " in name or is_house(name) or not _ROLE.fullmatch(name))
        and not _NOT_NAMES.match(name)
        and not _JUNK.search(name)
    )


def _begins_small(part: str) -> bool:
    """Whether a word begins with a small letter, one of a head such as "d'" aside, and is no particle of names."""
    return part not in _PARTICLES and _HEAD.sub("", part)[:1].islower()


def _is_phrase(text: str) -> bool:
    """Whether most of its words, three or more, begin small, as those of a sentence do and those of a name don't."""
    parts = text.split()
    small = sum(map(_begins_small, parts))
    return len(parts) > 2 and 2 * small >= len(parts)


def is_person(name: str) -> bool:
    """Returns whether a plausible name looks like a person's: two words or more with capitals, no role or institution among them."""
    if _CJK.search(name):
        return 2 <= len(name.replace(" ", "")) <= 8
    parts = name.split()
    return 2 <= len(parts) <= 5 and not any(map(_begins_small, parts)) and not _ROLE.search(name) and not _AGENCY.match(name)


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


def has_role(text: str) -> bool:
    """Returns whether a text speaks of a role or an institution, such as "Head of Sports"."""
    return _ROLE.search(text) is not None


def is_role_behind(word: str) -> bool:
    """Returns whether a word behind a name is none of it, such as "Reporter"."""
    return _ROLE_BEHIND.fullmatch(word) is not None


def without_agency(name: str) -> str:
    """Returns a person's name without the agency's behind it.

    >>> without_agency("Ada Moor Associated Press"), without_agency("Agencia EFE")
    ('Ada Moor', 'Agencia EFE')
    """
    person = _AGENCY_BEHIND.sub("", name)
    return person if " " in person else name
