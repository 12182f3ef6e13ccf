"""Measures how well duplicates are found among invented articles, and what is called a duplicate by how much alike two texts truly are.

.venv/bin/python benchmarks/duplicates.py [--articles 20000] [--pairs 2000]
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from benchmarks.invented_stories import FIRST_INSTANT, InventedArticle, copied, invented_article, invented_paragraphs, replace_ends
from benchmarks.tables import print_table
from pipeline.learn.database import Resources
from pipeline.learn.duplicates import THRESHOLD, DuplicatesTask, find_duplicates
from pipeline.learn.duplicates_candidates import MIN_ESTIMATE
from pipeline.learn.duplicates_clusters import Verdict
from pipeline.learn.duplicates_files import Fingerprint, write_fingerprints
from pipeline.learn.duplicates_sketch import Sketch, jaccard, shingle_hashes, sketch
from pipeline.stages.fingerprint import content_hash

COPIES: Final = ("exact", "edited", "agency")
SIMILARITIES: Final = (0.70, 0.75, 0.80, 0.85, 0.90)
SPACED_LANGUAGES: Final = ("en", "de", "es", "ru")
_BIN: Final = 0.01


def main() -> None:
    """Prints recall and precision by kind of copy, and recall by true similarity."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--pairs", type=int, default=2_000, help="for each similarity")
    arguments = parser.parse_args()
    articles = [invented_article(number) for number in range(arguments.articles)]
    print_table(
        "Copies found", ["kind", "articles", "true similarity", "called duplicates", "of the right story"], kind_rows(articles, found_among(articles))
    )
    rows = [similarity_row(similarity, arguments.pairs) for similarity in SIMILARITIES]
    print_table("By true similarity", ["similarity", "pairs", "in a common band", "and signatures agree", "called duplicates"], rows)


def found_among(articles: Sequence[InventedArticle], resources: Resources | None = None) -> dict[str, Verdict]:
    """Returns the verdicts on those of the articles that are duplicates, by id, as one run finds them."""
    texts = {article.id: article.text for article in articles}
    with TemporaryDirectory() as folder:
        scratch = Path(folder)
        new = write_fingerprints(scratch / "new.parquet", map(invented_fingerprint, articles), FIRST_INSTANT)
        task = DuplicatesTask(new=(new,), found=scratch / "found.parquet", resources=resources or Resources(temporary=scratch))
        return {verdict.id: verdict for verdict in find_duplicates(task, lambda ids: {article: texts[article] for article in ids})}


def invented_fingerprint(article: InventedArticle) -> Fingerprint:
    """Returns the fingerprint that a run would make of the article."""
    return Fingerprint(id=article.id, content_hash=content_hash(article.text), published=article.published, sketch=sketch(article.text))


def recall_and_precision(articles: Sequence[InventedArticle], found: Mapping[str, Verdict]) -> tuple[float, float]:
    """Returns the share of the copies' stories that are published once, and the share of the duplicates that are of their canonical's story."""
    stories = {article.id: article.story for article in articles}
    told = Counter(article.story for article in articles)
    copies = sum(count - 1 for count in told.values())
    right = sum(stories[verdict.id] == stories[verdict.duplicate_of or ""] for verdict in found.values())
    return right / copies, right / len(found)


def kind_rows(articles: Sequence[InventedArticle], found: Mapping[str, Verdict]) -> list[list[str]]:
    """Returns one row for each kind of copy, and one for all that is no copy. A copy may be the canonical one: then its story's first article is the duplicate."""
    by_story = {article.story: article for article in articles if article.kind not in COPIES}
    rows = []
    for kind in COPIES:
        pairs = [(by_story[article.story], article) for article in articles if article.kind == kind]
        true = [jaccard(shingle_hashes(first.text), shingle_hashes(second.text)) for first, second in pairs]
        hits = [(first, second) for first, second in pairs if {first.id, second.id} & found.keys()]
        right = sum(_links(first, second, found) for first, second in hits)
        rows.append(
            [kind, str(len(pairs)), f"{min(true):.2f} to {max(true):.2f}", f"{len(hits) / len(pairs):.4f}", f"{right / max(1, len(hits)):.4f}"]
        )
    copied_stories = {article.story for article in articles if article.kind in COPIES}
    rest = [article for article in articles if article.story not in copied_stories]
    rows.append(["no copies", str(len(rest)), "", f"{sum(article.id in found for article in rest) / len(rest):.4f}", ""])
    recall, precision = recall_and_precision(articles, found)
    rows.append(["all", str(len(articles)), "", f"recall {recall:.4f}", f"precision {precision:.4f}"])
    return rows


def similarity_row(similarity: float, count: int) -> list[str]:
    """Returns the row of `count` pairs with a true similarity of this and up to 0.01 more."""
    offered = agreeing = called = 0
    chance = random.Random(f"{similarity}")  # noqa: S311 - the same each time
    for number in range(count):
        first, second = _pair_of(similarity, number, chance)
        one, other = sketch(first), sketch(second)
        in_band = share_a_band(one, other)
        agree = in_band and equal_share(one, other) >= MIN_ESTIMATE
        offered, agreeing = offered + in_band, agreeing + agree
        called += agree and jaccard(shingle_hashes(first), shingle_hashes(second)) >= THRESHOLD
    return [f"{similarity:.2f}", str(count), *(f"{hits / count:.4f}" for hits in (offered, agreeing, called))]


def share_a_band(first: Sketch, second: Sketch) -> bool:
    """Returns whether two texts would be held against each other."""
    return not set(np.frombuffer(first.bands, "<i4")).isdisjoint(np.frombuffer(second.bands, "<i4"))


def equal_share(first: Sketch, second: Sketch) -> float:
    """Returns the share of the signatures' bytes that are equal."""
    return float(np.mean(np.frombuffer(first.signature, np.uint8) == np.frombuffer(second.signature, np.uint8)))


def _pair_of(similarity: float, number: int, chance: random.Random) -> tuple[str, str]:
    """Two texts of this similarity, one with another head and tail. Where they differ is nothing to a sketch, which is of a set."""
    language = SPACED_LANGUAGES[number % len(SPACED_LANGUAGES)]
    while True:
        story = chance.randrange(1_000_000, 2_000_000)
        original, copy = (invented_paragraphs(story, language, 300) for _ in range(2))
        replace_ends(copy, (1 - similarity) / (1 + similarity) - 0.005, language, chance)
        first, second = (copied(paragraphs, "own", language, chance) for paragraphs in (original, copy))
        if similarity <= jaccard(shingle_hashes(first), shingle_hashes(second)) < similarity + _BIN:
            return first, second


def _links(first: InventedArticle, second: InventedArticle, found: Mapping[str, Verdict]) -> bool:
    ids = {first.id, second.id}
    return any(found[article].duplicate_of in ids for article in ids & found.keys())


if __name__ == "__main__":
    main()
