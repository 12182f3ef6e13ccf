"""One run in a process of its own: `python -m tests.torture.one_run RAW CLEAN BATCH_PAGES WORKERS`."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.engines import LoopEngine, PoolEngine
from pipeline.settings import Settings
from tests.running import run

if __name__ == "__main__":
    settings = Settings(raw=(Path(sys.argv[1]),), clean=Path(sys.argv[2]), batch_pages=int(sys.argv[3]))
    if sys.argv[4] == "0":
        run(settings, LoopEngine())
    else:
        with PoolEngine(int(sys.argv[4])) as engine:
            run(settings, engine)
