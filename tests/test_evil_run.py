"""Whole runs over pages that hang, eat memory or kill their process, among forty."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.cluster import ClusterEngine
from pipeline.engines import Engine, LoopEngine, PoolEngine
from pipeline.settings import EngineKind, Limits, Settings
from tests.dask_cluster import dask_cluster
from tests.invented import page, write_pages
from tests.running import rows, run

LIMITS = Limits(cpu_seconds=1, wall_seconds=2, memory_bytes=512 << 20)
LOST = {"crash": "ZeroDivisionError", "segfault": "SIGSEGV", "abort": "SIGABRT", "exit": "exit code 3"}
SAVED = {"loop", "hang", "memory", "kill"}  # by the cheaper extraction


@contextmanager
def engine_of(name: str, settings: Settings, folder: Path) -> Iterator[Engine]:
    if name == "loop":
        yield LoopEngine()
    elif name == "pool":
        with PoolEngine(2) as pool:
            yield pool
    else:
        with dask_cluster(folder) as cluster:
            there = settings.model_copy(update={"engine": EngineKind.DASK, "dask_address": cluster.address})
            with ClusterEngine(there) as workers:
                yield workers


@pytest.mark.slow
@pytest.mark.usefixtures("evil")
@pytest.mark.parametrize("name", ["loop", "pool", pytest.param("dask", marks=pytest.mark.torture)])
def test_good_pages_are_saved_and_each_culprit_is_named(tmp_path: Path, name: str):
    deeds = dict(zip(range(2, 40, 4), [*LOST, *sorted(SAVED)], strict=False))
    (tmp_path / "raw").mkdir()
    write_pages(tmp_path / "raw" / "pages.jsonl", [page(number, [f"EVIL:{deeds[number]}"] if number in deeds else []) for number in range(40)])
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean", limits=LIMITS)
    with engine_of(name, settings, tmp_path) as engine:
        summary = run(settings, engine)
    by_number = {int(str(row["url"]).rsplit("-", 1)[1].removesuffix(".html")): row for row in rows(settings.clean)}
    assert by_number.keys() == {number for number in range(40) if deeds.get(number) not in LOST}
    assert {number for number, row in by_number.items() if row["extractor"] == "fallback"} == {n for n, deed in deeds.items() if deed in SAVED}
    details = {str(row["url"]): str(row["detail"]) for row in rows(settings.clean, "rejected")}
    for number, deed in deeds.items():
        assert LOST.get(deed, "") in details.get(f"https://www.heron.example/story-{number}.html", "")
    assert (summary.pages_read, summary.new, summary.rejected) == (40, 36, 4)
    assert summary.rejected_by_reason == {"crashed": 4}
