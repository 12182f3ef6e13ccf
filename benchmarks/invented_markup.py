"""How invented sites write their pages: five kinds of markup, from tidy elements to generated class names and tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape
from string import Template
from typing import Final


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a page's body: its kind (p, h2, label, quote, list, note, box), its lines, and what it is there."""

    kind: str
    lines: tuple[str, ...]
    role: str
    is_gold: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a page shows: the site's language and name, a title, a day, and the body's pieces."""

    language: str
    name: str
    title: str
    day: date
    pieces: list[Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """Templates for a page and for each kind of piece; a list's and a box's entries have templates of their own."""

    page: Template
    p: str
    h2: str
    label: str
    quote: str
    note: str
    list: str
    list_entry: str
    box: str
    box_entry: str


_HEAD: Final = (
    '<!doctype html><html lang="$language"><head><meta charset="utf-8"><title>$title | $name</title><meta property="og:title" content="$title">'
    '<meta property="article:published_time" content="${day}T09:00:00+00:00"></head><body>'
)
_NAV: Final = '<a href="/">$name</a> <a href="/a/">A–Z</a> <a href="/maps/">Maps</a> <a href="/shop/">Shop</a>'
_FOOT: Final = "© $name $day"

MARKUPS: Final = (
    Markup(  # tidy
        page=Template(
            f'{_HEAD}<header><nav>{_NAV}</nav></header><main><article class="story"><header><h1>$title</h1><p class="byline">Ada Fenn</p></header>'
            f'<div class="story-body">$body</div></article></main><footer><p>{_FOOT}</p></footer></body></html>'
        ),
        p="<p>{}</p>",
        h2="<h2>{}</h2>",
        label="<h3>{}</h3>",
        quote="<blockquote><p>{}</p></blockquote>",
        note="<p>{}</p>",
        list="<ul>{}</ul>",
        list_entry="<li>{}</li>",
        box='<section class="more"><h3>{}</h3><ul>{}</ul></section>',
        box_entry='<li><a href="{href}">{text}</a></li>',
    ),
    Markup(  # a blog's theme
        page=Template(
            f'{_HEAD}<div id="page"><div id="masthead">{_NAV}</div><div class="hentry"><h1 class="entry-title">$title</h1>'
            f'<div class="entry-content">$body</div></div><div id="colophon">{_FOOT}</div></div></body></html>'
        ),
        p="<p>{}</p>",
        h2="<h2>{}</h2>",
        label="<p><strong>{}</strong></p>",
        quote="<blockquote><p>{}</p></blockquote>",
        note="<p><em>{}</em></p>",
        list="<ul>{}</ul>",
        list_entry="<li>{}</li>",
        box="<p><strong>{}</strong></p>{}",
        box_entry='<p><a href="{href}">{text}</a></p>',
    ),
    Markup(  # generated names
        page=Template(
            f'{_HEAD}<div class="css-0"><div class="css-1f">{_NAV}</div><div class="css-9k"><h1 class="css-h">$title</h1>'
            f'<section class="css-b">$body</section></div><div class="css-zz">{_FOOT}</div></div></body></html>'
        ),
        p='<div class="css-p1"><p class="css-p2">{}</p></div>',
        h2='<div class="css-p1"><h2 class="css-h2">{}</h2></div>',
        label='<div class="css-p1"><p class="css-p2"><b>{}</b></p></div>',
        quote='<div class="css-p1"><blockquote class="css-q">{}</blockquote></div>',
        note='<div class="css-n1"><p class="css-p2">{}</p></div>',
        list='<div class="css-p1"><ul>{}</ul></div>',
        list_entry="<li>{}</li>",
        box='<div class="css-n1"><h2 class="css-h2">{}</h2>{}</div>',
        box_entry='<div class="css-r"><a class="css-l" href="{href}">{text}</a></div>',
    ),
    Markup(  # paragraphs that are none
        page=Template(
            f'{_HEAD}<div id="top">{_NAV}</div><div id="content"><h1>$title</h1><div class="text">$body</div></div><div id="bottom">{_FOOT}</div></body></html>'
        ),
        p="<div>{}</div>",
        h2="<h3>{}</h3>",
        label="<div><b>{}</b></div>",
        quote="<div><i>{}</i></div>",
        note="<div>{}</div>",
        list="<div>{}</div>",
        list_entry="<div>{}</div>",
        box="<div><b>{}</b></div>{}",
        box_entry='<div><a href="{href}">{text}</a></div>',
    ),
    Markup(  # a table
        page=Template(
            f'{_HEAD}<table><tr><td width="120">{_NAV}</td><td><h1>$title</h1>$body</td></tr><tr><td colspan="2">{_FOOT}</td></tr></table></body></html>'
        ),
        p="<p>{}",
        h2="<h4>{}</h4>",
        label="<p><b>{}</b>",
        quote="<blockquote>{}</blockquote>",
        note="<p>{}",
        list="<ul>{}</ul>",
        list_entry="<li>{}",
        box="<p><b>{}</b><ul>{}</ul>",
        box_entry='<li><a href="{href}">{text}</a>',
    ),
)


def page_html(markup: Markup, story: Story) -> str:
    """Returns the whole page."""
    body = "\n".join(_piece_html(markup, piece) for piece in story.pieces)
    name, title, day = escape(story.name), escape(story.title), story.day.isoformat()
    return markup.page.substitute(language=story.language, name=name, title=title, day=day, body=body)


def _piece_html(markup: Markup, piece: Piece) -> str:
    first, *more = (escape(line, quote=False) for line in piece.lines)
    if piece.kind == "box":
        return markup.box.format(first, "".join(markup.box_entry.format(href=f"/x/{hash_of(text)}", text=text) for text in more))
    if piece.kind == "list":
        return markup.list.format("".join(markup.list_entry.format(text) for text in (first, *more)))
    template: str = getattr(markup, piece.kind)
    return template.format(first)


def hash_of(text: str) -> str:
    """Returns a short name made of a text, the same in every process."""
    return f"{sum(map(ord, text)):x}"
