"""Measures what site templates take that rules and model leave, and what they take of the articles: on invented sites, and on labelled pages.

    .venv/bin/python benchmarks/templates.py [--sites 20] [--pages 30] [--seed 1] [--labelled]

`--labelled` needs ../shared and benchmarks/requirements.txt. It takes the sites that have three labelled pages or more: fewer can have no template.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from benchmarks.corpora import CORPORA, named_corpora, part_of, site_key
from benchmarks.invented_sites import invented_sites
from benchmarks.tables import print_table
from pipeline.learn import (
    MIN_ARTICLES,
    MergeTask,
    ObservingTask,
    Resources,
    SiteTemplates,
    learn_shard,
    learning_tasks,
    merge_templates,
    observe,
    place_of,
    read_templates,
    template_removals,
)
from pipeline.outcomes import extract_outcome
from pipeline.pages import draft_page
from pipeline.records import Draft, Media, Origin, RawPage, SourceFormat
from pipeline.rules import load_rules
from pipeline.stages.trim import trim
from pipeline.store.drafts import write_drafts

SHARDS: Final = 2
GOLD: Final = "gold"
TEMPLATE: Final = "template"
UNLABELLED: Final = "unlabelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A page's draft, the group that it is counted in, and whose each of its blocks is: `gold`, `template` or `unlabelled`, with more words behind it."""

    draft: Draft
    group: str
    labels: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines of a group by label: those that rules and model leave, and those of them that templates take."""

    left: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)  # all, and those that were flagged

    def share_taken(self, whose: str) -> float:
        """Returns the share of somebody's lines that templates took."""
        return _total(self.taken, whose) / max(1, _total(self.left, whose))


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=20)
    parser.add_argument("--pages", type=int, default=30, help="of each site")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--labelled", action="store_true", help=f"also on labelled pages: {', '.join(CORPORA)}")
    arguments = parser.parse_args()
    show(
        f"{arguments.sites} invented sites, {arguments.pages} pages each", measured(invented_pages(arguments.sites, arguments.pages, arguments.seed))
    )
    for corpus in named_corpora([]) if arguments.labelled else []:
        show(f"{corpus.stem}, sites with {MIN_ARTICLES} pages or more", measured(labelled_pages(corpus)))


def measured(pages: Iterable[Labelled]) -> dict[str, Lines]:
    """Returns the lines of each group, once the templates of all the pages' sites are learned and taken out."""
    pages = list(pages)
    rules = load_rules()
    lines: dict[str, Lines] = defaultdict(Lines)
    templates = learned_templates([page.draft for page in pages])
    for page in pages:
        draft, group = page.draft, lines[page.group]
        known = {removal.position for removal in trim(draft.blocks, draft.candidates, rules, language=draft.language, site=None).removals}
        place = place_of(draft)
        of_site = templates[place.site].on_host(place.host) if place and place.site in templates else {}
        verdicts = template_removals(draft.blocks, draft.candidates, of_site, known)
        group.left.update(label for position, label in enumerate(page.labels) if position not in known)
        group.taken.update(page.labels[position] for position in verdicts.removals)
        group.pages.update({"all": 1, "flagged": len(verdicts.flags)})
    return dict(lines)


def learned_templates(drafts: Sequence[Draft]) -> Mapping[str, SiteTemplates]:
    """Returns what a run over the drafts learns, by site."""
    with tempfile.TemporaryDirectory(prefix="copydesk-templates-") as temporary:
        folder = Path(temporary)
        write_drafts(folder / "drafts.parquet", iter(drafts), Counter())
        observations = (observe(ObservingTask(drafts=folder / "drafts.parquet", observations=folder / "observations.parquet")),)
        resources = Resources(temporary=folder)
        parts = tuple(map(learn_shard, learning_tasks(observations, observations, folder, shards=SHARDS, resources=resources)))
        merged = merge_templates(MergeTask(parts=parts, touched=observations, target=folder / "templates.parquet", resources=resources))
        return read_templates(merged, {place.site for place in map(place_of, drafts) if place})


def invented_pages(sites: int, pages: int, seed: int) -> Iterator[Labelled]:
    """Yields the pages of invented sites, all in one group."""
    for site in invented_sites(sites, pages, seed):
        for page in site:
            draft = draft_page(page.raw, load_rules())
            roles = [page.roles.get(block.text) for block in draft.blocks]
            labels = [f"{GOLD if role.is_gold else TEMPLATE}: {role.name}" if role else UNLABELLED for role in roles]
            yield Labelled(draft=draft, group="all", labels=labels)


def labelled_pages(corpus: Path) -> Iterator[Labelled]:
    """Yields the pages of sites that have enough of them, grouped by part. A page without an address gets one, made of its site's name."""
    from benchmarks.labels import labels_of  # noqa: PLC0415 - needs benchmarks/requirements.txt, which invented sites do not

    places = pq.read_table(corpus, columns=["id", "url", "site"]).to_pylist()
    sites = {place["id"]: site_key(place["url"], place["site"]) for place in places}
    counts = Counter(filter(None, sites.values()))
    wanted = {page for page, site in sites.items() if counts[site] >= MIN_ARTICLES}
    names = {1: GOLD, 0: TEMPLATE, -1: UNLABELLED}
    for batch in pq.ParquetFile(corpus).iter_batches(batch_size=32):
        for row in batch.to_pylist():
            draft = extract_outcome(_raw_page(corpus, row), lambda page: draft_page(page, load_rules())) if row["id"] in wanted else None
            if isinstance(draft, Draft):
                labels = [names[label] for label in labels_of([block.text for block in draft.blocks], row)]
                yield Labelled(draft=draft, group=part_of(row["url"], row["site"]).value, labels=labels)


def _raw_page(corpus: Path, row: Mapping[str, Any]) -> RawPage:
    url = row["url"] or f"https://www.{row['site'].lower()}.example/{row['id']}"
    origin = Origin(uri=corpus.name, format=SourceFormat.PARQUET, record=row["id"])
    return RawPage(origin=origin, media=Media.HTML, body=row["html"], url=url)


def show(title: str, groups: Mapping[str, Lines]) -> None:
    """Prints one table: for each group and label the lines left by rules and model, and those that templates take."""
    rows = []
    for group, lines in sorted(groups.items()):
        for label in sorted({*lines.left, GOLD, TEMPLATE}):
            left, taken = _total(lines.left, label), _total(lines.taken, label)
            rows.append(
                [f"{left}", f"{taken}", f"{lines.share_taken(label):.2%}", group, label, f"{lines.pages['all']}", f"{lines.pages['flagged']}"]
            )
    print_table(title, ["left", "taken", "share", "sites", "lines", "pages", "flagged"], rows or [["0"] * 7])


def _total(counts: Mapping[str, int], label: str) -> int:
    return sum(count for name, count in counts.items() if name == label or name.startswith(f"{label}: "))


if __name__ == "__main__":
    main()
