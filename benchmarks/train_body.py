"""Trains the models that weigh a page's blocks and a plain text's lines, and writes their data files.

    .venv/bin/python benchmarks/train_body.py [--part tune] [--scratch FOLDER]

With `--part tune` only the pages for tuning are learned from, so that benchmarks/quality.py shows on the held-out sites what carries over.
Without it, all labelled pages are: that is the model that the package ships. Needs `pip install -r benchmarks/requirements.txt`.
"""

from __future__ import annotations

import argparse
import math
import pickle
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np
import orjson
import pyarrow.parquet as pq

from benchmarks.corpora import CORPORA, Part, corpus_file, part_of, site_key
from benchmarks.labels import Labels, labels_of
from pipeline.records import Media, Reject
from pipeline.stages import plain_text
from pipeline.stages.body import model
from pipeline.stages.body.columns import Features
from pipeline.stages.body.hints import Hints
from pipeline.stages.body.page_features import name_words, page_features
from pipeline.stages.body.second_features import with_extraction, with_scores
from pipeline.stages.body.text_features import text_features
from pipeline.stages.body.walk import PageBlock, page_blocks
from pipeline.stages.decode import decode
from pipeline.stages.extract import extracted_blocks, hints_of
from pipeline.stages.metadata import read_candidates
from pipeline.stages.parse import parse_html

MIN_SITES = 8  # a class name must stand on this many sites: what a few share is their software's, or chance
# Of the first reading, which weighs every block of a page, and of the second, which weighs few and can afford more, as text can.
FIRST, SECOND = {"num_iterations": 100, "learning_rate": 0.15}, {"num_iterations": 200, "learning_rate": 0.08}
SETTINGS = {
    "objective": "binary",
    "num_leaves": 31,
    "max_depth": 7,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.4,
    "lambda_l2": 5,
    "max_bin": 63,
    "seed": 1,
    "deterministic": True,
    "force_col_wise": True,
    "num_threads": 2,
    "verbose": -1,
}
# The snippets of trafilatura's set label a few blocks a page; so its pages weigh less than those with the whole text labelled.
SNIPPET_PAGE_WEIGHT = 0.25
EXCERPT_WEIGHT = 0.25  # of a text that has its article and little else: its lines are learned from already


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPage:
    """A page as the extractor sees it, and which of its blocks are the article."""

    site: str
    part: Part
    weight: float
    blocks: tuple[PageBlock, ...]
    extracted: tuple[bool, ...]
    hints: Hints
    labels: Labels
    lines: tuple[str, ...]
    line_labels: Labels


def labelled_page(row: Mapping[str, Any]) -> LabelledPage | None:
    """Returns a corpus row as blocks with labels; None where the page is empty."""
    body = row["html"] if isinstance(row["html"], bytes) else row["html"].encode()
    try:
        tree = parse_html(decode(body, Media.HTML, None if isinstance(row["html"], bytes) else "utf-8").text)
    except Reject:
        return None
    blocks = page_blocks(tree)
    lines = plain_text.text_lines(row["page_text"] or "")
    hints = hints_of(read_candidates(tree, row["url"]).candidates)
    return LabelledPage(
        site=site_key(row["url"], row["site"]),
        part=part_of(row["url"], row["site"]),
        weight=1.0 if row["gold_text"] else SNIPPET_PAGE_WEIGHT,
        blocks=blocks,
        extracted=extracted_blocks(tree, blocks),
        hints=hints,
        labels=labels_of([block.text for block in blocks], row),
        lines=lines,
        line_labels=labels_of(lines, row),
    )


def labelled_pages(scratch: Path | None) -> list[LabelledPage]:
    """Returns all pages of the corpora; read from the scratch folder where they lie there from an earlier run."""
    stored = scratch / "labelled.pickle" if scratch else None
    if stored and stored.exists():
        return pickle.loads(stored.read_bytes())  # noqa: S301 - written by this script
    rows = [row for name in CORPORA for row in pq.read_table(corpus_file(name)).to_pylist()]
    with ProcessPoolExecutor(2) as pool:
        pages = [page for page in pool.map(labelled_page, rows, chunksize=8) if page]
    if stored:
        stored.parent.mkdir(parents=True, exist_ok=True)
        stored.write_bytes(pickle.dumps(pages))
    return pages


def name_weights(pages: Iterable[LabelledPage]) -> dict[str, float]:
    """Returns, for each word in class names of enough sites, the logarithm of the odds that it stands around article text."""
    inside: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    sites: defaultdict[str, set[str]] = defaultdict(set)
    for page in pages:
        mine: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        for block, label in zip(page.blocks, page.labels, strict=True):
            if label >= 0:
                mine[label].update({word for place in block.place.around() for word in name_words(place.names)})
        for word in mine[0].keys() | mine[1].keys():
            both = mine[0][word] + mine[1][word]
            inside[word] += mine[1][word] / both
            outside[word] += mine[0][word] / both
            sites[word].add(page.site)
    return {word: round(math.log((inside[word] + 1) / (outside[word] + 1)), 2) for word in sorted(sites) if len(sites[word]) >= MIN_SITES}


def half_of(page: LabelledPage) -> int:
    """Returns 0 or 1 by the page's site: a page's class names are weighed by the sites of the other half, as those of an unknown site are."""
    return sha256(page.site.encode()).digest()[1] % 2


def fold_of(page: LabelledPage) -> int:
    """Returns 0 to 3 by the page's site."""
    return sha256(page.site.encode()).digest()[2] % 4


def block_weights(words: Sequence[float], labels: Labels, page_weight: float) -> np.ndarray:
    """Returns how much each block counts: by its words, with every page as much as any other."""
    labelled = np.array(labels) >= 0
    weights = (np.array(words) + 4) * labelled
    if page_weight < 1:
        return weights / max(1.0, weights.sum()) * page_weight
    return weights / (np.array(words)[np.array(labels) == 1].sum() + 60)


