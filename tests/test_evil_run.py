"""Whole runs over pages that hang, eat memory or kill their process, among good ones."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.cluster import ClusterEngine
from pipeline.engines import Engine, LoopEngine, PoolEngine
from pipeline.sandbox import thread_sandbox
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


def check_culprits(folder: Path, name: str, pages: int, deeds_done: Sequence[str]) -> None:
    stride = pages // len(deeds_done)
    deeds = dict(zip(range(stride // 2, pages, stride), deeds_done, strict=False))
    lost = {number for number, deed in deeds.items() if deed in LOST}
    write_pages(folder / "raw" / "pages.jsonl", [page(number, [f"EVIL:{deeds[number]}"] if number in deeds else []) for number in range(pages)])
    settings = Settings(raw=(folder / "raw",), clean=folder / "clean", limits=LIMITS)
    with engine_of(name, settings, folder) as engine:
        summary = run(settings, engine)
    by_number = {int(str(row["url"]).rsplit("-", 1)[1].removesuffix(".html")): row for row in rows(settings.clean)}
    assert by_number.keys() == {*range(pages)} - lost
    assert {number for number, row in by_number.items() if row["extractor"] == "fallback"} == deeds.keys() - lost
    details = {str(row["url"]): str(row["detail"]) for row in rows(settings.clean, "rejected")}
    for number in lost:
        assert LOST[deeds[number]] in details[f"https://www.heron.example/story-{number}.html"]
    assert (summary.pages_read, summary.new, summary.rejected) == (pages, pages - len(lost), len(lost))
    assert summary.rejected_by_reason == {"crashed": len(lost)}


@pytest.mark.slow
@pytest.mark.usefixtures("evil")
@pytest.mark.parametrize("name", ["pool", *(pytest.param(name, marks=pytest.mark.torture) for name in ("loop", "dask"))])
def test_good_pages_are_saved_and_each_culprit_is_named(tmp_path: Path, name: str):
    check_culprits(tmp_path, name, 40, [*LOST, *sorted(SAVED)])


@pytest.mark.slow
@pytest.mark.usefixtures("evil")
@pytest.mark.parametrize(("name", "deeds"), [("loop", ["segfault", "kill"]), ("dask", ["segfault", "exit", "hang", "kill"])])
def test_so_they_are_among_few(tmp_path: Path, name: str, deeds: list[str]):
    check_culprits(tmp_path, name, 8, deeds)


@pytest.mark.slow
@pytest.mark.usefixtures("evil")
@pytest.mark.parametrize("deed", ["kill", "segfault"])
def test_what_the_machine_may_have_done_to_a_page_is_made_good_by_cleaning_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deed: str):
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean", limits=LIMITS, batch_pages=2)
    write_pages(settings.raw[0] / "pages.jsonl", [page(0), page(1, [f"EVIL:{deed}"]), page(2)])
    first = run(settings)
    assert (first.new + first.rejected, first.batches, first.articles_by_flag["extraction_interrupted"]) == (3, 2, int(deed == "kill"))
    monkeypatch.delenv("PYTHONPATH")  # no trouble any more
    thread_sandbox().close()
    assert [(it.batches_reused, it.pages_read) for it in (run(settings, reclean=True), run(settings, reclean=True))] == [(1, 3), (2, 3)]
    assert [(row["extractor"], row["flags"]) for row in rows(settings.clean)] == [("model", [])] * 3
