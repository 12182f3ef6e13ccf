"""How a run shows that it goes on: a progress bar on a terminal, log lines elsewhere."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from multiprocessing.sharedctypes import Synchronized
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeRemainingColumn

from pipeline.batches import Batch, CleanedBatch, Extracted
from pipeline.planning import Plan

REFRESH_S: Final = 0.2


class LogObserver:
    """Writes one log line for the plan and one for each finished batch."""

    def __init__(self, log: logging.Logger | logging.LoggerAdapter[logging.Logger]) -> None:
        self._log = log
        self._batches = 0

    def planned(self, plan: Plan, batches: Sequence[Batch]) -> None:
        """Logs what will be read."""
        self._batches = len(batches)
        self._log.info("%d files to read in %d batches; %d files unchanged since an earlier run", len(plan.read), len(batches), plan.known_files)
        if plan.cached or plan.left:
            self._log.info("%d files gone and cleaned from the cache; %d files gone, not cached and left as they are", len(plan.cached), plan.left)

    def extracted(self, batch: Extracted) -> None:
        """Logs a batch whose drafts are written."""
        self._log.info(
            "batch %d of %d: %d pages read%s", batch.number + 1, self._batches, batch.pages.total(), ", drafts found" if batch.reused else ""
        )

    def cleaned(self, batch: CleanedBatch) -> None:
        """Logs a batch whose rows are written."""
        self._log.info("batch %d of %d: %d articles, %d rejected", batch.number + 1, self._batches, batch.articles, batch.rejected)


class BarObserver:
    """Draws a progress bar: pages, pages a second, articles, rejected, time left. A context manager."""

    def __init__(self, console: Console, counter: Synchronized[int]) -> None:
        self._counter = counter
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[detail]}"),
            TimeRemainingColumn(),
            console=console,
        )
        self._reading: TaskID | None = None
        self._cleaning: TaskID | None = None
        self._reused = self._articles = self._rejected = 0
        self._ended = threading.Event()
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        self._progress.start()
        threading.Thread(target=self._follow_counter, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ended.set()
        self._progress.stop()

    def planned(self, plan: Plan, batches: Sequence[Batch]) -> None:
        """Starts the bar, with a total where every input's pages can be counted without reading it."""
        counts = [piece.pages for batch in batches for piece in batch.slices]
        counts += [known.pages for known in (*plan.read, *plan.cached)]  # of those that are read anew none is counted yet
        total = None if None in counts else sum(count for count in counts if count is not None)
        self._started = time.monotonic()
        self._reading = self._progress.add_task(f"reading {len(plan.read):,} files", total=total, detail="")
        self._cleaning = self._progress.add_task("cleaning", total=len(batches), start=False, detail="")

    def extracted(self, batch: Extracted) -> None:
        """Counts a batch whose drafts were there already: none of its pages was read."""
        if batch.reused:
            self._reused += batch.pages.total()

    def cleaned(self, batch: CleanedBatch) -> None:
        """Advances the second bar."""
        if self._cleaning is None:
            return
        self._articles += batch.articles
        self._rejected += batch.rejected
        self._progress.start_task(self._cleaning)
        self._progress.update(self._cleaning, advance=1, detail=f"{self._articles} articles, {self._rejected} rejected")

    def _follow_counter(self) -> None:
        while not self._ended.wait(REFRESH_S):
            if self._reading is not None:
                read = self._counter.value
                rate = read / max(time.monotonic() - self._started, REFRESH_S)
                self._progress.update(self._reading, completed=read + self._reused, detail=f"{rate:.0f} pages/s")
