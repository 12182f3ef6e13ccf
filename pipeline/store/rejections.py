"""Rejected rows describe each input as it was last read: which sources' rows change with a run, and which only repeat what stands."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.records import SAMPLE_CHARACTERS, Reason, Repeat
from pipeline.store.accounts import RunInfo
from pipeline.store.keys import KEYS
from pipeline.store.ledger import Tally
from pipeline.store.parts import read_columns, with_values
from pipeline.store.schema import REJECTED

# What differs each time the same page is rejected for the same reason.
_PASSING: Final = frozenset({"elapsed_ms", "attempts", "processed_at", "run_id"})
_TOLD: Final = [name for name in REJECTED.names if name not in _PASSING]
_HASHES: Final = 1 << 128
_SOURCES_AT_A_TIME: Final = 5_000

Sums = Mapping[str, tuple[int, int]]  # source_uri -> rows, and the sum of their hashes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejections:
    """What a run does to the rejected rows: those of `changed` sources take the place of the earlier ones, those of `repeated` sources are dropped."""

    changed: frozenset[str]
    repeated: frozenset[str]
    earlier_files: Mapping[int, frozenset[str]]  # files (by ledger number) that hold rows of changed sources, and which


def sums_of(rejected: pa.Table) -> Sums:
    """Returns for each source its rows and the sum of their hashes, which no order or division into files changes."""
    sums: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    told = rejected.select(_TOLD)
    fetched_at = told.schema.get_field_index("fetched_at")
    told = told.set_column(fetched_at, "fetched_at", told["fetched_at"].cast(pa.int64()))  # a number's repr is the same everywhere
    for uri, row in zip(told["source_uri"].to_pylist(), told.to_pylist(), strict=True):
        rows, total = sums[uri]
        sums[uri] = rows + 1, (total + _row_hash(row.values())) % _HASHES
    return dict(sums)


def sums_in(path: Path) -> Sums:
    """Returns `sums_of` a rejected part."""
    return sums_of(read_columns(path, REJECTED.names))


def superseded(keys: Path, rows: Sequence[int], run: RunInfo) -> pa.Table:
    """Returns the rejected rows of staged articles, given by their rows in a keys part, that lost to a newer page of their id."""
    lost = read_columns(keys, KEYS.names).take(pa.array(rows, pa.int64()))
    newer = {"duplicate_of": lost["id"], "similarity": pa.nulls(lost.num_rows, pa.float64())}
    return _rejected(lost, Reason.SUPERSEDED, "Another page with this id is newer by its data.", newer, run)


def duplicates(articles: pa.Table, repeats: Mapping[str, Repeat], run: RunInfo) -> pa.Table:
    """Returns the rejected rows of articles, given as rows of theirs, that repeat others."""
    found = [repeats[name] for name in articles["id"].to_pylist()]
    facts = articles.append_column("text_sample", pc.utf8_slice_codeunits(articles["text"], 0, SAMPLE_CHARACTERS))
    facts = facts.append_column("char_count", pc.utf8_length(articles["text"]))
    older = {
        "duplicate_of": pa.array([repeat.duplicate_of for repeat in found], pa.string()),
        "similarity": pa.array([repeat.similarity for repeat in found], pa.float64()),
    }
    return _rejected(facts, Reason.DUPLICATE, "Another article tells the same and is older.", older, run)


def withdrawn(articles: pa.Table, reason: str, run: RunInfo) -> pa.Table:
    """Returns the rejected rows of articles, given as rows of theirs, that were withdrawn: where they came from, and nothing of what they say."""
    silent = articles.set_column(articles.schema.get_field_index("title"), "title", pa.nulls(articles.num_rows, pa.string()))
    silent = silent.append_column("text_sample", pa.nulls(articles.num_rows, pa.string()))
    silent = silent.append_column("char_count", pa.array([0] * articles.num_rows, pa.int64()))
    nobody = {"duplicate_of": pa.nulls(articles.num_rows, pa.string()), "similarity": pa.nulls(articles.num_rows, pa.float64())}
    return _rejected(silent, Reason.WITHDRAWN, reason, nobody, run)


def silenced(rejected: pa.Table, ids: Collection[str], reason: str) -> pa.Table:
    """Returns rejected rows with nothing left of what the withdrawn articles among them say."""
    names = [name for name in rejected["id"].to_pylist() if name in ids]
    values: dict[str, object] = {"title": None, "text_sample": None, "char_count": 0, "reason": Reason.WITHDRAWN.value, "detail": reason}
    for column, value in values.items():
        rejected = with_values(rejected, column, dict.fromkeys(names, value))
    return rejected


def _rejected(pages: pa.Table, reason: Reason, detail: str, other: Mapping[str, pa.Array], run: RunInfo) -> pa.Table:
    """The rejected rows of pages that the commit rejects, with the facts that they have as columns, and others."""
    told = {
        "stage": "publish",
        "reason": reason.value,
        "detail": detail,
        "retryable": False,
        "elapsed_ms": 0.0,
        "attempts": 1,
        "processed_at": run.started_at,
        "run_id": run.run_id,
    }
    columns = {name: pa.array([value] * pages.num_rows, REJECTED.field(name).type) for name, value in told.items()}
    columns |= other
    return pa.table(columns | {name: pages[name] for name in REJECTED.names if name not in columns})


def settle_rejections(
    read_again: Iterable[str], staged: Iterable[Sums], earlier: Callable[[Sequence[str]], Mapping[str, Sequence[Tally]]]
) -> Rejections:
    """Returns which sources' rejected rows a run changes, among the sources it read and those it rejected pages of."""
    now = _totals(staged)
    uris = sorted({*read_again, *now})
    changed: set[str] = set()
    files: dict[int, set[str]] = defaultdict(set)
    for start in range(0, len(uris), _SOURCES_AT_A_TIME):
        chunk = uris[start : start + _SOURCES_AT_A_TIME]
        stood = earlier(chunk)
        for uri in chunk:
            tallies = stood.get(uri, ())
            if now.get(uri, (0, 0)) != (sum(it.rows for it in tallies), sum(it.digest for it in tallies) % _HASHES):
                changed.add(uri)
                for tally in tallies:
                    files[tally.file].add(uri)
    frozen = {file: frozenset(sources) for file, sources in files.items()}
    return Rejections(changed=frozenset(changed), repeated=frozenset(now.keys() - changed), earlier_files=frozen)


def _totals(staged: Iterable[Sums]) -> dict[str, tuple[int, int]]:
    totals: dict[str, tuple[int, int]] = {}
    for sums in staged:
        for uri, (rows, digest) in sums.items():
            known_rows, known_digest = totals.get(uri, (0, 0))
            totals[uri] = known_rows + rows, (known_digest + digest) % _HASHES
    return totals


def _row_hash(values: Iterable[object]) -> int:
    return int.from_bytes(hashlib.blake2b(repr(tuple(values)).encode(), digest_size=16).digest())
