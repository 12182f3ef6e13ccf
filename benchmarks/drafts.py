"""Measures what the cached drafts save: pages per second of a first run, of one more over the same drafts, and of one with another rule.

    .venv/bin/python benchmarks/drafts.py [--pages 20000] [--workers 2] [--folder FOLDER]

The pages are invented: stories of sites in six languages, 45 a site, about 50 kB each with all that stands around a story. They are made first, and
kept in the folder for the next time. The runs are a user's runs but for the flow. Before them the engine cleans other pages: what it costs to start it, to
load models and to compile rules is no part of the figures.
"""

from __future__ import annotations

import argparse
import random
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import orjson

from benchmarks.invented_sites import invented_sites
from benchmarks.invented_surroundings import surrounded
from benchmarks.running import WORKERS, Silent
from benchmarks.tables import print_table
from pipeline.engines import PoolEngine
from pipeline.report.summary import Summary
from pipeline.run import clean_dataset
from pipeline.settings import Settings

SITE_PAGES: Final = 45  # as many as invented sites have days for
FILE_PAGES: Final = 250
WARM_UP_PAGES: Final = 270  # six sites, one of each language
WARM_UP_FILE_PAGES: Final = 27  # so many that each worker gets some
# Takes a paragraph of about every tenth page.
CHANGED_RULE: Final = """[[rule]]
name = "night-shift"
kind = "not_article"
why = "paragraphs on the night shift, of which the desk has heard enough"
match = ["^The night shift at the mill "]
drops = ["The night shift at the mill has begun to repair the tram depot."]
keeps = ["The harbour board praised the night shift at the mill."]
action = "drop"
"""


def main() -> None:
    """Prints pages per second of each run, how many times those of the first that is, and where the time went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--folder", type=Path, default=Path("drafts"), help="where pages and datasets go")
    arguments = parser.parse_args()
    raw = written_pages(arguments.folder / f"raw-{arguments.pages}", arguments.pages, seed=1)
    warm_up = written_pages(arguments.folder / "raw-warm-up", WARM_UP_PAGES, seed=2, file_pages=WARM_UP_FILE_PAGES)
    rules = _changed_rules(arguments.folder / "rules")
    clean = arguments.folder / "clean" / "measured"
    shutil.rmtree(clean.parent, ignore_errors=True)
    with PoolEngine(arguments.workers) as engine:
        others = Settings(raw=(warm_up,), clean=clean.parent / "warm-up")
        for settings in (others, others.model_copy(update={"rules": rules})):
            clean_dataset(settings, engine, Silent(), reclean=True)
        settings = Settings(raw=(raw,), clean=clean)
        first = clean_dataset(settings, engine, Silent())
        again = clean_dataset(settings, engine, Silent(), reclean=True)
        changed = clean_dataset(settings.model_copy(update={"rules": rules}), engine, Silent(), reclean=True)
    runs = {"first": first, "again": again, "another rule": changed}
    size = sum(file.stat().st_size for file in raw.iterdir()) / arguments.pages / 1000
    rows = [[name, *_figures(run, first)] for name, run in runs.items()]
    print_table(
        f"{first.pages_read:,} pages of {size:.0f} kB, {arguments.workers} workers",
        ["run", "seconds", "pages per second", "times the first", "revised"],
        rows,
    )
    stages = list(first.stage_seconds)
    print_table("Seconds", ["run", *stages], [[name, *(f"{run.stage_seconds[stage]:.2f}" for stage in stages)] for name, run in runs.items()])


def written_pages(folder: Path, count: int, *, seed: int, file_pages: int = FILE_PAGES) -> Path:
    """Returns the folder with so many pages as JSONL, made where it is not there yet; every file has pages of all sites."""
    if not folder.exists():
        making = folder.with_name(f"{folder.name}-making")
        making.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            files = [stack.enter_context((making / f"{number:03d}.jsonl").open("wb")) for number in range(-(-count // file_pages))]
            for line, file in zip(islice(_lines(count, seed), count), cycle(files), strict=False):
                file.write(line)
        making.rename(folder)
    return folder


def _lines(count: int, seed: int) -> Iterator[bytes]:
    """Pages as lines of JSON, site after site."""
    rng = random.Random(seed)  # noqa: S311 - nothing secret
    for site in invented_sites(-(-count // SITE_PAGES), SITE_PAGES, seed):
        titles = [line for page in site for line, role in page.roles.items() if role.name == "box"]
        for page in site:
            row = {"url": page.raw.url, "html": surrounded(page, titles, rng).decode(), "fetched_at": page.raw.fetched_at}
            yield orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def _changed_rules(folder: Path) -> Path:
    """A folder with one rule more."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "common.toml").write_text(CHANGED_RULE, encoding="utf-8")
    return folder


def _figures(run: Summary, first: Summary) -> list[str]:
    return [f"{run.seconds:.1f}", f"{run.pages_read / run.seconds:.0f}", f"{first.seconds / run.seconds:.1f}", f"{run.revised:,}"]


if __name__ == "__main__":
    main()
