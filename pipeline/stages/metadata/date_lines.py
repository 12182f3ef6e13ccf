"""Lines that hold a date and little else, and paragraphs that open with one."""

from __future__ import annotations

import re
from typing import Final

from pipeline.stages.metadata.date_parsing import parse_date
from pipeline.stages.metadata.month_names import month_number

MAX_OTHER_WORDS: Final = 6  # "By Ada Moor | 5 March 2024 | 3 min read" has five

# An event, a member of a forum, a post that is quoted, the numbers in the text.
_OF_SOMETHING_ELSE: Final = re.compile(
    r"@\w|\b(?:termine?|registriert|joined|member since|mitglied seit|data as of|valid until|gültig bis)\b", re.IGNORECASE
)
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
# A place may stand before the date: "Ostwede, den 5. März 2024 - Die Fähre ..."
_OPENING: Final = re.compile(
    r"^[(\[]?(?:[^\W\d_a-zß-ÿ][\w .-]{1,30}, (?:den |le |il |el )?)?(?P<date>\d[^–—|:„“”\"()\[\]]{5,30}?|[^\W\d_]{3,10}\.? \d\d?, \d{4})"
    r"(?:\s?[)\]]|\s?[–—|:]|\s-\s|\s?[„“\"])"
)
_MAX_WORDS_IN_DATELINE: Final = 2  # "5 de marzo de 2024"


def is_date_line(text: str, max_words: int = MAX_OTHER_WORDS) -> bool:
    """Returns whether there are but a few words in a line beside the names of months: a date, perhaps with its label or an author.

    A label that says that the date is one of something else than a story makes it none.

    >>> is_date_line("By Ada Moor | 5 March 2024"), is_date_line("The old ferry left the harbour on 5 March 2024 for good")
    (True, False)
    """
    return sum(month_number(word) is None for word in _WORD.findall(text)) <= max_words and _OF_SOMETHING_ELSE.search(text) is None


def dateline_date(text: str) -> str | None:
    """Returns the whole day that a paragraph opens with, set off by a dash, bracket or quotation mark, as the paragraph spells it.

    >>> dateline_date("Ostwede, 5. März 2024 – Die Fähre fährt wieder."), dateline_date("5 March 2024 was a dry day.")
    ('5. März 2024', None)
    """
    found = _OPENING.match(text)
    if found is None or not is_date_line(found["date"], _MAX_WORDS_IN_DATELINE):
        return None
    parsed = parse_date(found["date"])
    return found["date"].strip() if parsed is not None and parsed.precision == "day" else None
