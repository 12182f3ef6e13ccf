"""Measures what the sandbox adds to extraction: CPU for a page in this process, and with a worker's pipes and JSON in between.

    .venv/bin/python -m benchmarks.sandbox [CORPUS] [--pages 300] [--rounds 5]

The parent's CPU is all addition. A worker's own share of it (reading the request, writing the reply) is timed apart, on the same outcomes.
"""

from __future__ import annotations

import argparse
import gc
import io
from statistics import median
from time import process_time
from typing import Any, Final

import pyarrow.parquet as pq

from benchmarks.corpora import CORPORA, corpus_file
from benchmarks.tables import print_table
from pipeline.records import Media, Origin, RawPage, SourceFormat
from pipeline.sandbox import Drafted, Request, Sandbox
from pipeline.sandbox.messages import read_request, write_reply, write_request
from pipeline.settings import Limits

LIMITS: Final = Limits()


def main() -> None:
    """Prints milliseconds of CPU a page, the median of the rounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", choices=CORPORA, default=CORPORA[0])
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    rows = pq.read_table(corpus_file(arguments.corpus), columns=["id", "url", "html"]).slice(0, arguments.pages).to_pylist()
    requests = [Request(page=_page(row), limits=LIMITS) for row in rows]
    sandbox = Sandbox()
    drafted = list(sandbox.drafts(requests))  # the first pages load models
    gc.freeze()
    rounds = [_round(sandbox, requests) for _ in range(arguments.rounds)]
    sandbox.close()
    parent, page = (1000 * median(seconds) / len(requests) for seconds in zip(*rounds, strict=True))
    worker = 1000 * median(_talking(requests, drafted) for _ in range(arguments.rounds)) / len(requests)
    share = (parent + worker) / page
    print_table(
        "Extraction in a worker",
        ["page work, ms", "parent, ms", "worker's talking, ms", "added"],
        [[f"{page:.2f}", f"{parent:.2f}", f"{worker:.2f}", f"{share:.1%}"]],
    )


def _page(row: dict[str, Any]) -> RawPage:
    origin = Origin(uri=row["id"], format=SourceFormat.HTML, record="0")
    return RawPage(origin=origin, media=Media.HTML, body=row["html"], url=row["url"])


def _round(sandbox: Sandbox, requests: list[Request]) -> tuple[float, float]:
    """CPU seconds of this process, and of page work in the worker."""
    started = process_time()
    drafted = list(sandbox.drafts(requests))
    return process_time() - started, sum(each.cpu_ms for each in drafted) / 1000


def _talking(requests: list[Request], drafted: list[Drafted]) -> float:
    """CPU seconds that a worker takes to read these requests and to write these replies."""
    pipe = io.BytesIO()
    for request in requests:
        write_request(pipe, request)
    pipe.seek(0)
    started = process_time()
    while read_request(pipe):
        pass
    for each in drafted:
        write_reply(io.BytesIO(), each)
    return process_time() - started


if __name__ == "__main__":
    main()
