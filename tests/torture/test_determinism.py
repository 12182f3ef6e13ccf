"""The same pages give the same rows: whatever the batches, workers, order, engine and hash seed, and however often a run was killed before."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.settings import Settings
from tests.invented import SPONSOR, page, write_pages
from tests.processes import wait_until
from tests.running import ROOT, content
from tests.torture.telling import tell

FILES = 6
FETCHED = datetime(2026, 1, 1, tzinfo=UTC)
WHERE = {"source_uri", "source_record", "id"}  # a page without an address is named by where it stood
Pages = Sequence[dict[str, str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to do the same; without workers it is done in a loop."""

    batch_pages: int = 500
    workers: int = 0
    order: int = 0
    hash_seed: int = 0
    kills: int = 0


WAYS = (
    Way(),
    Way(batch_pages=7, hash_seed=1),
    Way(batch_pages=40, workers=1, order=1, hash_seed=2),
    Way(batch_pages=25, workers=2, order=2, hash_seed=3),
    Way(batch_pages=20, workers=2, order=3, hash_seed=4, kills=3),
)


def done(way: Way, pages: Pages, folder: Path) -> str:
    """Does it, and returns a hash of all rows, in order."""
    mixed = random.Random(way.order).sample(pages, len(pages))
    for number in range(FILES):
        write_pages(folder / "raw" / f"{number}.jsonl", mixed[number::FILES])
    settings = Settings(raw=(folder / "raw",), clean=folder / "clean")
    command = [sys.executable, "-m", "tests.torture.one_run", folder / "raw", settings.clean, str(way.batch_pages), str(way.workers)]
    environment = os.environ | {"PYTHONHASHSEED": str(way.hash_seed)}
    for kill in range(1, way.kills + 1):
        with subprocess.Popen(command, env=environment, cwd=ROOT) as process:
            wait_until(lambda count=kill: len(list((settings.state_dir / "drafts").rglob("*.parquet"))) >= count)
            process.kill()
    subprocess.run(command, env=environment, cwd=ROOT, check=True)
    return digest(settings.clean)


def digest(clean: Path) -> str:
    lines = [
        f"{name} {sorted((key, value) for key, value in row.items() if key not in WHERE)}" for name, found in content(clean).items() for row in found
    ]
    return hashlib.sha256("\n".join(sorted(lines)).encode(errors="surrogatepass")).hexdigest()


def check_ways(pages: Pages, ways: Sequence[Way], folder: Path) -> None:
    digests = {way: done(way, pages, folder / str(number)) for number, way in enumerate(ways)}
    tell("\n".join(f"{len(pages)} pages, {way}: {found[:16]}" for way, found in digests.items()))
    assert len(set(digests.values())) == 1


@pytest.mark.slow
def test_forty_pages(tmp_path: Path):
    pages = [page(number, [SPONSOR] if number % 3 else []) for number in range(30)]
    pages += [page(number, site="copy.example", text=page_text(number)) for number in range(10)]
    check_ways(pages, WAYS[:1] + WAYS[-1:], tmp_path)


def page_text(number: int) -> list[str]:
    """The words of another page: a copy of it."""
    html = str(page(number)["html"])
    return [paragraph.partition("</p>")[0].replace("&amp;", "&") for paragraph in html.split("<p>")[1:]]


@pytest.mark.torture
def test_labelled_pages(tmp_path: Path, shared: Path):
    pages: list[dict[str, str | None]] = []
    for path in sorted((shared / "corpora").glob("*.parquet")):
        for row in pq.read_table(path, columns=["url", "html"]).to_pylist():
            html = row["html"] if isinstance(row["html"], str) else row["html"].decode("utf-8", "replace")
            fetched = FETCHED + timedelta(minutes=len(pages))  # of pages with one address and one fetch time the later in its file wins
            pages.append({"url": row["url"], "html": html, "fetched_at": fetched.isoformat()})
    check_ways(pages, WAYS, tmp_path)