class Sample(NamedTuple):
    """A page's blocks, or its lines, as features, with their labels and with how much each counts."""

    features: Features
    labels: Labels
    weights: np.ndarray


def sample_of(features: Features, labels: Labels, page_weight: float) -> Sample:
    """Returns a page's sample."""
    return Sample(features, labels, block_weights(np.expm1(features.column("words")), labels, page_weight))


def text_samples(page: LabelledPage) -> Iterator[Sample]:
    """Yields a page's text as a scrape has it, and, as not every text is the whole page, its article with little around it, whole and cut short."""
    yield sample_of(text_features(page.lines), page.line_labels, page.weight)
    own = [place for place, label in enumerate(page.line_labels) if label == 1 and place > 0]
    if page.weight < 1 or not own:  # of the pages with lower weight few lines are labelled
        return
    titled, above, below, paragraphs, below_cut = (byte % 8 for byte in sha256(page.lines[0].encode()).digest()[:5])
    for last, more in ((own[-1], below), (own[: paragraphs + 3][-1], below_cut)):
        places = [0] * (titled > 0) + list(range(max(1, own[0] - above), min(len(page.lines), last + 1 + more)))
        sample = sample_of(text_features([page.lines[place] for place in places]), tuple(page.line_labels[place] for place in places), page.weight)
        yield sample._replace(weights=sample.weights * EXCERPT_WEIGHT)


def fitted(samples: Sequence[Sample], size: Mapping[str, float]) -> lightgbm.Booster:
    """Returns trees fitted to the labelled rows."""
    known = [np.array(sample.labels) >= 0 for sample in samples]
    matrix = np.vstack([sample.features.values[mask] for sample, mask in zip(samples, known, strict=True)])
    target = np.concatenate([np.array(sample.labels)[mask] for sample, mask in zip(samples, known, strict=True)])
    weight = np.concatenate([sample.weights[mask] for sample, mask in zip(samples, known, strict=True)])
    return lightgbm.train(SETTINGS | size, lightgbm.Dataset(matrix, target, weight=weight / weight.mean()))


def fit(name: str, samples: Sequence[Sample], size: Mapping[str, float], weights: Mapping[str, float]) -> None:
    """Fits trees to the samples and writes them as the package's data file of that name."""
    names = samples[0].features.names
    file = Path(model.__file__).with_name(f"{name}_model.json")
    data = {
        "features": names,
        "name_weights": weights,
        "depth": SETTINGS["max_depth"],
        "trees": [tree_data(tree) for tree in fitted(samples, size).model_to_string().split("\nTree=")[1:]],
    }
    file.write_bytes(orjson.dumps(data) + b"\n")
    print(f"{name}: {len(samples)} pages, {len(names)} features, {file.stat().st_size // 1000} kB")


def scores_of_strangers(samples: Sequence[Sample], folds: Sequence[int]) -> list[np.ndarray]:
    """Returns each page's scores by a model that has not seen its site, as the second reading will find them on sites never seen."""
    models = {fold: fitted([sample for sample, own in zip(samples, folds, strict=True) if own != fold], FIRST) for fold in sorted(set(folds))}
    return [np.asarray(models[fold].predict(sample.features.values)) for sample, fold in zip(samples, folds, strict=True)]


def tree_data(tree: str) -> dict[str, list[float]]:
    """Returns one tree of LightGBM's text format in the form that pipeline/stages/body/model.py reads."""
    lines = dict(line.split("=", 1) for line in tree.splitlines() if "=" in line)

    def numbers(name: str) -> list[float]:
        return [float(number) for number in lines.get(name, "").split()]

    return {
        "questions": [int(number) for number in numbers("split_feature")],
        "thresholds": [significant(number, 7) for number in numbers("threshold")],
        "first": [int(number) for number in numbers("left_child")],
        "second": [int(number) for number in numbers("right_child")],
        "inner": [significant(number) for number in numbers("internal_value")],
        "leaves": [significant(number) for number in numbers("leaf_value")],
    }


def significant(value: float, digits: int = 4) -> float:
    """Returns the number with so many digits: the data file is to be read by people, too."""
    return float(f"{value:.{digits}g}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=["tune"])
    parser.add_argument("--scratch", type=Path, help="a folder that keeps the labelled pages between runs")
    arguments = parser.parse_args()
    pages = [page for page in labelled_pages(arguments.scratch) if arguments.part is None or page.part == arguments.part]
    fit("text", [sample for page in pages if page.lines for sample in text_samples(page)], SECOND, {})
    fit_page_models([page for page in pages if page.blocks])


def fit_page_models(pages: Sequence[LabelledPage]) -> None:
    """Fits the models of both readings, with and without an extractor's view."""
    halves = [name_weights(page for page in pages if half_of(page) != half) for half in (0, 1)]
    own = [page_features(page.blocks, page.hints, halves[half_of(page)]) for page in pages]
    samples = [sample_of(facts.features, page.labels, page.weight) for facts, page in zip(own, pages, strict=True)]
    fit("page", samples, FIRST, name_weights(pages))
    scores = scores_of_strangers(samples, [fold_of(page) for page in pages])
    reread = [sample._replace(features=with_scores(*read)) for sample, *read in zip(samples, own, scores, strict=True)]
    fit("second_reading", reread, SECOND, {})
    asked = [it._replace(features=with_extraction(it.features, np.array(page.extracted, dtype=bool))) for it, page in zip(reread, pages, strict=True)]
    fit("second_opinion", asked, SECOND, {})


if __name__ == "__main__":
    main()
