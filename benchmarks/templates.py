"""Measures what site templates take that rules and model leave, and what they take of the articles: on invented sites, and on labelled pages.

Each table is of one run of copydesk over all its pages.

    .venv/bin/python benchmarks/templates.py [--sites 20] [--pages 30] [--seed 1] [--labelled]

`--labelled` needs ../shared and benchmarks/requirements.txt. It takes the sites that have three labelled pages or more: fewer can have no template.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from benchmarks.corpora import CORPORA, named_corpora, part_of, site_key
from benchmarks.invented_sites import InventedPage, invented_sites
from benchmarks.running import articles_of
from benchmarks.tables import print_table
from pipeline.learn import MIN_ARTICLES
from pipeline.records import Block, Draft, Flag, Layer, Media, Origin, RawPage, SourceFormat
from pipeline.store.drafts import read_drafts

GOLD: Final = "gold"
TEMPLATE: Final = "template"
UNLABELLED: Final = "unlabelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A page, the group that it is counted in, and what tells whose its blocks are: `gold`, `template` or `unlabelled`, with more words behind it."""

    raw: RawPage
    group: str
    labels: Callable[[Sequence[str]], Sequence[str]]  # of blocks, by their texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published page: its blocks, and which layer took those out that are not in the text."""

    record: str
    blocks: Sequence[Block]
    layers: Mapping[int, str]
    flagged: bool


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
    """Returns the lines of each group, once copydesk has published all the pages. Those that it rejects do not count."""
    by_record = {page.raw.origin.record: page for page in pages}
    lines: dict[str, Lines] = defaultdict(Lines)
    with tempfile.TemporaryDirectory(prefix="copydesk-templates-") as scratch:
        for found in published_pages([page.raw for page in by_record.values()], Path(scratch)) if by_record else ():
            page = by_record[found.record]
            labels, group = page.labels([block.text for block in found.blocks]), lines[page.group]
            group.left.update(label for position, label in enumerate(labels) if found.layers.get(position, Layer.TEMPLATE) == Layer.TEMPLATE)
            group.taken.update(labels[position] for position, layer in found.layers.items() if layer == Layer.TEMPLATE)
            group.pages.update({"all": 1, "flagged": found.flagged})
    return dict(lines)


def published_pages(raw: Sequence[RawPage], scratch: Path) -> Iterator[Published]:
    """Yields what copydesk publishes of the pages, in a run over all of them."""
    columns = {name: [getattr(page, name) for page in raw] for name in ("url", "fetched_at", "charset")}
    file = scratch / "pages.parquet"
    pq.write_table(pa.table({"id": [page.origin.record for page in raw], "html": [page.body for page in raw], **columns}), file)
    articles = ds.dataset(articles_of(file, scratch)).to_table(columns=["id", "source_record", "flags"]).to_pylist()
    layers: dict[str, dict[int, str]] = defaultdict(dict)
    removed = ds.dataset(scratch / "pages" / "clean" / "removed").to_table(columns=["id", "position", "layer"])
    for row in removed.to_pylist():
        layers[row["id"]][row["position"]] = row["layer"]
    drafts = (draft for path in scratch.rglob("drafts/*/*.parquet") for draft in read_drafts(path) if isinstance(draft, Draft))
    blocks = {draft.origin.record: draft.blocks for draft in drafts}
    for row in articles:
        record, flagged = row["source_record"], Flag.MOSTLY_BOILERPLATE in row["flags"]
        yield Published(record=record, blocks=blocks[record], layers=layers[row["id"]], flagged=flagged)


def invented_pages(sites: int, pages: int, seed: int) -> Iterator[Labelled]:
    """Yields the pages of invented sites, all in one group."""
    for site in invented_sites(sites, pages, seed):
        for page in site:
            yield Labelled(raw=page.raw, group="all", labels=partial(_roles, page))


def _roles(page: InventedPage, texts: Sequence[str]) -> list[str]:
    roles = map(page.roles.get, texts)
    return [f"{GOLD if role.is_gold else TEMPLATE}: {role.name}" if role else UNLABELLED for role in roles]


def labelled_pages(corpus: Path) -> Iterator[Labelled]:
    """Yields the pages of sites that have enough of them, grouped by part. A page without an address gets one, made of its site's name."""
    from benchmarks.labels import labels_of  # noqa: PLC0415 - needs benchmarks/requirements.txt, which invented sites do not

    places = pq.read_table(corpus, columns=["id", "url", "site"]).to_pylist()
    sites = {place["id"]: site_key(place["url"], place["site"]) for place in places}
    counts = Counter(filter(None, sites.values()))
    wanted = {page for page, site in sites.items() if counts[site] >= MIN_ARTICLES}
    names = {1: GOLD, 0: TEMPLATE, -1: UNLABELLED}

    def labels(row: Mapping[str, Any], texts: Sequence[str]) -> list[str]:
        return [names[label] for label in labels_of(texts, row)]

    for batch in pq.ParquetFile(corpus).iter_batches(batch_size=32):
        for row in filter(lambda row: row["id"] in wanted, batch.to_pylist()):
            yield Labelled(raw=_raw_page(corpus, row), group=part_of(row["url"], row["site"]).value, labels=partial(labels, row))


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
