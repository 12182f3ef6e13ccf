"""Invented sites, as HTML: articles with the lines that their sites put into them, and what an article may repeat without being boilerplate.

Every page says of each of its lines whether it is the article's or the site's. The same seed gives the same sites.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.invented_markup import MARKUPS, Piece, Story, page_html
from pipeline.records import Media, Origin, RawPage, SourceFormat

FIRST_DAY: Final = date(2031, 3, 2)
GENRES: Final = ("news", "column", "recipe", "questions", "live", "measured")
SHOWN_HEADLINES: Final = 4  # in the box of other stories: those of the days before
_TOWNS: Final = {"en": "Tarnwick", "de": "Hallendorf", "fr": "Valombre", "es": "Montealbo", "ru": "Верхнеозёрск", "ja": "青波"}
_NAMES: Final = {
    "en": ("Heron", "Tollgate Post", "Weir Courier"),
    "de": ("Reiher", "Torboten", "Wehrkurier"),
    "fr": ("Héron", "Messager", "Courrier"),
    "es": ("Garza", "Mensajero", "Correo"),
    "ru": ("Цапля", "Застава", "Вестник"),
    "ja": ("青鷺新報", "関所日報", "堰通信"),
}


class Role(NamedTuple):
    """Whose a line is, and what it is there."""

    is_gold: bool
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedPage:
    """A page of an invented site, and whose its lines are."""

    raw: RawPage
    roles: dict[str, Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedSite:
    """A site's own ways: its language, what it prints, its markup, and the lines that it puts into articles."""

    number: int
    language: str
    words: dict[str, Any]
    names: dict[str, str]
    notes: dict[str, str]

    @property
    def genre(self) -> str:
        """What the site prints: one of GENRES."""
        return GENRES[self.number % len(GENRES)]

    @property
    def host(self) -> str:
        """The host that its pages stand on."""
        return f"www.{self.language}-{self.number}.example"


def invented_sites(count: int, pages: int, seed: int = 1) -> Iterator[list[InventedPage]]:
    """Yields the pages of each site; the last page of a site is a print version of the first, at an address of its own."""
    languages = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
    for number in range(count):
        rng = random.Random(f"{seed}-{number}")  # noqa: S311 - nothing secret
        site = _site(number, list(languages)[number % len(languages)], languages, rng)
        titles = [_sentence(site, rng) for _ in range(pages)]
        found = [_page(site, titles, place, rng) for place in range(pages - 1)]
        yield [*found, _print_version(site, found[0])]


def _site(number: int, language: str, languages: dict[str, Any], rng: random.Random) -> InventedSite:
    words = languages[language]
    names = {"name": rng.choice(_NAMES[language]), "town": _TOWNS[language]}
    notes = {place: rng.choice(lines) for place, lines in words["notes"].items()} | {"box": rng.choice(words["box"])}
    return InventedSite(number=number, language=language, words=words, names=names, notes=notes)


def _page(site: InventedSite, titles: list[str], place: int, rng: random.Random) -> InventedPage:
    day = _day_of(place)
    pieces = list(_with_notes(site, list(_article(site, place, rng)), titles, place, rng.random()))
    story = Story(language=site.language, name=site.names["name"], title=titles[place], day=day, pieces=pieces)
    url = f"https://{site.host}/{day:%Y/%m}/story-{place}.html"
    raw = RawPage(
        origin=Origin(uri=f"{site.host}.jsonl", format=SourceFormat.JSONL, record=url),
        media=Media.HTML,
        body=page_html(MARKUPS[site.number % len(MARKUPS)], story).encode(),
        url=url,
        fetched_at=datetime(day.year, day.month, day.day, 15, tzinfo=UTC),
        charset="utf-8",
    )
    return InventedPage(raw=raw, roles={text: Role(piece.is_gold, piece.role) for piece in pieces for text in piece.lines})


def _day_of(place: int) -> date:
    """The day of a site's n-th page."""
    return FIRST_DAY + timedelta(days=2 * place)


