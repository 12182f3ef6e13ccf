"""Measures `copydesk clean` as a user runs it, with its server, its workers and all that they cost, watched from outside.

    .venv/bin/python benchmarks/speed.py [--pages 5000] [--many 100000] [--folder FOLDER]

Two kinds of pages, all invented: "news pages" of about 50 kB, and "bare pages" of about 3 kB, of which many thousands are soon read; half of the bare ones are
files, half stand in WARCs. They are made first, and kept in the folder for the next time. CPU per page against trafilatura and datatrove is of labelled pages in
../shared/corpora: `benchmarks/cost.py` and `benchmarks/datatrove_cost.py`, which print more of it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from benchmarks.cost import measured_costs
from benchmarks.datatrove_cost import measured_systems
from benchmarks.drafts import written_pages
from benchmarks.incremental import bare_html, page_url
from benchmarks.invented_stories import invented_article
from benchmarks.tables import print_table
from benchmarks.watching import FLOW, Watched, watched
from pipeline.drafting import draft_page
from pipeline.records import RawPage
from pipeline.settings import ColumnNames
from pipeline.sources import find_files, plan_slices, read_slice

COPYDESK: Final = str(Path(sys.executable).with_name("copydesk"))
WARC_PAGES: Final = 500
FOLDER_PAGES: Final = 1_000
COST_PAGES: Final = 100  # of each corpus
DATATROVE_PAGES: Final = 300
_PAGE_STAGES: Final = ("extract", "learn", "clean", "deduplicate", "report", "publish")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A run of the command, and what it said of itself."""

    of: Watched
    summary: dict[str, Any]

    @property
    def pages_per_second(self) -> float:
        """From the plan to the published version; the start of server and workers apart, as far as they start before the first page."""
        return float(self.summary["pages_read"] / sum(self.summary["stage_seconds"][stage] for stage in _PAGE_STAGES))

    @property
    def other_share(self) -> float:
        """The share of the CPU that went to the flow and its server: planning, waiting, settling, publishing."""
        return self.of.cpu_seconds(FLOW, "server") / self.of.cpu_seconds()


def main() -> None:
    """Prints the figures of each run, and what follows from them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=5_000, help="news pages, and the fewer of the bare ones")
    parser.add_argument("--many", type=int, default=100_000, help="the more of the bare ones")
    parser.add_argument("--folder", type=Path, default=Path("speed"), help="where pages and datasets go")
    arguments = parser.parse_args()
    folder = arguments.folder
    news = written_pages(folder / f"news-{arguments.pages}", arguments.pages, seed=1)
    few, many = (bare_pages(folder / f"bare-{count}", count) for count in (arguments.pages, arguments.many))
    thousand = bare_pages(folder / "bare-1000", 1_000)
    runs = {
        "news pages, one worker": clean(news, folder / "one", workers=1),
        "news pages, two workers": clean(news, folder / "two", workers=2),
        "1,000 bare pages": clean(thousand, folder / "thousand", workers=2),
        f"{arguments.pages:,} bare pages": clean(few, folder / "few", workers=2),
        f"{arguments.many:,} bare pages": clean(many, folder / "many", workers=2),
    }
    runs["the same again, nothing new"] = clean(many, folder / "many", workers=2, again=True)
    samples = clean(Path("raw"), folder / "samples", workers=2)
    runs["the samples of raw/"] = samples
    header = ["run", "pages", "seconds", "pages/s", "CPU s", "flow", "server", "batches", "extraction", "other share", "batch MiB", "extraction MiB"]
    print_table("copydesk clean", header, [[name, *_figures(run)] for name, run in runs.items()])
    one, two, small, few_run, many_run, again, _ = runs.values()
    work = samples.of.cpu_seconds("batches", "extraction")
    systems = measured_systems(folder / "datatrove", DATATROVE_PAGES)
    rows = [
        *(
            [f"CPU of a page, ours / trafilatura's with metadata, {name}", f"{cost.ratio:.2f}"]
            for name, cost in measured_costs([], COST_PAGES).items()
        ),
        ["CPU of a page, ours / datatrove's", f"{systems['copydesk'].milliseconds / systems['datatrove'].milliseconds:.2f}"],
        ["two workers / one, pages per second", f"{two.pages_per_second / one.pages_per_second:.2f}"],
        ["two processes that do nothing but extract / one", f"{extracting(news, 2) / extracting(news, 1):.2f}"],
        ["share of the CPU that is not page work, news pages", f"{two.other_share:.1%}"],
        ["the same, many bare pages", f"{many_run.other_share:.1%}"],
        ["peak memory of an extracting process, many / 1,000 pages", _ratio(many_run, small, "extraction")],
        ["peak memory of a batch process, many / 1,000 pages", _ratio(many_run, small, "batches")],
        ["pages per second, many / fewer bare pages", f"{many_run.pages_per_second / few_run.pages_per_second:.2f}"],
        ["nothing new over many known pages, seconds", f"{again.of.seconds:.1f}"],
        ["the samples: wall beyond the pages' work, seconds", f"{samples.of.seconds - work / 2:.1f}"],
        ["the samples: CPU beyond batches and extraction, seconds", f"{samples.of.cpu_seconds() - work:.1f}"],
    ]
    print_table("What follows", ["figure", "measured"], rows)


def clean(raw: Path, folder: Path, *, workers: int, again: bool = False) -> Measured:
    """Runs the command over RAW, into a new dataset or once more into the same."""
    if not again:
        shutil.rmtree(folder, ignore_errors=True)
    command = [COPYDESK, "clean", str(raw), str(folder / "clean"), "--workers", str(workers), "--json"]
    of = watched(command, os.environ | {"COPYDESK_SETTLE_SECONDS": "0"})
    return Measured(of=of, summary=json.loads(of.output))


def extracting(news: Path, processes: int) -> float:
    """Returns how many pages a second so many processes extract, each all pages of one file, with nothing to share: what the machine's cores are worth."""
    file = min(news.iterdir())
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return sum(pool.map(_extracting, [file] * processes))


