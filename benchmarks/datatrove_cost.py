"""Compares the CPU per page of copydesk's pipeline and of datatrove's WARC → trafilatura → Parquet on one WARC, and counts the rows that come out.

    .venv/bin/python benchmarks/datatrove_cost.py [--pages 300] [--folder FOLDER]

The WARC holds labelled pages of ../shared/corpora. datatrove gets a virtual environment of its own in the folder. Each runs once over the whole WARC and once
over one page of it; the difference is what pages cost, start-up apart, in all processes. Copydesk's run is whole, in one worker, but for the flow and its server.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pyarrow.dataset as ds

from benchmarks.corpora import CORPORA, named_corpora
from benchmarks.cost import sampled_pages
from benchmarks.tables import print_table
from benchmarks.watching import watched
from pipeline.records import RawPage

# The second is what the trafilatura that datatrove asks for needs of a newer lxml, and does not ask for.
DATATROVE: Final = ("datatrove[io,processing]==0.9.0", "lxml_html_clean==0.4.6")
_OURS: Final = """
import sys
from pathlib import Path
from benchmarks.running import Silent
from pipeline.engines import LoopEngine
from pipeline.run import clean_dataset
from pipeline.settings import Settings
if __name__ == "__main__":
    clean_dataset(Settings(raw=(Path(sys.argv[1]),), clean=Path(sys.argv[2]) / "clean", settle_seconds=0), LoopEngine(), Silent())
"""
_THEIRS: Final = """
import sys
from pathlib import Path
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.readers import WarcReader
from datatrove.pipeline.writers import ParquetWriter
if __name__ == "__main__":
    warc = Path(sys.argv[1])
    steps = [WarcReader(str(warc.parent), glob_pattern=warc.name), Trafilatura(), ParquetWriter(sys.argv[2] + "/clean/articles")]
    LocalPipelineExecutor(steps, tasks=1, logging_dir=sys.argv[2] + "/logs").run()
"""


class System(NamedTuple):
    """What a system made of the WARC: pages in, CPU for each in milliseconds, and rows that came out."""

    pages: int
    milliseconds: float
    articles: int
    rejected: int


def main() -> None:
    """Prints CPU per page and the rows of both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--folder", type=Path, default=Path("datatrove"), help="where the environment, the WARCs and the output go")
    arguments = parser.parse_args()
    header = ["system", "pages", "CPU", "articles", "rejected rows"]
    measured = measured_systems(arguments.folder, arguments.pages).items()
    print_table(
        "CPU per page, ms", header, [[name, f"{it.pages}", f"{it.milliseconds:.1f}", f"{it.articles}", f"{it.rejected}"] for name, it in measured]
    )


def measured_systems(folder: Path, count: int) -> dict[str, System]:
    """Returns what copydesk and datatrove make of about so many labelled pages; what they need and write goes into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = [page for corpus in named_corpora([]) for page in sampled_pages(corpus, count // len(CORPORA))]
    warcs = [_written(folder / name, some) for name, some in (("one.warc", pages[:1]), ("pages.warc", pages))]
    systems = {"copydesk": (sys.executable, _OURS), "datatrove": (_environment(folder / "venv"), _THEIRS)}
    measured = {}
    for name, (python, program) in systems.items():
        one, whole = (_cpu_seconds([python, "-c", program, str(warc), str(folder / name)], folder / name) for warc in warcs)
        cost = (whole - one) / (len(pages) - 1) * 1000
        articles, rejected = (_rows(folder / name / "clean" / dataset) for dataset in ("articles", "rejected"))
        measured[name] = System(pages=len(pages), milliseconds=cost, articles=articles, rejected=rejected)
    return measured


def _cpu_seconds(command: Sequence[str], folder: Path) -> float:
    shutil.rmtree(folder, ignore_errors=True)
    return watched(command, os.environ | {"OMP_NUM_THREADS": "1"}).cpu_seconds()


def _rows(folder: Path) -> int:
    return int(ds.dataset(folder, format="parquet").count_rows()) if folder.exists() else 0


def _environment(folder: Path) -> str:
    """The interpreter of datatrove's environment, made where it is not there yet."""
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-qq", *DATATROVE], check=True)  # noqa: S603 - a benchmark's own
        (folder / "ready").touch()
    return str(python)


def _written(path: Path, pages: Sequence[RawPage]) -> Path:
    path.write_bytes(b"".join(map(_record, pages, range(len(pages)))))
    return path


def _record(page: RawPage, number: int) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page.body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012d}>\r\n"
        f"WARC-Target-URI: {page.url or f'https://page.example/{number}'}\r\nWARC-Date: 2031-03-01T12:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


if __name__ == "__main__":
    main()
