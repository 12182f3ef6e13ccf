"""Metadata made to be read for ever, or to fill the dataset with rubbish."""

# ruff: noqa: ARG005 - every case is made in the same way

from __future__ import annotations

import json

from tests.torture.hostile import FALLBACK, Case, page


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" property="{name}" content="{content}">'


def json_ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def story(**fields: object) -> str:
    return json_ld(json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", "headline": "The lock keeper", **fields}))


HEADS = {
    # What regular expressions choke on
    "an author of parentheses": Case(make=lambda n, p: page(p, meta("author", "(" * n)), size=200_000),
    "an author of signs": Case(make=lambda n, p: page(p, meta("author", "!" * n + "a")), size=200_000),
    "an author of commas": Case(make=lambda n, p: page(p, meta("author", "a, " * n)), size=200_000),
    "an author of ands": Case(make=lambda n, p: page(p, meta("author", "Ida and " * n)), size=100_000),
    "an author of spaces": Case(make=lambda n, p: page(p, meta("author", "By" + " " * n + "x")), size=200_000),
    "an author of capitals": Case(make=lambda n, p: page(p, meta("author", "Aa" * n)), size=200_000),
    "a description of tags": Case(make=lambda n, p: page(p, meta("description", "&lt;" * n)), size=400_000),
    "a description of comments": Case(make=lambda n, p: page(p, meta("description", "&lt;!--" * n)), size=400_000),
    "a title of pipes": Case(make=lambda n, p: page(p, meta("og:title", "| " * n)), size=200_000),
    "a title of dashes": Case(make=lambda n, p: page(p, f"<title>{'a - ' * n}</title>"), size=200_000),
    "a title of spaces": Case(make=lambda n, p: page(p, f"<title>a{' ' * n}b</title>"), size=1_000_000),
    "a title without end": Case(make=lambda n, p: page(p, f"<title>{'Weir ' * n}</title>"), size=500_000),
    # At full size the heading is the page, and what stands below it looks like the page's end.
    "a heading without end": Case(make=lambda n, p: page(f"<h1>{'Weir ' * n}</h1>{p}"), size=500_000, lossy=True),
    "a date of digits": Case(make=lambda n, p: page(p, meta("article:published_time", "2031" * n)), size=200_000),
    "a date of dashes": Case(make=lambda n, p: page(p, meta("date", "-" * n)), size=200_000),
    "a date of offsets": Case(make=lambda n, p: page(p, meta("date", "2031-03-01T10:00:00" + "+01:00" * n)), size=100_000),
    "dates of no calendar": Case(make=lambda n, p: page(p, "".join(meta("date", f"2031-{n}-{i}") for i in range(50)))),
    "a date before the flood": Case(make=lambda n, p: page(p, meta("date", "0000-00-00T99:99:99Z") + meta("date", "-9999-01-01"))),
    "a date of the year 292277026596": Case(make=lambda n, p: page(p, story(datePublished="292277026596-12-04T15:30:08Z", dateModified=10**30))),
    "keywords without end": Case(make=lambda n, p: page(p, meta("keywords", ", ".join(map(str, range(n))))), size=50_000),
    "tags of articles": Case(make=lambda n, p: page(p, "".join(meta("article:tag", f"t{i}") for i in range(n))), small=FALLBACK, size=50_000),
    "a canonical address without end": Case(make=lambda n, p: page(p, f'<link rel=canonical href="https://x.example/{"a" * n}">'), size=500_000),
    "a canonical address of no host": Case(make=lambda n, p: page(p, "<link rel=canonical href='https://[::1'><link rel=canonical href='http://'>")),
    "a canonical address of scripts": Case(make=lambda n, p: page(p, "<link rel=canonical href='javascript:alert(1)'>")),
    "a canonical address of dots": Case(make=lambda n, p: page(p, f"<link rel=canonical href='https://a{'.a' * n}.example/x'>"), size=50_000),
    "a canonical address of percents": Case(make=lambda n, p: page(p, f"<link rel=canonical href='/{'%' * n}'>"), size=50_000),
    "a canonical address of steps": Case(make=lambda n, p: page(p, f"<link rel=canonical href='{'../' * n}etc/passwd'>"), size=50_000),
    "a base address of no sense": Case(make=lambda n, p: page(p + "<img src=a.jpg>", "<base href='http://[x'>")),
    "a language of no land": Case(make=lambda n, p: page(p, meta("language", "x" * n) + f"<html lang='{'z-' * n}'>"), size=50_000),
    "a site name of controls": Case(make=lambda n, p: page(p, meta("og:site_name", "\x1b[31mRed\x07\u202e" * 10))),
    "links to other languages": Case(make=lambda n, p: page(p, "<link rel=alternate hreflang=xx href=/x>" * n), small=FALLBACK),
    "metas": Case(make=lambda n, p: page(p, meta("author", "Ida Moor") * n), small=FALLBACK),
    # JSON-LD
    "json that is none": Case(make=lambda n, p: page(p, json_ld('{"@type": "Person", "name": ' * n)), size=30_000),
    "json of persons": Case(make=lambda n, p: page(p, json_ld('"Person" ' * n)), size=100_000),
    "json of authors": Case(make=lambda n, p: page(p, json_ld('{"author": [' * n)), size=80_000),
    "json of publishers": Case(make=lambda n, p: page(p, json_ld('"publisher": {' * n)), size=70_000),
    "json of names": Case(make=lambda n, p: page(p, json_ld('{"author":{"name":"' + '\\"' * n)), size=300_000),
    "json of brackets": Case(make=lambda n, p: page(p, json_ld("[" * n)), size=1_000_000),
    "json of braces": Case(make=lambda n, p: page(p, json_ld('{"a":' * n + "1" + "}" * n)), size=300_000),
    "json of numbers": Case(make=lambda n, p: page(p, json_ld('{"wordCount": ' + "9" * n + "}")), size=1_000_000),
    "json of exponents": Case(make=lambda n, p: page(p, json_ld('{"headline": 1e999999999, "author": NaN}'))),
    "json of backslashes": Case(make=lambda n, p: page(p, json_ld('{"headline": "' + "\\" * n + '"}')), size=1_000_000),
    "json of commas": Case(make=lambda n, p: page(p, json_ld("{" + "," * n + "}")), size=1_000_000),
    "json of quotes": Case(make=lambda n, p: page(p, json_ld('"' * n)), size=1_000_000),
    "json of comments": Case(make=lambda n, p: page(p, json_ld("/*" * n + "{}")), size=500_000),
    "json without end": Case(make=lambda n, p: page(p, story(articleBody="Weir. " * n)), size=500_000),
    "json of many authors": Case(
        make=lambda n, p: page(p, story(author=[{"@type": "Person", "name": f"Ida Moor {i}"} for i in range(n)])), size=20_000
    ),
    "json of other types": Case(make=lambda n, p: page(p, story(headline=[1, None], author=5, datePublished={"a": []}, image=[[[]]], url=False))),
    "json of null": Case(make=lambda n, p: page(p, json_ld("null") + json_ld("") + json_ld("[]") + json_ld("[null]"))),
    "json graphs": Case(make=lambda n, p: page(p, story(**{"@graph": [{"@type": "Thing", "@id": f"#{i}"} for i in range(n)]})), size=50_000),
    "json of half surrogates": Case(make=lambda n, p: page(p, story(headline="\ud83d The lock", author="Ida \udc00"))),
    "json scripts": Case(make=lambda n, p: page(p, story(author="Ida Moor") * (n // 2)), size=20_000),
    "an author in a story of html": Case(
        make=lambda n, p: page(p, story(author="<b>" * n + "Ida", description="<script>alert(1)</script>")), size=50_000
    ),
    "microdata": Case(make=lambda n, p: page("<div itemscope itemtype='https://schema.org/Person' itemprop=author>" * n + p), size=1_000),
    # The same is true of these names.
    "bylines in the text": Case(make=lambda n, p: page(f"<p class=byline>By {'Ida Moor, ' * n}</p>{p}"), size=50_000, lossy=True),
    "a byline of spaces": Case(make=lambda n, p: page(f"<p class=byline>By{' &nbsp;' * n}Ida Moor</p>{p}"), size=100_000),
    "captions without end": Case(
        make=lambda n, p: page(f"{p}<figure><img src=a.jpg><figcaption>{'Photo: ' * n}</figcaption></figure>"), size=100_000
    ),
}
