"""Words that only say which day it is: names of months and of weekdays, as the press writes them."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from pipeline.stages.metadata.month_names import month_number

# One line a language, Monday first; "|" parts spellings of one day. Case and accents do not matter.
_WEEKDAYS: Final = (
    "monday|mon tuesday|tue|tues wednesday|wed thursday|thu|thurs friday|fri saturday|sat sunday|sun",
    "montag|montags dienstag|dienstags mittwoch|mittwochs donnerstag|donnerstags freitag|freitags samstag|samstags|sonnabend sonntag|sonntags",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miércoles jueves viernes sábado domingo",
    "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "segunda terça quarta quinta sexta sábado domingo",
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "måndag|måndagen tisdag|tisdagen onsdag|onsdagen torsdag|torsdagen fredag|fredagen lördag|lördagen söndag|söndagen",
    "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "maanantai|maanantaina tiistai|tiistaina keskiviikko|keskiviikkona torstai|torstaina perjantai|perjantaina lauantai|lauantaina sunnuntai|sunnuntaina",
    "poniedziałek wtorek środa|środę czwartek piątek sobota|sobotę niedziela|niedzielę",
    "pondělí úterý středa|středu čtvrtek pátek sobota|sobotu neděle|neděli",
    "hétfő kedd szerda csütörtök péntek szombat vasárnap",
    "luni marți|marţi miercuri joi vineri sâmbătă duminică",
    "понедельник вторник среда|среду четверг пятница|пятницу суббота|субботу воскресенье",
    "понеділок вівторок середа|середу четвер пʼятниця субота|суботу неділя|неділю",
    "pazartesi salı çarşamba perşembe cuma cumartesi pazar",
    "δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή",
    "senin selasa rabu kamis jumat sabtu minggu",
    "الاثنين|الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
    "सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार",
)


@lru_cache(maxsize=8_192)
def is_calendar_word(word: str) -> bool:
    """Returns whether a word names a month or a weekday in any of the languages.

    >>> is_calendar_word("März"), is_calendar_word("Wednesday"), is_calendar_word("harbour")
    (True, True, False)
    """
    return _plain(word) in _DAYS or month_number(word) is not None


def _plain(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", word.casefold()) if letter.isalpha())


_DAYS: Final = frozenset(_plain(spelling) for line in _WEEKDAYS for day in line.split() for spelling in day.split("|"))
