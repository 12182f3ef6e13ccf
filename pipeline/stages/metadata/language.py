"""The language of a text, as a BCP-47 code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.choice import Choice, candidates_for, is_final

MIN_LETTERS: Final = 20  # fewer say nothing certain
MIN_LETTERS_OF_OWN_SCRIPT: Final = 6  # where the script alone tells the language
# A longer text is judged by its beginning, middle and end: of 1,877 labelled pages one comes out otherwise than by all of it, in a third of the time that
# the first 3,000 characters take.
SAMPLES: Final = 3
SAMPLE_CHARACTERS: Final = 400

DETECTED: Final = "detected"  # the source where the text told the language

_PRECEDENCE: Final = ("site:", "json-ld:inLanguage", "html:lang", "meta:content-language", "og:locale")
_BCP47: Final = re.compile(r"^([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:[-_.].*)?$", re.IGNORECASE)
_KANA: Final = re.compile(r"[\u3041-\u30ff]")
_HANGUL: Final = re.compile(r"[\uac00-\ud7af]")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
# Scripts that one language of the press has to itself.
_OWN_SCRIPTS: Final = (
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ka", re.compile(r"[\u10a0-\u10ff]")),
    ("hy", re.compile(r"[\u0530-\u058f]")),
    ("ko", _HANGUL),
)


def detect_language(text: str) -> tuple[str | None, float | None]:
    """Returns the text's language and how sure that is, 0 to 1; (None, None) for fewer letters than tell it.

    Measured with seven others, see docs/data-dictionary.md.
    """
    sample = _sample(text)
    letters = sum(map(str.isalpha, sample))
    by_script = _by_script(sample, letters) if letters >= MIN_LETTERS_OF_OWN_SCRIPT else None
    if by_script is not None:
        return by_script, 1.0
    if letters < MIN_LETTERS:
        return None, None
    language, confidence = _identifier().classify(sample)
    return str(language), round(float(confidence), 4)


def choose_language(candidates: Sequence[Candidate], detected: str | None) -> Choice[str | None]:
    """Returns the language that the site's rule file selects, else the one detected on the text, else the one that the page declares."""
    ranked = [
        (candidate, code) for candidate in candidates_for(candidates, MetaField.LANGUAGE, _PRECEDENCE) if (code := language_code(candidate.value))
    ]
    if detected is not None and not (ranked and is_final(ranked[0][0])):
        return Choice(detected, DETECTED)
    return next((Choice(code, candidate.source) for candidate, code in ranked), Choice(None))


def language_code(declared: str) -> str | None:
    """Returns a declared language in BCP-47 spelling, or None for what is no code.

    >>> language_code("de_at"), language_code("ZH-hant-TW"), language_code("English (UK)")
    ('de-AT', 'zh-Hant-TW', None)
    """
    found = _BCP47.match(declared.strip())
    if found is None:
        return None
    language, script, region = found.groups()
    return "-".join(filter(None, (language.lower(), script and script.title(), region and region.upper())))


def _sample(text: str) -> str:
    step = (len(text) - SAMPLE_CHARACTERS) // (SAMPLES - 1)
    return text if step <= SAMPLE_CHARACTERS else " ".join([text[place * step :][:SAMPLE_CHARACTERS] for place in range(SAMPLES)])


def _by_script(sample: str, letters: int) -> str | None:
    """The language where the script alone tells it. Japanese is Han with at least some Kana; Han with next to none is Chinese."""
    kana, han = (len(pattern.findall(sample)) for pattern in (_KANA, _HAN))
    if 2 * (kana + han) > letters:
        return "ja" if 20 * kana > kana + han else "zh"
    return next((language for language, script in _OWN_SCRIPTS if 2 * len(script.findall(sample)) > letters), None)


@cache
def _identifier() -> LanguageIdentifier:
    """The model, loaded once a process at its first use: that takes some 0.6 s."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
