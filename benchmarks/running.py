"""Copydesk over a corpus, as a user's run would go, but for the flow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pipeline.batches import Batch, CleanedBatch, Extracted
from pipeline.engines import PoolEngine
from pipeline.planning import Plan
from pipeline.run import clean_dataset
from pipeline.settings import Settings

WORKERS: Final = 2
_BATCH_PAGES: Final = 50  # a corpus has a few hundred: with the default, one worker would wait for the other


class Silent:
    """An observer that says nothing."""

    def planned(self, plan: Plan, batches: Sequence[Batch]) -> None: ...

    def extracted(self, batch: Extracted) -> None: ...

    def cleaned(self, batch: CleanedBatch) -> None: ...


def articles_of(corpus_file: Path, scratch: Path) -> Path:
    """Returns the articles dataset that copydesk publishes of a corpus file, below `scratch`, where it finds its drafts again the next time."""
    settings = Settings(raw=(corpus_file,), clean=scratch / corpus_file.stem / "clean", batch_pages=_BATCH_PAGES)
    with PoolEngine(WORKERS) as engine:
        # Rules may have changed since the last time, which alone would change no published row.
        clean_dataset(settings, engine, Silent(), reclean=True)
    return settings.clean / "articles"
