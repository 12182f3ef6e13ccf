"""What other rules, or another run, would change: the same articles before and after, field by field and paragraph by paragraph."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from heapq import nlargest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pyarrow.parquet as pq

from pipeline.learn import Resources, connected, place_of, site_templates
from pipeline.learning import TEMPLATES, known_files
from pipeline.outcomes import clean_outcome
from pipeline.pages import Cleaned, clean_draft
from pipeline.records import Article, Draft
from pipeline.rules import RuleSet, load_rules
from pipeline.settings import Settings
from pipeline.store.drafts import read_drafts
from pipeline.store.errors import StoreError
from pipeline.store.ledger import Ledger
from pipeline.store.schema import ARTICLES
from pipeline.versions import extractor_version

LARGEST: Final = 10
_ROWS_AT_A_TIME: Final = 2_000

# What follows from other columns, or says where and when a row was made, is compared with those, or not at all.
_NOT_COMPARED: Final = {
    *("revision", "field_sources", "word_count", "removed_block_count", "content_hash", "simhash", "extractor", "extractor_version"),
    *("rules_version", "templates_version", "source_uri", "source_format", "source_record", "source_sha256", "charset", "fetched_at"),
    *("processed_at", "run_id", "id", "duplicate_of"),
}
COMPARED: Final = tuple(name for name in ARTICLES.names if name not in _NOT_COMPARED)

Values = Mapping[str, Any]  # the compared columns of one article


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An article that comes out otherwise: its address or id, the fields that differ, and the paragraphs of its text that only one side has."""

    name: str
    fields: tuple[str, ...]
    lost: tuple[str, ...]
    gained: tuple[str, ...]

    @property
    def characters(self) -> int:
        """How much text differs."""
        return sum(map(len, (*self.lost, *self.gained)))


@dataclass(slots=True, kw_only=True)
class Comparison:
    """What differs between two sides. `removed` has, by rule, the characters that each side takes out."""

    articles: int = 0  # that either side has
    vanished: int = 0  # articles before, and none after
    appeared: int = 0
    fields: Counter[str] = field(default_factory=Counter)  # how many articles differ in each
    changes: list[Change] = field(default_factory=list)
    removed: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    @property
    def changed_share(self) -> float:
        """The share of the articles that come out otherwise, or not at all, or for the first time; 0 to 1."""
        return len(self.changes) / self.articles if self.articles else 0.0

    @property
    def largest(self) -> list[Change]:
        """The changes of most text, the largest first."""
        return nlargest(LARGEST, self.changes, key=lambda change: (change.characters, change.name))

    def add(self, name: str, before: Values | None, after: Values | None) -> None:
        """Takes one article in, as either side has it; None where it has none."""
        self.articles += before is not None or after is not None
        differing = tuple(column for column in COMPARED if (before or {}).get(column) != (after or {}).get(column))
        if not differing:
            return
        self.vanished += after is None
        self.appeared += before is None
        if before is not None and after is not None:
            self.fields.update(differing)
        old, new = (_paragraphs(side) for side in (before, after))
        self.changes.append(Change(name=name, fields=differing, lost=_only_in(old, new), gained=_only_in(new, old)))

    def add_removed(self, side: int, rule: str, characters: int) -> None:
        """Takes in what a rule takes out on side 0, before, or 1, after."""
        self.removed[rule][side] += characters


def compare_rules(settings: Settings, rules: Path, pages: int) -> Comparison:
    """Cleans a sample of the cached drafts with the dataset's rules and with those of another folder; returns what differs.

    The sample holds about so many pages, and is the same as long as the cache holds the same pages.
    Raises StoreError where there is no dataset or no draft, RuleError where the rules cannot be used.
    """
    sides = [load_rules(settings.rules), load_rules(rules)]
    learned = next(iter(known_files(settings.state_dir, TEMPLATES)), None)
    comparison = Comparison()
    for draft in _sample(settings.state_dir, pages):
        cleaned = [_cleaned(draft, side, learned, settings.min_words) for side in sides]
        before, after = (_values(it.article) if it else None for it in cleaned)
        addresses = (it.article.canonical_url for it in cleaned if it and it.article.canonical_url)
        comparison.add(next(addresses, f"{draft.origin.uri}#{draft.origin.record}"), before, after)
        for side, it in enumerate(cleaned):
            for removal in it.removals if it else ():
                comparison.add_removed(side, removal.rule_id, len(removal.text))
    return comparison


