"""Whole runs over pages that hang, eat memory or kill their process, among forty."""

from pathlib import Path

import pytest

from pipeline.engines import PoolEngine
from pipeline.settings import Limits, Settings
from tests.invented import page, write_pages
from tests.running import rows, run

LIMITS = Limits(cpu_seconds=1, wall_seconds=2, memory_bytes=512 << 20)
LOST = {"crash": "ZeroDivisionError", "segfault": "SIGSEGV", "abort": "SIGABRT", "exit": "exit code 3"}
SAVED = {"loop", "hang", "memory", "kill"}  # by the cheaper extraction


@pytest.mark.slow
@pytest.mark.usefixtures("evil")
@pytest.mark.parametrize("workers", [0, 2])
def test_good_pages_are_saved_and_each_culprit_is_named(tmp_path: Path, workers: int):
    deeds = dict(zip(range(2, 40, 4), [*LOST, *sorted(SAVED)], strict=False))
    (tmp_path / "raw").mkdir()
    write_pages(tmp_path / "raw" / "pages.jsonl", [page(number, [f"EVIL:{deeds[number]}"] if number in deeds else []) for number in range(40)])
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean", limits=LIMITS)
    if workers:
        with PoolEngine(workers) as engine:
            summary = run(settings, engine)
    else:
        summary = run(settings)
    by_number = {int(str(row["url"]).rsplit("-", 1)[1].removesuffix(".html")): row for row in rows(settings.clean)}
    assert by_number.keys() == {number for number in range(40) if deeds.get(number) not in LOST}
    assert {number for number, row in by_number.items() if row["extractor"] == "fallback"} == {n for n, deed in deeds.items() if deed in SAVED}
    details = {str(row["url"]): str(row["detail"]) for row in rows(settings.clean, "rejected")}
    for number, deed in deeds.items():
        assert LOST.get(deed, "") in details.get(f"https://www.heron.example/story-{number}.html", "")
    assert (summary.pages_read, summary.new, summary.rejected) == (40, 36, 4)
    assert summary.rejected_by_reason == {"crashed": 4}
