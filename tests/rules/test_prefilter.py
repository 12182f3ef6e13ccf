"""The law of the prefilter: where `regex` matches, it must not stay silent."""

import re
from functools import cache

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rules import load_rules
from pipeline.rules.line import as_line
from pipeline.rules.prefilter import Prefilter, relaxed

# One letter without case, some of them strangers to RE2.
LOOKALIKES = str.maketrans({"i": "ı", "I": "İ", "s": "ſ", "k": "K", "ß": "ẞ", "µ": "μ"})
TRICKY = (
    r"\bÜber\b",
    r"straße$",
    r"^\w{2,4}ß",
    r"[^\w.]$",
    r"[^\d ]",
    r"[\w.-]+İ",
    r"\bistanbul\b",
    r"(?-i:[A-ZÄÖÜİ])\w*",
    r"^\W{1,3}$",
    r"\D\d{2}\b",
    r"[a-z]+$",
    r"k{0,2}\Bs",
    r"(?:\b){0,1}ki",
    r"\[i\]\.",
    r"ſ",
    r"\S\s\S",
)
ONE_LETTER = tuple(re.escape(chr(code)) for code in range(0x20, 0x2200))
LETTERS = "aiIİıAsSſkKKßẞÜüÄäµμ–→_ .[]1٣éЖж中"


@cache
def prefilter(patterns: tuple[str, ...]) -> Prefilter:
    return Prefilter(patterns)


@cache
def compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.IGNORECASE)


def missed(patterns: tuple[str, ...], text: str) -> list[str]:
    found = prefilter(patterns).candidates(text)
    return [pattern for index, pattern in enumerate(patterns) if index not in found and compiled(pattern).search(text)]


@given(st.text(alphabet=LETTERS, max_size=12))
def test_no_tricky_pattern_is_missed_on_any_text(text: str):
    assert missed(TRICKY, text) == []


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=20))
def test_no_tricky_pattern_is_missed_on_all_of_unicode(text: str):
    assert missed(TRICKY, as_line(text).plain) == []


@pytest.mark.parametrize("letter", ["İ", "ı", "ſ", "K", "ẞ", "ß", "é", "É", "ÿ", "Ÿ", "ǅ", "ς", "Σ"])
def test_letters_fold_as_python_folds_them(letter: str):
    assert missed(ONE_LETTER, letter) == []


@pytest.mark.parametrize(
    "change", [str, str.upper, str.lower, str.title, lambda text: text.translate(LOOKALIKES), lambda text: text.upper().translate(LOOKALIKES)]
)
def test_no_built_in_pattern_is_missed_on_any_example(change):
    rules = load_rules().rules
    for scope in {rule.scope for rule in rules}:
        together = [rule for rule in rules if rule.scope == scope]
        patterns = tuple(pattern for rule in together for pattern in rule.match)
        for rule in together:
            for example in (*rule.drops, *rule.keeps):
                text = as_line(change(example)).plain
                assert missed(patterns, text) == [], f"{rule.id}: {text}"


def test_the_prefilter_leaves_little_to_confirm():
    rules = load_rules().rules
    patterns = tuple(pattern for rule in rules for pattern in rule.match)
    prose = "The council of Harbour Falls met on Tuesday to decide what becomes of the old mill, which has stood empty since the flood."
    assert len(prefilter(patterns).candidates(prose)) <= 3


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\bad\b", "(?:)ad(?:)"),
        (r"(?:a ){0,4}b{2,}c{3}", "(?:a )*b+c+"),
        (r"\\b", r"\\b"),
        (r"[{3}]", "[{3}]"),
        (r"\d", r"[0-9\x{80}-\x{10FFFF}]"),
        (r"[^\w.]", "[^0-9A-Za-z_.]"),
        (r"[\]\w]\w", r"[\]0-9A-Za-z_\x{80}-\x{10FFFF}][0-9A-Za-z_\x{80}-\x{10FFFF}]"),
    ],
)
def test_a_relaxed_pattern_reads_as_expected(pattern: str, expected: str):
    assert relaxed(pattern) == expected
