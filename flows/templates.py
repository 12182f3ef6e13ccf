"""`copydesk templates SITE`: what was learned of a site's template, and what its rule file pins and vetoes; needs no Prefect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.learn import OBSERVATIONS_KIND, TEMPLATES_KIND, Resources, Template, observed_articles, read_templates, text_key
from pipeline.learning import known_files
from pipeline.report.printable import printable
from pipeline.rules import load_rules
from pipeline.settings import Settings
from pipeline.sources import InputError
from pipeline.stages.metadata import site_of

_SITES_NAMED: Final = 5


def print_templates(name: str, settings: Settings, console: Console) -> None:
    """Prints the template of a site, which is named by its domain, a host or an address.

    Raises InputError for a site of which no run has seen a page and that has no rule file, StoreError where there is no dataset.
    """
    site = site_of(name if "://" in name else f"https://{name}/") or name
    articles = _articles(settings)
    own = load_rules(settings.rules).site(site)
    if site not in articles and own is None:
        raise InputError(_unknown(site, settings, articles))
    entries = _learned(site, settings)
    pins, vetoes = (_by_hash(own.pins), _by_hash(own.vetoes)) if own else ({}, {})
    rows = [*entries, *_unlearned(site, {**pins, **vetoes}, entries)]
    count = articles.get(site, 0)
    seen = f"{count:,} {'article' if count == 1 else 'articles'} seen"
    if not rows:
        console.print(f"{site}: {seen}, and no line stands on enough of them", highlight=False)
        return
    console.print(_table(f"{site}: {seen}", {entry: _mark(entry, pins, vetoes) for entry in rows}))


def _articles(settings: Settings) -> dict[str, int]:
    """How many articles of each site were seen."""
    with TemporaryDirectory(prefix="copydesk-") as temporary:
        return observed_articles(known_files(settings.state_dir, OBSERVATIONS_KIND), Resources(temporary=Path(temporary)))


def _learned(site: str, settings: Settings) -> tuple[Template, ...]:
    found = (read_templates(file, {site}) for file in known_files(settings.state_dir, TEMPLATES_KIND))
    return tuple(entry for templates in found if site in templates for entry in templates[site].entries)


def _unknown(site: str, settings: Settings, articles: Mapping[str, int]) -> str:
    if not articles:
        return f"{settings.clean}: no page with an address was read, so no site is known"
    alike = get_close_matches(site, articles, _SITES_NAMED)
    most = sorted(articles, key=lambda known: (-articles[known], known))[:_SITES_NAMED]
    names = f"Did you mean {', '.join(alike)}?" if alike else f"Sites with most articles: {', '.join(most)}"
    return f"{site}: no page of this site was read into {settings.clean}. {names}"


def _by_hash(texts: tuple[str, ...]) -> dict[str, str]:
    return {text_key(text): text for text in texts}


def _unlearned(site: str, texts: Mapping[str, str], entries: tuple[Template, ...]) -> Iterator[Template]:
    """What a person names and no run has learned: a pin needs no learning, a veto may have a slip of the pen."""
    known = {entry.block for entry in entries}
    yield from (Template(site=site, host=None, block=block, text=text) for block, text in texts.items() if block not in known)


def _mark(entry: Template, pins: Mapping[str, str], vetoes: Mapping[str, str]) -> str:
    return "vetoed" if entry.block in vetoes else "pinned" if entry.block in pins else ""


def _table(title: str, marks: Mapping[Template, str]) -> Table:
    table = Table("articles", "where", "line", title=title, title_justify="left", show_lines=True)
    for entry in sorted(marks, key=lambda entry: (-entry.support, entry.block, entry.host or "")):
        mark = marks[entry]
        line = Text.assemble(
            printable(entry.text), (f"\n{entry.block}", "dim"), (f"  {mark}", "bold red" if mark == "vetoed" else "bold green"), overflow="fold"
        )
        table.add_row(*_facts(entry), line)
    return table


def _facts(entry: Template) -> tuple[str, str]:
    """On how many articles it stands, and where and when."""
    if not entry.support:
        return "not learned", ""
    seen = f"{entry.first_seen} to\n{entry.last_seen}" if entry.first_seen else "no date of fetching"
    articles = f"{entry.share:.0%}\n{entry.support:,} of {entry.articles:,}\non {entry.days:,} days"
    return articles, f"{'anywhere' if entry.zone == 'any' else entry.zone}\n{entry.host or 'all hosts'}\n{seen}"