def _print_version(site: InventedSite, page: InventedPage) -> InventedPage:
    """The same article at another address."""
    url = f"https://{site.host}/print/0"
    return InventedPage(raw=replace(page.raw, url=url, origin=replace(page.raw.origin, record=url)), roles=page.roles)


def _article(site: InventedSite, place: int, rng: random.Random) -> Iterator[Piece]:
    """The article's own pieces, with what its genre repeats."""
    words = site.words
    if site.genre == "column" and place % 5 < 2:  # one of the site's columns: two pages in five
        yield Piece("p", (words["opener"],), "opener")
    yield Piece("p", (_paragraph(site, rng),), "text")
    if site.genre == "recipe":
        yield from _recipe(site, rng)
    for number in range(rng.randint(5, 8)):
        if site.genre in {"news", "column"} and number in {1, 3, 5} and place % 4:
            yield Piece("h2", (words["labels"][number // 2],), "label")
        if site.genre == "questions" and number < 4:
            yield Piece("label", (words["questions"][number % 2],), "label")
        if site.genre == "live":
            clock = f"{rng.randint(6, 22)}:{rng.randint(0, 59):02d}" if site.language != "de" else f"{rng.randint(6, 22)}.{rng.randint(0, 59):02d}"
            yield Piece("label", (words["time"].format(clock=clock),), "time")
        if site.genre == "measured" and number == 2:
            yield Piece("p", (words["measured"].format(number=rng.randint(210, 480)),), "measured")
        yield Piece("p", (_paragraph(site, rng),), "text")
    quote = words["said"].format(quote=rng.choice(words["quote"]), speaker=rng.choice(words["speaker"]))
    yield Piece("p", (quote,), "speech")
    if place % 3 == 0:  # a pull quote: the article's own words once more
        yield Piece("quote", (quote,), "speech")
    yield Piece("p", (_paragraph(site, rng),), "text")


def _recipe(site: InventedSite, rng: random.Random) -> Iterator[Piece]:
    things = [f"{rng.randint(2, 9)}00 g {rng.choice(site.words['what'])}" for _ in range(4)]
    yield Piece("h2", (site.words["recipe"][0],), "label")
    yield Piece("list", (*dict.fromkeys(things), *site.words["staples"]), "ingredients")
    yield Piece("h2", (site.words["recipe"][1],), "label")
    yield Piece("p", (_paragraph(site, rng),), "text")
    yield Piece("h2", (site.words["recipe"][2],), "label")


def _with_notes(site: InventedSite, article: list[Piece], titles: list[str], place: int, depth: float) -> Iterator[Piece]:
    """The article's pieces with the site's lines among them: some on every page, some on every other. `depth` says where the middle ones stand."""
    day = _day_of(place)
    middle = 3 + int(depth * (len(article) - 4))
    for position, piece in enumerate(article):
        yield piece
        if position == (1 if piece.role == "opener" else 0) and place % 2 == 0:
            yield _note(site, "head", day)
        if position == middle:
            yield _note(site, "middle", day)
            if site.number % 2:
                yield _box(site, titles, place)
    if place % 5 < 2:
        yield _note(site, "wire", day)
    yield _note(site, "tail", day)
    if site.number % 2 == 0:
        yield _box(site, titles, place)


def _note(site: InventedSite, place: str, day: date) -> Piece:
    month = site.words["months"][day.month - 3]
    written = site.words["date"].format(day=day.day, month=month, year=day.year)
    return Piece("note", (site.notes[place].format(**site.names, date=written),), f"note {place}", is_gold=False)


def _box(site: InventedSite, titles: list[str], place: int) -> Piece:
    shown = [titles[(place - step) % len(titles)] for step in range(1, SHOWN_HEADLINES + 1)]
    return Piece("box", (site.notes["box"].format(**site.names), *shown), "box", is_gold=False)


def _sentence(site: InventedSite, rng: random.Random) -> str:
    return site.words["pattern"].format(**{name: rng.choice(site.words[name]) for name in ("who", "does", "what", "where", "why")})


def _paragraph(site: InventedSite, rng: random.Random) -> str:
    return ("" if site.language == "ja" else " ").join(_sentence(site, rng) for _ in range(rng.randint(2, 4)))
