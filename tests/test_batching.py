"""Batches are as large as the settings say, by pages and by bytes, whatever files their pages come in."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.batches import Batch
from pipeline.batching import plan_batches
from pipeline.planning import plan_run
from pipeline.records import RawPage
from pipeline.settings import Settings
from pipeline.sources import read_slice
from pipeline.store.dataset import open_dataset
from tests.invented import page
from tests.sources.reading import noise
from tests.sources.test_splitting import warc

PAGE_BYTES = 20_000


def line(number: int) -> bytes:
    return orjson.dumps(padded(number)) + b"\n"


def padded(number: int) -> dict[str, str | None]:
    """A page that stays large when it is compressed."""
    return page(number) | {"html": f"{page(number)['html']}<!-- {noise(number, 2 * PAGE_BYTES)} -->"}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    return tmp_path / "raw"


def batches(raw: Path, **settings: int) -> Sequence[Batch]:
    chosen = Settings(raw=(raw,), clean=raw.parent / "clean", settle_seconds=0, **settings)  # type: ignore[arg-type]  # sizes, all of them numbers
    with open_dataset(chosen.clean, chosen.state_dir) as dataset:
        return plan_batches(plan_run(chosen, dataset, "r1", reclean=False), chosen, dataset)


def pages_in(batch: Batch) -> int:
    return sum(isinstance(record, RawPage) for piece in batch.slices for record in read_slice(piece, batch.columns))


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("kind", ["jsonl", "warc"])
def test_small_containers_share_batches(raw: Path, kind: str, suffix: str):
    content = {"jsonl": b"".join(map(line, range(5))), "warc": warc(5, of=padded)}[kind]
    for number in range(60):
        (raw / f"{number:02d}.{kind}{suffix}").write_bytes(gzip.compress(content) if suffix else content)
    found = batches(raw, batch_pages=100)
    assert 1 < len(found) < 20
    assert sum(map(pages_in, found)) == 300
    assert all(pages_in(batch) <= 100 for batch in found)


def test_an_archive_of_many_pages_in_few_bytes_is_several_batches(raw: Path):
    (raw / "crawl.warc").write_bytes(warc(1_000))
    assert [pages_in(batch) for batch in batches(raw, batch_pages=100)] == [100] * 10


def test_files_that_fit_together_are_one_batch(raw: Path):
    for number in range(4):
        (raw / f"{number}.jsonl").write_bytes(b"".join(map(line, range(5))))
    assert [pages_in(batch) for batch in batches(raw, batch_pages=10)] == [10, 10]


@pytest.mark.parametrize("group_pages", [1, 7, 1_000])
@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_large_pages_make_small_batches(raw: Path, kind: str, group_pages: int):
    if kind == "jsonl":
        (raw / "pages.jsonl").write_bytes(b"".join(map(line, range(40))))
    else:
        pq.write_table(pa.Table.from_pylist([padded(number) for number in range(40)]), raw / "pages.parquet", row_group_size=group_pages)
    sizes = [pages_in(batch) for batch in batches(raw, batch_bytes=10 * PAGE_BYTES)]
    assert sum(sizes) == 40
    assert 4 <= len(sizes) <= 12


def test_the_largest_batch_comes_first(raw: Path):
    for number in range(25):
        (raw / f"{number:02d}.html").write_text(str(page(number)["html"]))
    (raw / "late.jsonl.gz").write_bytes(gzip.compress(b"".join(map(line, range(40)))))
    found = batches(raw, batch_pages=10, batch_bytes=10 * PAGE_BYTES)
    assert [pages_in(batch) for batch in found] == [40, 10, 10, 5]
    assert [batch.number for batch in found] == [0, 1, 2, 3]
