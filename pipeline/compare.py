"""What other rules, or another run, would change: the same articles before and after, field by field and paragraph by paragraph."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from heapq import heappop, heappush
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from pipeline.learn import TEMPLATES_KIND, Resources, SiteTemplates, connected, place_of, site_templates
from pipeline.learning import known_files
from pipeline.outcomes import clean_outcome
from pipeline.pages import Cleaned, clean_draft
from pipeline.planning import drafts_basis
from pipeline.records import Article, Draft
from pipeline.rules import RuleError, RuleSet, load_rules
from pipeline.settings import Settings
from pipeline.stages.metadata import site_of
from pipeline.store.cache import DRAFTS
from pipeline.store.drafts import addresses, page_count, read_drafts
from pipeline.store.errors import StoreError
from pipeline.store.ledger import Ledger, existing_ledger
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
    changed: int = 0
    vanished: int = 0  # articles before, and none after
    appeared: int = 0
    fields: Counter[str] = field(default_factory=Counter)  # how many articles differ in each
    _largest: list[tuple[int, str, int, Change]] = field(default_factory=list)  # a heap: characters, name, and a number, for changes have no order
    removed: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    @property
    def changed_share(self) -> float:
        """The share of the articles that come out otherwise, or not at all, or for the first time; 0 to 1."""
        return self.changed / self.articles if self.articles else 0.0

    @property
    def largest(self) -> list[Change]:
        """The changes of most text, the largest first."""
        return [change for *_, change in sorted(self._largest, key=itemgetter(0, 1, 2), reverse=True)]

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
        self.changed += 1
        change = Change(name=name, fields=differing, lost=_only_in(old, new), gained=_only_in(new, old))
        heappush(self._largest, (change.characters, change.name, self.changed, change))
        if len(self._largest) > LARGEST:
            heappop(self._largest)

    def add_removed(self, side: int, rule: str, characters: int) -> None:
        """Takes in what a rule takes out on side 0, before, or 1, after."""
        self.removed[rule][side] += characters


def compare_rules(settings: Settings, rules: Path, pages: int) -> Comparison:
    """Cleans a sample of the cached drafts with the dataset's rules and with those of another folder; returns what differs.

    The sample holds about so many pages, and is the same as long as the cache holds the same pages.
    Raises StoreError where there is no dataset or no draft, RuleError where the rules cannot be used, or select otherwise on sites of the cache: what its
    drafts hold was selected with the dataset's rules.
    """
    files = _files(settings)
    sets = [load_rules(settings.rules), load_rules(rules)]
    _check_selectors(sets[0], sets[1], rules, files)
    learned = next(iter(known_files(settings.state_dir, TEMPLATES_KIND)), None)
    sides = [_Side(rules=side, learned=learned, min_words=settings.min_words) for side in sets]
    comparison = Comparison()
    for draft in _sample(files, pages):
        cleaned = [side.cleaned(draft) for side in sides]
        before, after = (_values(it.article) if it else None for it in cleaned)
        addresses = (it.article.canonical_url for it in cleaned if it and it.article.canonical_url)
        comparison.add(next(addresses, f"{draft.origin.uri}#{draft.origin.record}"), before, after)
        for number, it in enumerate(cleaned):
            for removal in it.removals if it else ():
                comparison.add_removed(number, removal.rule_id, len(removal.text))
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


def _files(settings: Settings) -> dict[Path, set[str]]:
    """The drafts that count, as today's extraction makes them with the dataset's settings and rules, and which inputs each counts for."""
    with closing(Ledger(existing_ledger(settings.state_dir))) as ledger:
        sources: dict[str, set[str]] = {}
        for uri, name in ledger.input_drafts():
            sources.setdefault(name, set()).add(uri)
    folder, basis = settings.state_dir / DRAFTS / extractor_version(), drafts_basis(settings)
    files = {folder / name: uris for name, uris in sorted(sources.items()) if name.startswith(basis) and (folder / name).is_file()}
    if not files:
        raise StoreError(f"{folder.parent} holds no drafts of today's extractor and settings: `copydesk clean --reclean` makes them")
    return files


def _check_selectors(own: RuleSet, others: RuleSet, folder: Path, files: Iterable[Path]) -> None:
    """Raises RuleError for sites, of pages in these files, on which the two select otherwise."""
    differing = {site for site in own.selectors.keys() | others.selectors.keys() if own.selectors.get(site) != others.selectors.get(site)}
    met = sorted(differing & {site_of(url) for file in files for url in addresses(file)}) if differing else []
    if met:
        problem = f"other selectors for {', '.join(met)}, and drafts are made with them: clean with each set of rules into a folder of its own, and compare these"
        raise RuleError(str(folder), None, problem)


def _sample(files: Mapping[Path, Collection[str]], pages: int) -> Iterator[Draft]:
    """About so many of the drafts in these files, chosen by a hash of where their pages come from."""
    share = pages / max(1, sum(map(page_count, files)))
    for file, inputs in files.items():
        for page in read_drafts(file, inputs):
            if isinstance(page, Draft) and _place(page) < share:
                yield page


def _place(draft: Draft) -> float:
    """A number from 0 to 1, made of where the page comes from."""
    digest = hashlib.blake2b(f"{draft.origin.uri}\0{draft.origin.record}".encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One set of rules, with what was learned, each site's part of which is read once."""

    rules: RuleSet
    learned: Path | None
    min_words: int
    templates: dict[str, SiteTemplates | None] = field(default_factory=dict)

    def cleaned(self, draft: Draft) -> Cleaned | None:
        """Returns the draft's article; None where it is none."""
        outcome = clean_outcome(draft, lambda page: clean_draft(page, self.rules, min_words=self.min_words, templates=self._templates_of(page)))
        return outcome if isinstance(outcome, Cleaned) else None

    def _templates_of(self, draft: Draft) -> dict[str, SiteTemplates]:
        place = place_of(draft)
        if place is None:
            return {}
        if place.site not in self.templates:
            self.templates[place.site] = site_templates(self.learned, {place.site}, self.rules).get(place.site)
        found = self.templates[place.site]
        return {place.site: found} if found else {}


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
