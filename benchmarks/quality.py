"""Compares copydesk's article bodies with other libraries' on the labelled pages in ../shared, from HTML and from plain text.

    .venv/bin/python -m pip install -r benchmarks/requirements.txt
    .venv/bin/python benchmarks/quality.py [CORPUS ...] [--scratch FOLDER]

Prints two Markdown tables a corpus. All three corpora take about ten minutes on two cores.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from benchmarks.corpora import CORPORA, named_corpora, write_text_twin
from benchmarks.isolated import Failure, Isolated
from benchmarks.line_filter import filtered_text
from benchmarks.running import WORKERS, articles_of
from benchmarks.tables import print_table

try:
    from benchmarks.peers import PEERS
    from benchmarks.scoring import ALL, scores_by_part, scores_of_articles
except ModuleNotFoundError as missing:
    sys.exit(
        "no ../shared beside this checkout: its labelled pages and their scorer are not part of the project"
        if missing.name == "score"
        else f"{missing.name} is missing: .venv/bin/python -m pip install -r benchmarks/requirements.txt"
    )

PAGE_LIMIT_S: Final = 30.0  # no page of the corpora comes near it, on a loaded machine either
WHOLE_BODY: Final = {"bag_f1": "bag F1", "shingle_f1": "shingle F1", "exact": "exact", "bag_f1_under_.8": "under .8"}
SNIPPETS: Final = {"seg_f1": "snippet F1", "seg_leak": "leak", "seg_recall": "recall"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A system's figures on a corpus by part, and what kept it from giving a text."""

    system: str
    scores: dict[str, dict[str, float]]
    failures: Counter[str]


def main() -> None:
    """Prints the tables of the corpora that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="*", help=f"of {', '.join(CORPORA)}; all, where none is named")
    parser.add_argument("--scratch", type=Path, help="folder for copydesk's runs, kept, so that the next is faster; else a temporary one")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copydesk-quality-") as temporary:
        for pages in named_corpora(arguments.corpus):
            compare(pages, arguments.scratch or Path(temporary))


def compare(pages: Path, scratch: Path) -> None:
    """Prints a corpus's two tables: from HTML, and from the plain-text twin, which is written below `scratch`."""
    twin = write_text_twin(pages, scratch)
    with ThreadPoolExecutor(WORKERS) as pool:  # each thread waits for a process
        of_peers = list(pool.map(lambda peer: _peer_result(peer, PEERS[peer], pages), PEERS))
    show(f"{pages.stem}, from HTML", [_our_result(pages, scratch), *of_peers])
    show(f"{pages.stem}, from plain text", [_our_result(twin, scratch), _line_filter_result(twin)])


def show(title: str, results: list[Result]) -> None:
    """Prints one table, part by part, and below it which system failed on how many pages."""
    figures = WHOLE_BODY if WHOLE_BODY.keys() <= results[0].scores[ALL].keys() else SNIPPETS
    rows = [_row(part, result, figures) for part in results[0].scores for result in results]
    print_table(title, ["system", "sites", *figures.values(), "pages", "no text"], rows)
    for result in results:
        if result.failures:
            print(f"\n{result.system} failed: {', '.join(f'{count} × {cause}' for cause, count in result.failures.most_common())}")


def _row(part: str, result: Result, figures: Mapping[str, str]) -> list[str]:
    scores = result.scores[part]
    without_text = round(scores["n"] * (1 - scores["with_row"]))
    return [result.system, part, *(f"{scores[figure]:.3f}" for figure in figures), f"{scores['n']}", f"{without_text}"]


def _our_result(corpus: Path, scratch: Path) -> Result:
    articles = articles_of(corpus, scratch)
    print(f"{corpus.stem}: copydesk is done", file=sys.stderr)
    return Result(system="copydesk", scores=scores_of_articles(corpus, articles), failures=Counter())


def _line_filter_result(twin: Path) -> Result:
    texts = {identity: filtered_text(text) for identity, text in _pages(twin, "text")}
    return Result(system="C4's line filter", scores=_scores(twin, texts), failures=Counter())


def _peer_result(name: str, body_text: Callable[[bytes], str], corpus: Path) -> Result:
    texts: dict[str, str] = {}
    failures: Counter[str] = Counter()
    with Isolated(body_text, limit_s=PAGE_LIMIT_S) as isolated:
        for identity, html in _pages(corpus, "html"):
            answer = isolated(html)
            if isinstance(answer, Failure):
                failures[answer.cause] += 1
            else:
                texts[identity] = answer
    print(f"{corpus.stem}: {name} is done", file=sys.stderr)
    return Result(system=name, scores=_scores(corpus, texts), failures=failures)


def _scores(corpus: Path, texts: dict[str, str]) -> dict[str, dict[str, float]]:
    return scores_by_part(corpus, {identity: {"text": text} for identity, text in texts.items() if text.strip()})


def _pages(corpus: Path, column: str) -> Iterator[tuple[str, Any]]:
    """Each page's id and its HTML (bytes) or text."""
    for batch in pq.ParquetFile(corpus).iter_batches(batch_size=32, columns=["id", column]):
        yield from zip(batch["id"].to_pylist(), batch[column].to_pylist(), strict=True)


if __name__ == "__main__":
    main()
