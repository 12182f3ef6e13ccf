"""Invented articles, some of them copies: the same words, lightly edited, or an agency's text with another head and tail; and forms, which only look alike.

Article number n is the same on every machine and each time, and is made without making the others. No word of a story means anything, and none needs to.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

FIRST_INSTANT: Final = datetime(2031, 3, 2, 6, tzinfo=UTC)
# What each ten articles in a row are; the copies are of the first ones.
KINDS: Final = ("own", "own", "own", "own", "own", "exact", "edited", "agency", "form", "long_form")
COPY_OFFSET: Final = KINDS.index("exact")
_SCRIPTS: Final = {  # what syllables begin with and end with, and what stands between words
    "en": ("b c d f g h l m n p r s t v w st tr", "a e i o u ea", " "),
    "de": ("b d f g h k l m n r s t w sch pf", "a e i o u ä ö ü ei", " "),
    "es": ("b c d f g l m n p r s t v ll ñ", "a e i o u é ía", " "),
    "ru": ("б в г д к л м н п р с т ш", "а е и о у я ы", " "),
    "ja": ("青 山 川 田 森 林 石 水 火 木 金 土 空 海 町 村 里", "の を に は が と で も り る た し い", ""),
    "zh": ("天 地 人 和 平 安 明 月 星 风 云 雨 雪 春 夏 秋 冬", "大 小 多 少 东 南 西 北 上 下 中 外 新 老 高 长", ""),
    "th": ("ก ข ค ง จ ช ด ต ท น บ ป พ ม ย ร ล ว ส ห", "า ะ อ ำ าน ง", ""),
}
_VOCABULARY_WORDS: Final = 4_000
_STOP: Final = {"ja": "。", "zh": "。", "th": " "}
_FORMS: Final = Path(__file__).with_name("invented_forms.toml")
LONG_FORM_WORDS: Final = 200
FORM_NAMES: Final = ("weather", "stocks", "obituary", "fixtures")
LANGUAGES: Final = tuple(_SCRIPTS)


class InventedArticle(NamedTuple):
    """An article, the number of the story that it tells (that of its first article), and what it is there."""

    id: str
    story: int
    kind: str
    language: str
    published: datetime
    text: str


def invented_article(number: int, words: int = 300) -> InventedArticle:
    """Returns article `number`, of about so many words."""
    kind = KINDS[number % len(KINDS)]
    story = number - COPY_OFFSET if kind in {"exact", "edited", "agency"} else number
    chance = random.Random(f"{kind} {number}")  # noqa: S311 - the same each time
    language = LANGUAGES[story // len(KINDS) % len(LANGUAGES)]
    if kind in {"form", "long_form"}:
        language, text = invented_form(chance, background_words=LONG_FORM_WORDS if kind == "long_form" else 0)
    else:
        paragraphs = invented_paragraphs(story, language, words)
        text = copied(paragraphs, kind, language, chance)
    return InventedArticle(
        id=article_id(number),
        story=story,
        kind=kind,
        language=language,
        published=FIRST_INSTANT + timedelta(minutes=chance.randrange(500_000)),
        text=text,
    )


def article_id(number: int) -> str:
    """Returns the id of article `number`: as random as any, and yet `article_number` reads the number back."""
    return str(UUID(int=random.Random(number).getrandbits(64) << 64 | number))  # noqa: S311 - the same each time


def article_number(article: str) -> int:
    """Returns the number of the article with this id."""
    return UUID(article).int & 0xFFFF_FFFF_FFFF_FFFF


def invented_paragraphs(story: int, language: str, words: int) -> list[list[str]]:
    """Returns a story's paragraphs, each a list of words with a stop at the end of each sentence."""
    chance = random.Random(f"story {story}")  # noqa: S311 - the same each time
    vocabulary, weights = _vocabulary(language)
    drawn = chance.choices(vocabulary, cum_weights=weights, k=chance.randrange(words * 2 // 3, words * 4 // 3))
    size = max(20, len(drawn) // 8)
    return [_with_stops(drawn[start : start + size], language, chance) for start in range(0, len(drawn), size)]


def copied(paragraphs: Sequence[Sequence[str]], kind: str, language: str, chance: random.Random) -> str:
    """Returns the text of a copy: `exact` in another typography, `edited` with up to 1.5 % other words, `agency` with another head and tail."""
    copy = [list(paragraph) for paragraph in paragraphs]
    if kind == "edited":
        replace_words(copy, chance.uniform(0.002, 0.015), language, chance)
    if kind == "agency":
        replace_ends(copy, chance.uniform(0.02, 0.10), language, chance)
    joiner = _SCRIPTS[language][2]
    text = ("\n\n" if kind != "exact" else "\n").join(joiner.join(paragraph) for paragraph in copy)
    return text.replace(". ", " – ").upper() if kind == "exact" else text


def replace_words(paragraphs: Sequence[list[str]], share: float, language: str, chance: random.Random) -> None:
    """Puts other words in the place of a share of the words, one at the least, anywhere in the text."""
    places = [(paragraph, place) for paragraph in paragraphs for place in range(len(paragraph))]
    for paragraph, place in chance.sample(places, max(1, round(share * len(places)))):
        paragraph[place] = invented_word(language, chance)


def replace_ends(paragraphs: Sequence[list[str]], share: float, language: str, chance: random.Random) -> None:
    """Puts other words in the place of the first and the last ones, of half the share each."""
    count = round(share * sum(map(len, paragraphs)) / 2)
    paragraphs[0][:count] = [invented_word(language, chance) for _ in range(count)]
    paragraphs[-1][-count:] = [invented_word(language, chance) for _ in range(count)]


def invented_form(chance: random.Random, *, background_words: int = 0) -> tuple[str, str]:
    """Returns a form that was filled in, and its language before it. The background below it is the same wherever the form is used."""
    forms = _forms()
    language, name = chance.choice(sorted(forms)), chance.choice(FORM_NAMES)
    words = forms[language]
    text = re.sub(r"\{(\w+)\}", lambda slot: _filled(slot[1], words, chance), words[name])
    return language, "\n\n".join([text, *_background(language, name, background_words)])


def invented_word(language: str, chance: random.Random) -> str:
    """Returns a word that may be of any story."""
    onsets, endings = _syllables(language)
    syllables = chance.choice((1, 2, 2, 3) if _SCRIPTS[language][2] else (1, 1, 1, 2))
    return "".join(chance.choice(onsets) + chance.choice(endings) for _ in range(syllables))


@cache
def _syllables(language: str) -> tuple[list[str], list[str]]:
    onsets, endings, _ = _SCRIPTS[language]
    return onsets.split(), endings.split()


@cache
def _background(language: str, name: str, words: int) -> tuple[str, ...]:
    chance = random.Random(f"{language} {name}")  # noqa: S311 - the same each time
    vocabulary, weights = _vocabulary(language)
    drawn = _with_stops(chance.choices(vocabulary, cum_weights=weights, k=words), language, chance) if words else []
    return (_SCRIPTS[language][2].join(drawn),) if drawn else ()


def _with_stops(words: list[str], language: str, chance: random.Random) -> list[str]:
    """The words as sentences, of 8 to 20 words each."""
    stop = _STOP.get(language, ".")
    place = -1
    while (place := place + chance.randrange(8, 20)) < len(words) - 1:
        words[place] += stop
    words[-1] += stop
    return words


def _filled(slot: str, words: dict[str, Any], chance: random.Random) -> str:
    match slot:
        case "number":
            return str(chance.randrange(2, 99))
        case "decimal":
            return f"{chance.uniform(0.5, 99):.2f}"
        case "hour":
            return f"{chance.randrange(24)}:{chance.randrange(60):02d}"
        case "day":
            return str(chance.randrange(1, 29))
        case "company":
            return str(chance.choice(words["companies"]))
        case name:
            return str(chance.choice(words[f"{name}s"]))


@cache
def _vocabulary(language: str) -> tuple[list[str], list[float]]:
    """A language's words, and how often each is used, added up: as in any language, the nth is used 1/n as often as the first."""
    chance = random.Random(language)  # noqa: S311 - the same each time
    words = sorted({invented_word(language, chance) for _ in range(_VOCABULARY_WORDS)})
    chance.shuffle(words)
    return words, list(accumulate(1 / (rank + 1) for rank in range(len(words))))


@cache
def _forms() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_FORMS.read_text(encoding="utf-8"))
