"""Measures what known pages cost a run that brings new ones: the same new pages into an empty dataset, and into one that knows many.

    .venv/bin/python benchmarks/incremental.py [--known 100000] [--new 1000] [--workers 2] [--folder FOLDER]

The pages are invented articles of 500 sites, three in ten of them copies of others; the new ones of the size that news pages have, the known ones with nothing
around the article, so that they are soon read. They are made first; the dataset of the known ones is kept in the folder for the next time. The runs are a
user's runs but for the flow.
"""

from __future__ import annotations

import argparse
import random
import shutil
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Final

import orjson

from benchmarks.invented_sites import InventedPage
from benchmarks.invented_stories import InventedArticle, invented_article
from benchmarks.invented_surroundings import surrounded
from benchmarks.running import WORKERS, Silent
from benchmarks.tables import print_table
from pipeline.engines import PoolEngine
from pipeline.records import Media, Origin, RawPage, SourceFormat
from pipeline.report.summary import Summary
from pipeline.run import clean_dataset
from pipeline.settings import Settings

SITES: Final = 500
FILE_PAGES: Final = 500
KNOWN, NEW = "raw-known", "raw-new"


def main() -> None:
    """Prints the seconds of both runs by stage, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--known", type=int, default=100_000)
    parser.add_argument("--new", type=int, default=1_000)
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--folder", type=Path, default=Path("incremental"), help="where pages and datasets go")
    arguments = parser.parse_args()
    known = _pages(arguments.folder / f"{KNOWN}-{arguments.known}", range(arguments.known), bare_html)
    new_numbers = range(arguments.known, arguments.known + arguments.new)
    new = _pages(arguments.folder / f"{NEW}-{arguments.known}-{arguments.new}", new_numbers, _news_page)
    with PoolEngine(arguments.workers) as engine:
        large = Settings(raw=(known, new), clean=arguments.folder / f"large-{arguments.known}" / "clean")
        _fill(large.model_copy(update={"raw": (known,)}), engine)
        _run(_emptied(arguments.folder / "warm-up", new), engine)
        alone = _run(_emptied(arguments.folder / "small", new), engine)
        beside = _run(_copied(large, arguments.folder / "measured"), engine)
    stages = list(alone.stage_seconds)
    rows = [[name, f"{run.seconds:.1f}", *(f"{run.stage_seconds[stage]:.2f}" for stage in stages)] for name, run in _named(alone, beside)]
    print_table(f"{arguments.new:,} new pages, seconds", ["dataset", "run", *stages], rows)
    print(f"beside {arguments.known:,} known pages: {beside.seconds / alone.seconds:.2f} times as long")


def _named(alone: Summary, beside: Summary) -> list[tuple[str, Summary]]:
    return [("empty", alone), (f"{beside.pages_known:,} known pages", beside)]


def _fill(settings: Settings, engine: PoolEngine) -> None:
    if not (settings.clean / "_manifest.json").exists():
        shutil.rmtree(settings.clean.parent, ignore_errors=True)
        _run(settings, engine)


def _run(settings: Settings, engine: PoolEngine) -> Summary:
    return clean_dataset(settings, engine, Silent())


def _emptied(folder: Path, raw: Path) -> Settings:
    shutil.rmtree(folder, ignore_errors=True)
    return Settings(raw=(raw,), clean=folder / "clean")


def _copied(settings: Settings, folder: Path) -> Settings:
    """The dataset in another place, so that the next measurement finds the first one as it was."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(settings.clean.parent, folder)
    return settings.model_copy(update={"clean": folder / "clean"})


def _pages(folder: Path, numbers: range, html: Callable[[InventedArticle, int], bytes]) -> Path:
    """Returns the folder with the articles of these numbers as JSONL, made where it is not there yet."""
    if not folder.exists():
        making = folder.with_name(f"{folder.name}-making")
        making.mkdir(parents=True, exist_ok=True)
        for first in numbers[::FILE_PAGES]:
            with (making / f"{first:07d}.jsonl").open("wb") as file:
                file.writelines(_line(number, html) for number in numbers if first <= number < first + FILE_PAGES)
        making.rename(folder)
    return folder


def _line(number: int, html: Callable[[InventedArticle, int], bytes]) -> bytes:
    article = invented_article(number)
    row = {"url": page_url(number), "html": html(article, number).decode(), "fetched_at": article.published}
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def page_url(number: int) -> str:
    """Returns the address of an article."""
    return f"https://www.site{number % SITES}.example/article-{number}"


def bare_html(article: InventedArticle, number: int) -> bytes:
    """Returns an article as a page with nothing around it."""
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in article.text.split("\n") if paragraph)
    title = f"Article {number}"
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>".encode()


def _news_page(article: InventedArticle, number: int) -> bytes:
    origin = Origin(uri="new.jsonl", format=SourceFormat.JSONL, record=str(number))
    page = InventedPage(raw=RawPage(origin=origin, media=Media.HTML, body=bare_html(article, number), url=page_url(number)), roles={})
    return surrounded(page, [f"Story {other} of the valley and its {other + 7} bridges" for other in range(40)], random.Random(number))  # noqa: S311 - nothing secret


if __name__ == "__main__":
    main()
