"""Whether what was found is an article at all. Raises Reject where it is not."""

from __future__ import annotations

import re
from typing import Final

from pipeline.records import Reason, Reject
from pipeline.stages.words import word_count

# An article may be about errors or about JavaScript; a page that only says so is short.
MAX_NOTICE_WORDS: Final = 120
_JAVASCRIPT: Final = re.compile(
    r"(?:enable|activate|turn on|requires?|needs?|without|disabled|supporting) java ?script|java ?script (?:is|must be|to be) (?:required|disabled|enabled|turned)"
    r"|java ?script (?:aktivieren|einschalten|ist deaktiviert)|(?:activez|activer) java ?script|(?:habilit[ae]r?|activ[ae]r?) java ?script"
    r"|включите java ?script|java ?script(?:を|が)(?:有効|無効)|(?:启用|啟用|开启) ?java ?script",
    re.IGNORECASE,
)
_ERROR: Final = re.compile(
    r"^\W*(?:error\W*)?(?:40[0-9]|410|429|50[0-4])\b|\b(?:page|article|file) (?:was |could )?(?:not (?:be )?found|no longer (?:exists|available))"
    r"|\b(?:page|article) (?:you (?:are|were) looking for|(?:cannot|can't|could not) be found)|\baccess (?:is |was )?(?:denied|to this page has been)|\bforbidden\b"
    r"|\bare you (?:a )?(?:human|robot)|\bverify(?:ing)? (?:that )?you are (?:a )?human|\bunusual traffic\b|\bjust a moment\b"
    r"|\bseite (?:wurde )?(?:leider )?nicht gefunden|\bzugriff verweigert|\bpage (?:est )?introuvable|\bpágina no encontrada|\bpagina non trovata"
    r"|\bpágina não encontrada|\bpagina niet gevonden|страница не найдена|sayfa bulunamadı|ページが見つかりません|页面不存在|找不到(?:网页|網頁|页面|頁面)",
    re.IGNORECASE,
)
SAMPLE_CHARACTERS: Final = 400


def no_article(visible_text: str, title: str | None) -> Reject:
    """Returns why a page on which no body was found has none."""
    return _notice(visible_text, title) or Reject(Reason.NO_CONTENT, f"no article among {word_count(visible_text)} visible words")


def judge_article(text: str, title: str | None, *, min_words: int) -> int:
    """Returns the text's words. Raises Reject where a page says only that it has nothing to say, or says too little."""
    words = word_count(text)
    if notice := _notice(text, title):
        raise notice
    if words < min_words:
        raise Reject(Reason.TOO_SHORT, f"{words} words of text, fewer than {min_words}")
    return words


def _notice(text: str, title: str | None) -> Reject | None:
    if word_count(text) > MAX_NOTICE_WORDS:
        return None
    for head in (title or "", text[:SAMPLE_CHARACTERS]):
        if match := _ERROR.search(head):
            return Reject(Reason.ERROR_PAGE, f"the page says: {match[0].strip()}")
        if match := _JAVASCRIPT.search(head):
            return Reject(Reason.NEEDS_JAVASCRIPT, f"the page says: {match[0].strip()}")
    return None
