"""What stands around a story on a news site's page: structured data, styles, scripts, menus, teasers of other stories, and a foot of links."""

from __future__ import annotations

import random
from collections.abc import Sequence
from html import escape
from typing import Final

import orjson

from benchmarks.invented_sites import InventedPage

_STYLE_RULES: Final = 190
_SECTIONS: Final = 14
_SECTION_LINKS: Final = 6
_TEASERS: Final = 36
_FOOT_LINKS: Final = 60
_SCRIPT: Final = "window.deskQueue=window.deskQueue||[];window.deskQueue.push({slot:'%s',sizes:[[300,250],[728,90]],lazy:true,page:%d});"


def surrounded(page: InventedPage, titles: Sequence[str], rng: random.Random) -> bytes:
    """Returns the page's HTML with surroundings that name other stories: some 50 kB."""
    head, rest = page.raw.body.decode().split("</head>", 1)
    opening, body = rest.split("<body>", 1)
    main, closing = body.rsplit("</body>", 1)
    number = rng.randrange(10**6)
    parts = (head, _structured_data(page, titles), _styles(), _scripts(number), "</head>", opening, "<body>", _menu(titles, rng), main)
    return "".join([*parts, _teasers(titles, rng), _foot(titles, rng), _scripts(number + 1), "</body>", closing]).encode()


def _structured_data(page: InventedPage, titles: Sequence[str]) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": titles[0],
        "url": page.raw.url,
        "author": [{"@type": "Person", "name": "Ada Fenn"}],
        "image": [f"https://pictures.example/{number}.jpg" for number in range(3)],
    }
    return f'<script type="application/ld+json">{orjson.dumps(data).decode()}</script>'


def _styles() -> str:
    rules = (f".css-{number}{{margin:0 0 {number % 9}px;padding:{number % 7}px 12px;color:#2a2{number % 10}33}}" for number in range(_STYLE_RULES))
    return f"<style>{''.join(rules)}</style>"


def _scripts(page: int) -> str:
    return "".join(f"<script>{_SCRIPT % (slot, page)}</script>" for slot in ("top", "side", "middle", "foot", "river", "menu", "video", "last"))


def _menu(titles: Sequence[str], rng: random.Random) -> str:
    sections = (
        f'<li class="menu-item"><a class="menu-link" href="/s/{number}/"><span>{escape(_short(rng.choice(titles)))}</span></a><ul>{_links(titles, rng)}</ul></li>'
        for number in range(_SECTIONS)
    )
    return f'<div class="masthead" role="banner"><nav class="menu"><ul>{"".join(sections)}</ul></nav></div>'


def _links(titles: Sequence[str], rng: random.Random) -> str:
    return "".join(
        f'<li class="sub-item"><a href="/s/{rng.randrange(10**6)}/">{escape(_short(rng.choice(titles)))}</a></li>' for _ in range(_SECTION_LINKS)
    )


def _teasers(titles: Sequence[str], rng: random.Random) -> str:
    cards = (
        f'<div class="card"><a class="card-link" href="/story/{rng.randrange(10**6)}"><figure class="card-picture">'
        f'<img src="https://pictures.example/{rng.randrange(10**6)}.jpg" alt="" width="320" height="180" loading="lazy"></figure>'
        f'<h3 class="card-title">{escape(rng.choice(titles))}</h3></a><span class="card-time">{rng.randint(1, 23)} h</span></div>'
        for _ in range(_TEASERS)
    )
    return f'<div class="river"><div class="river-inner">{"".join(cards)}</div></div>'


def _foot(titles: Sequence[str], rng: random.Random) -> str:
    links = (
        f'<li class="foot-item"><a class="foot-link" href="/about/{number}">{escape(_short(rng.choice(titles)))}</a></li>'
        for number in range(_FOOT_LINKS)
    )
    return f'<footer class="foot"><ul>{"".join(links)}</ul></footer>'


def _short(title: str) -> str:
    """The first words of a title, as menus have them."""
    return " ".join(title.split()[:3])[:24]