def _extracting(file: Path) -> float:
    plan = plan_slices(find_files([file])[0], ColumnNames())
    pages = [page for piece in plan for page in read_slice(piece, ColumnNames()) if isinstance(page, RawPage)]
    for _ in range(2):  # the first time to load models, and to meet the pages' words
        started = perf_counter()
        for page in pages:
            draft_page(page)
    return len(pages) / (perf_counter() - started)


def bare_pages(folder: Path, count: int) -> Path:
    """Returns the folder with so many pages, half as files and half in WARCs, made where it is not there yet."""
    if not folder.exists():
        making = folder.with_name(f"{folder.name}-making")
        shutil.rmtree(making, ignore_errors=True)
        for number in range(count // 2):
            below = making / f"{number // FOLDER_PAGES:03d}"
            below.mkdir(parents=True, exist_ok=True)
            (below / f"{number}.html").write_bytes(bare_html(invented_article(number), number))
        for first in range(count // 2, count, WARC_PAGES):
            numbers = range(first, min(first + WARC_PAGES, count))
            (making / f"{first:07d}.warc").write_bytes(b"".join(_warc_record(number) for number in numbers))
        making.rename(folder)
    return folder


def _warc_record(number: int) -> bytes:
    article = invented_article(number)
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + bare_html(article, number)
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {page_url(number)}\r\nWARC-Date: 2031-03-01T12:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def _figures(run: Measured) -> list[str]:
    cpu = [f"{run.of.cpu_seconds(role):.1f}" for role in (FLOW, "server", "batches", "extraction")]
    peaks = [f"{run.of.peak_mib(role):.0f}" for role in ("batches", "extraction")]
    read = run.summary["pages_read"]
    speed = f"{run.pages_per_second:.1f}" if read else "–"
    return [f"{read:,}", f"{run.of.seconds:.1f}", speed, f"{run.of.cpu_seconds():.1f}", *cpu, f"{run.other_share:.1%}", *peaks]


def _ratio(many: Measured, few: Measured, role: str) -> str:
    return f"{many.of.peak_mib(role) / few.of.peak_mib(role):.2f}, {many.of.peak_mib(role):.0f} MiB"


if __name__ == "__main__":
    main()
