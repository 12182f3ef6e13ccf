"""Compares copydesk's titles, authors and dates with other libraries' on the labelled pages in ../shared.

    .venv/bin/python -m pip install -r benchmarks/requirements.txt
    .venv/bin/python benchmarks/metadata.py [CORPUS ...] [--scratch FOLDER]

Prints two Markdown tables a corpus: against all labels, and without those that wrong_gold.toml lists.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pyarrow.parquet as pq

from benchmarks.corpora import CORPORA, Part, corpus_file, part_of
from benchmarks.isolated import Failure, Isolated
from benchmarks.running import WORKERS, articles_of
from benchmarks.tables import print_table
from benchmarks.wrong_gold import without_wrong_labels

try:
    from score import load_articles, load_gold, score  # ../shared/score, which benchmarks.corpora puts on the path

    from benchmarks.peer_metadata import PEERS
except ModuleNotFoundError as missing:
    sys.exit(
        "no ../shared beside this checkout: its labelled pages and their scorer are not part of the project"
        if missing.name == "score"
        else f"{missing.name} is missing: .venv/bin/python -m pip install -r benchmarks/requirements.txt"
    )

PAGE_LIMIT_S: Final = 30.0
FIGURES: Final = {"title": "title", "author_f1": "author F1", "date": "date", "date_wrong": "date wrong"}
ALL: Final = "all"

Rows = Mapping[str, Mapping[str, Any]]  # by page id: title, authors, date_published_day


def main() -> None:
    """Prints the tables of the corpora that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="*", default=CORPORA, help=f"of {', '.join(CORPORA)}; all, where none is named")
    parser.add_argument("--scratch", type=Path, help="folder for copydesk's runs, kept, so that the next is faster; else a temporary one")
    arguments = parser.parse_args()
    if unknown := set(arguments.corpus) - set(CORPORA):
        parser.error(f"no such corpus: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="copydesk-metadata-") as temporary:
        for name in arguments.corpus:
            compare(name, arguments.scratch or Path(temporary))


def compare(name: str, scratch: Path) -> None:
    """Prints a corpus's two tables; copydesk's run is kept below `scratch`."""
    corpus = corpus_file(name)
    systems: dict[str, Rows] = {"copydesk": load_articles(articles_of(corpus, scratch))}
    with ThreadPoolExecutor(WORKERS) as pool:  # each thread waits for a process
        systems |= zip(PEERS, pool.map(lambda peer: _peer_rows(peer, PEERS[peer], corpus), PEERS), strict=True)
    pages = list(load_gold(corpus))
    parts = [part_of(place["url"], place["site"]).value for place in pq.read_table(corpus, columns=["url", "site"]).to_pylist()]
    show(f"{name}, all labels", pages, parts, systems)
    show(f"{name}, without labels known to be wrong", without_wrong_labels(name, pages), parts, systems)


def show(title: str, pages: list[SimpleNamespace], parts: list[str], systems: Mapping[str, Rows]) -> None:
    """Prints one table, part by part."""
    bare = [SimpleNamespace(**vars(page) | {"text": None, "with_": [], "without": []}) for page in pages]  # the body is benchmarks/quality.py's
    rows = []
    for part in (*Part, ALL):
        members = [page for page, its_part in zip(bare, parts, strict=True) if part in {its_part, ALL}]
        for system, answers in systems.items():
            figures = score(members, answers)
            rows.append([system, part, *(f"{figures[figure]:.3f}" for figure in FIGURES), f"{len(members)}"])
    print_table(title, ["system", "sites", *FIGURES.values(), "pages"], rows)


def _peer_rows(name: str, metadata: Callable[[bytes], str], corpus: Path) -> Rows:
    rows: dict[str, Mapping[str, Any]] = {}
    failures: Counter[str] = Counter()
    with Isolated(metadata, limit_s=PAGE_LIMIT_S) as isolated:
        for batch in pq.ParquetFile(corpus).iter_batches(batch_size=32, columns=["id", "html"]):
            for identity, html in zip(batch["id"].to_pylist(), batch["html"].to_pylist(), strict=True):
                answer = isolated(html)
                if isinstance(answer, Failure):
                    failures[answer.cause] += 1
                else:
                    rows[identity] = json.loads(answer)
    print(f"{corpus.stem}: {name} is done; failed: {dict(failures)}", file=sys.stderr)
    return rows


if __name__ == "__main__":
    main()
