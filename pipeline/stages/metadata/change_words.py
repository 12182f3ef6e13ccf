"""How pages say that a date is that of a change and not of publication."""

from __future__ import annotations

import re
from typing import Final

_UPDATED: Final = re.compile(
    r"updat|modif|revis|edited|aktualisiert|aktualisierung|geändert|änderung|mis à jour|modifié|actualizad|modificad|aggiornat|atualizad|bijgewerkt|gewijzigd|"
    r"zaktualizowan|aktualizac|обновлен|изменен|更新|güncelle|opdater|oppdater|päivitet",
    re.IGNORECASE,
)


def says_changed(text: str) -> bool:
    """Returns whether a date's label or line says that the text was changed then.

    >>> says_changed("Last updated: May 3, 2020"), says_changed("May 3, 2020")
    (True, False)
    """
    return change_word(text) is not None


def change_word(text: str) -> int | None:
    """Returns where in a line the word stands that says so.

    >>> change_word("Posted May 3, 2020, updated May 5")
    20
    """
    found = _UPDATED.search(text)
    return found.start() if found is not None else None