def compare_datasets(before: Path, after: Path) -> Comparison:
    """Returns what differs between the articles of two published folders. Raises StoreError where one of them is none."""
    for folder in (before, after):
        if not list((folder / "articles").rglob("*.parquet")):
            raise StoreError(f"{folder} is no published dataset: it has no articles folder with Parquet in it")
    comparison = Comparison()
    with TemporaryDirectory(prefix="copydesk-") as temporary, connected(Resources(temporary=Path(temporary))) as database:
        both = database.sql(
            "SELECT coalesce(b.id, a.id) AS id, b, a FROM read_parquet($before) AS b FULL JOIN read_parquet($after) AS a USING (id) ORDER BY 1",
            params={"before": f"{before}/articles/**/*.parquet", "after": f"{after}/articles/**/*.parquet"},
        )
        for batch in both.to_arrow_reader(_ROWS_AT_A_TIME):
            rows: list[dict[str, Any]] = batch.to_pylist()
            for row in rows:
                comparison.add(_name(row), *(row[side] if row[side] and row[side]["id"] else None for side in "ba"))
        for side, folder in enumerate((before, after)):
            query = "SELECT rule_id, sum(length(text)) FROM read_parquet($removed) GROUP BY rule_id"
            rules: list[tuple[str, int]] = database.execute(query, {"removed": f"{folder}/removed/**/*.parquet"}).fetchall()
            for rule, characters in rules:
                comparison.add_removed(side, rule, int(characters))
    return comparison


def _sample(state: Path, pages: int) -> Iterator[Draft]:
    """About so many of the cached drafts that count, chosen by a hash of where their pages come from."""
    with closing(Ledger(state / "ledger.db")) as ledger:
        sources: dict[str, set[str]] = {}
        for uri, name in ledger.input_drafts():
            sources.setdefault(name, set()).add(uri)
    files = [file for file in sorted((state / "drafts" / extractor_version()).glob("*.parquet")) if file.name in sources]
    if not files:
        raise StoreError(f"{state / 'drafts'} holds no drafts of today's extractor: `copydesk clean --reclean` makes them")
    share = pages / max(1, sum(pq.read_metadata(file).num_rows for file in files))
    for file in files:
        for page in read_drafts(file):
            if isinstance(page, Draft) and page.origin.uri in sources[file.name] and _place(page) < share:
                yield page


def _place(draft: Draft) -> float:
    """A number from 0 to 1, made of where the page comes from."""
    digest = hashlib.blake2b(f"{draft.origin.uri}\0{draft.origin.record}".encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def _cleaned(draft: Draft, rules: RuleSet, learned: Path | None, min_words: int) -> Cleaned | None:
    place = place_of(draft)
    templates = site_templates(learned, {place.site}, rules) if place else {}
    outcome = clean_outcome(draft, lambda page: clean_draft(page, rules, min_words=min_words, templates=templates))
    return outcome if isinstance(outcome, Cleaned) else None


def _values(article: Article) -> Values:
    return {column: getattr(article, column) for column in COMPARED}


def _name(row: Mapping[str, Any]) -> str:
    name: str = next((side["canonical_url"] for side in (row["a"], row["b"]) if side and side["canonical_url"]), row["id"])
    return name


def _paragraphs(side: Values | None) -> list[str]:
    return side["text"].split("\n\n") if side else []


def _only_in(paragraphs: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """The paragraphs, in order, that stand more often here than there."""
    left = Counter(others)
    left.subtract(paragraphs)
    missing, found = -left, []
    for paragraph in paragraphs:
        if missing[paragraph] > 0:
            missing[paragraph] -= 1
            found.append(paragraph)
    return tuple(found)
