"""Mutated pages, and mutated files of pages: nothing crashes, nothing hangs, and every record that can be counted is accounted for."""

from __future__ import annotations

import gzip
import io
import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.records import Reason, Skipped
from pipeline.settings import ColumnNames, Settings
from pipeline.sources import Ignored, InputError, find_files, plan_slices, read_slice
from tests.invented import page
from tests.running import ROOT, rows, run
from tests.sources.reading import zstd
from tests.sources.test_warc import http, record
from tests.torture.mutating import mutated
from tests.torture.telling import tell

FILES_A_RUN = 500
PAGES_A_RUN = 1_000
PAGES_A_FILE = 4
MUST_NOT = {Reason.CRASHED, Reason.CPU_LIMIT, Reason.TIMEOUT, Reason.OUT_OF_MEMORY}


def golden_pages() -> list[bytes]:
    return [path.read_bytes() for path in sorted((ROOT / "raw").rglob("*")) if path.suffix in (".html", ".txt")]


def pages_of(corpora: Path) -> list[bytes]:
    """Every fifth labelled page, so that they fit in memory many times."""
    found: list[bytes] = []
    for path in sorted(corpora.glob("*.parquet")):
        html = pq.read_table(path, columns=["html"]).column("html").to_pylist()
        found += [value if isinstance(value, bytes) else value.encode() for value in html[::5]]
    return found


def parquet(table: pa.Table, *, checksums: bool) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, row_group_size=2, write_page_checksum=checksums, compression="zstd" if checksums else "none")
    return sink.getvalue()


def whole_files() -> Mapping[str, Sequence[bytes]]:
    """Files of a few pages each, by the suffix that they are given."""
    pages = [page(number) for number in range(PAGES_A_FILE * 3)]
    groups = [pages[start : start + PAGES_A_FILE] for start in range(0, len(pages), PAGES_A_FILE)]
    archives = [[record(http(str(it["html"]).encode()), name=f"r{number}") for number, it in enumerate(group)] for group in groups]
    lines = ["".join(f"{json.dumps(it)}\n" for it in group).encode() for group in groups]
    tables = [pa.Table.from_pylist(group) for group in groups]
    return {
        "warc": [b"".join(archive) for archive in archives],
        "warc.gz": [b"".join(map(gzip.compress, archive)) for archive in archives],
        "jsonl": lines,
        "jsonl.gz": [*map(gzip.compress, lines)],
        "jsonl.zst": [*map(zstd, lines)],
        "parquet": [parquet(table, checksums=checksums) for table in tables for checksums in (True, False)],
    }


def countable(raw: Path) -> tuple[int, int]:
    """How many records the files hold that are pages or broken, and how many files a run would refuse, which are taken away."""
    records = refused = 0
    for file in find_files([raw]):
        try:
            slices = plan_slices(file, ColumnNames())
        except InputError:
            file.path.unlink()
            refused += 1
            continue
        pieces = [] if isinstance(slices, Ignored) else slices
        records += sum(not isinstance(it, Skipped) for piece in pieces for it in read_slice(piece, ColumnNames()))
    return records, refused


def accounted(folder: Path) -> Counter[str]:
    """Runs over a folder's raw/; returns what became of its pages, by reason, and what was refused."""
    records, refused = countable(folder / "raw")
    settings = Settings(raw=(folder / "raw",), clean=folder / "clean")
    summary = run(settings)
    rejected = Counter(str(row["reason"]) for row in rows(settings.clean, "rejected"))
    articles = rows(settings.clean)
    assert not MUST_NOT & rejected.keys(), [row["detail"] for row in rows(settings.clean, "rejected") if row["reason"] in MUST_NOT]
    assert all(str(row["text"]).strip() for row in articles)
    assert records == summary.pages_read == len(articles) + rejected.total()
    shutil.rmtree(folder)
    return rejected + Counter(article=len(articles), refused=refused)


def mutated_pages(folder: Path, seeds: Sequence[bytes], numbers: Sequence[int]) -> Counter[str]:
    (folder / "raw").mkdir(parents=True)
    bodies = [mutated(seeds, number) for number in numbers]
    table = pa.table({"url": [f"https://s{number % 7}.example/{number}" for number in numbers], "html": pa.array(bodies, pa.binary())})
    pq.write_table(table, folder / "raw" / "pages.parquet", row_group_size=100)
    return accounted(folder)


def mutated_files(folder: Path, numbers: Sequence[int]) -> Counter[str]:
    (folder / "raw").mkdir(parents=True)
    kinds = [*whole_files().items()]
    for number in numbers:
        suffix, seeds = kinds[number % len(kinds)]
        (folder / "raw" / f"{number:05d}.{suffix}").write_bytes(mutated(seeds, number))
    return accounted(folder)


def chunks(count: int, size: int) -> Iterator[range]:
    return (range(start, min(start + size, count)) for start in range(0, count, size))


@pytest.mark.slow
def test_a_hundred_pages(tmp_path: Path):
    assert mutated_pages(tmp_path, golden_pages(), range(100)).total() == 100


@pytest.mark.slow
def test_a_hundred_files(tmp_path: Path):
    assert mutated_files(tmp_path, range(100)).total() > 200


@pytest.mark.torture
def test_seven_thousand_golden_pages(tmp_path: Path):
    found = sum((mutated_pages(tmp_path / str(it[0]), golden_pages(), it) for it in chunks(7_000, PAGES_A_RUN)), Counter[str]())
    tell(f"7,000 mutated golden pages: {dict(found.most_common())}")


@pytest.mark.torture
def test_seven_thousand_real_pages(tmp_path: Path, shared: Path):
    seeds = pages_of(shared / "corpora")
    found = sum((mutated_pages(tmp_path / str(it[0]), seeds, it) for it in chunks(7_000, PAGES_A_RUN)), Counter[str]())
    tell(f"7,000 mutated real pages: {dict(found.most_common())}")


@pytest.mark.torture
def test_six_thousand_files(tmp_path: Path):
    found = sum((mutated_files(tmp_path / str(it[0]), it) for it in chunks(6_000, FILES_A_RUN)), Counter[str]())
    tell(f"6,000 mutated WARC, JSONL and Parquet files of {PAGES_A_FILE} pages each: {dict(found.most_common())}")
