"""What a whole page's text is cleaned with where nothing else is at hand: the line filter of the C4 corpus.

Source: Raffel et al., "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer", JMLR 21 (2020), section 2.2. Of its
rules those that choose lines; those that choose whole pages (few sentences, curly brackets, bad words) are left out: here every page counts.
"""

from __future__ import annotations

from typing import Final

MIN_LINE_WORDS: Final = 5
_CLOSING_MARKS: Final = "\"'”’»)]"  # may stand behind the full stop
_TERMINAL: Final = (".", "!", "?", "。", "！", "？", "؟", "।")  # the paper's are English; the others say the same
_POLICY_WORDS: Final = ("javascript", "terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")


def filtered_text(text: str) -> str:
    """Returns the lines that end like a sentence, have five words or more, and speak neither of JavaScript nor of policies and cookies."""
    return "\n".join(line for line in text.splitlines() if _is_kept(line.strip()))


def _is_kept(line: str) -> bool:
    ends_like_sentence = line.rstrip(_CLOSING_MARKS).endswith(_TERMINAL) or line.endswith('"')
    lowered = line.lower()
    return ends_like_sentence and len(line.split()) >= MIN_LINE_WORDS and not any(word in lowered for word in _POLICY_WORDS)
