"""Pages that try what they can on whoever looks at a report: scripts, handlers, broken-out attributes, turned and endless text."""

import html
import json
from pathlib import Path

SCRIPT = "<script>window.pwned = 1; document.title = 'pwned'</script>"
HANDLER = "<img src=x onerror=\"window.pwned = 2\"> <svg onload='window.pwned = 3'>"
BROKEN_OUT = '" onmouseover="window.pwned = 4" autofocus onfocus=\'window.pwned = 5\' x="'
CLOSED = "</style></title></textarea><!-- --></del></main><script>window.pwned = 6</script>"
TEMPLATE = "{{ 7 * 7 }} {% raw %} {{ config }}"
TURNED = "the board \u202eevlesreh derettar\u202c and \u2066so on\u2069, \u200fit \ufefflearned"
CONTROLS = "tides\u0085 rise \x1b[31mred\x1b[0m and \x07fall \u2028 again"
ENDLESS = "hoch" * 400
LETTERS = "کتابخانه شناور از رودخانه می‌گذرد و کودکان منتظر می‌مانند، هر روز صبح."
TRICKS = (SCRIPT, HANDLER, BROKEN_OUT, CLOSED, TEMPLATE, TURNED, CONTROLS, ENDLESS, LETTERS)
STORY = "The harbour board met on Tuesday evening to hear what the divers had found, and left without an answer that anyone could repeat."
APPEAL = "Help keep the Riverside Ledger free for everyone by making a one-time donation today"


def page(trick: str, number: int) -> dict[str, str]:
    """A page as a line of JSONL whose title, metadata, blocks and removed blocks all hold the trick."""
    shown = html.escape(trick)
    body = "".join(f"<p>{STORY} {shown} Number {number} of {place} that were counted.</p>" for place in range(5))
    data = json.dumps({"@type": "NewsArticle", "author": {"name": f"Ada {trick}"}, "articleSection": trick}).replace("<", "\\u003c")
    return {
        "id": f"{number}{trick}",
        "url": f"https://tricks.example/{number}?{trick}" if number % 2 else "javascript:window.pwned=7//",
        "html": f'<html lang="en"><head><title>{shown}</title><meta property="og:site_name" content="{shown}">'
        f'<meta name="description" content="{shown}"><meta name="keywords" content="{shown}"><script type="application/ld+json">{data}</script></head>'
        f"<body><article><h1>Tide {number} {shown}</h1>{body}<p>{APPEAL}.</p></article></body></html>",
    }


def write_tricks(folder: Path) -> Path:
    """Writes all tricks as JSONL, in a file whose name is one, too; returns the folder."""
    folder.mkdir(parents=True)
    lines = [json.dumps(page(trick, number)) for number, trick in enumerate(TRICKS)]
    (folder / "<img src=x onerror=alert(1)>.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder
