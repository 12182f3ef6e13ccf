"""What Prefect's UI shows of a run beside its log: how far it is; then its numbers, the reasons of its rejects, and the dataset that it published."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Final, cast
from uuid import UUID

from prefect.artifacts import create_markdown_artifact, create_progress_artifact, create_table_artifact, update_progress_artifact
from prefect.assets import Asset, AssetProperties, materialize
from prefect.types.names import MAX_ASSET_KEY_LENGTH

from flows.report import report_path
from flows.tables import damage
from pipeline.batches import Batch, CleanedBatch, Extracted
from pipeline.planning import Plan
from pipeline.report.summary import Summary
from pipeline.run import Observer
from pipeline.settings import Settings
from pipeline.store.schema import SCHEMA_VERSION

UPDATE_S: Final = 5.0  # between two updates of the progress: each is a request


class ProgressArtifact:
    """Shows how far the run is, in batches read and cleaned, and tells another observer all that it is told."""

    def __init__(self, settings: Settings, other: Observer) -> None:
        self._key = f"{_slug(settings)}-progress"
        self._other = other
        self._artifact: UUID | None = None
        self._steps = self._done = 0
        self._updated = 0.0

    def planned(self, plan: Plan, batches: Sequence[Batch]) -> None:
        """Begins: each batch is read, and then cleaned. Where there is none, all is done."""
        self._other.planned(plan, batches)
        self._steps, self._done = 2 * len(batches), 0
        artifact = create_progress_artifact(0.0 if batches else 100.0, key=self._key, description=f"{len(plan.read)} files in {len(batches)} batches")
        self._artifact = cast("UUID", artifact)  # a coroutine only for those who await it

    def extracted(self, batch: Extracted) -> None:
        """Counts a batch that was read."""
        self._other.extracted(batch)
        self._advance()

    def cleaned(self, batch: CleanedBatch) -> None:
        """Counts a batch that was cleaned."""
        self._other.cleaned(batch)
        self._advance()

    def _advance(self) -> None:
        self._done += 1
        if self._artifact and (self._done == self._steps or time.monotonic() - self._updated > UPDATE_S):
            self._updated = time.monotonic()
            update_progress_artifact(self._artifact, 100 * self._done / self._steps)


def show_summary(summary: Summary, settings: Settings) -> None:
    """Leaves the run's numbers, the reasons of its rejects, and the dataset as an asset, if a new version of it was published."""
    slug = _slug(settings)
    create_markdown_artifact(_markdown(summary, settings), key=f"{slug}-summary", description=f"run {summary.run_id}")
    if summary.rejected_by_reason:
        reasons = [{"reason": reason, "pages": pages} for reason, pages in summary.rejected_by_reason.most_common()]
        create_table_artifact(reasons, key=f"{slug}-rejected", description=f"why pages of run {summary.run_id} gave no article")
    if summary.published:
        _materialize(summary, settings)


def _markdown(summary: Summary, settings: Settings) -> str:
    rows = {
        "pages read": summary.pages_read,
        "new articles": summary.new,
        "revised": summary.revised,
        "unchanged": summary.unchanged,
        "rejected": summary.rejected,
        "unchanged files, not read": summary.files_known,
    }
    table = "\n".join(f"| {name} | {count:,} |" for name, count in rows.items())
    drift = "".join(f"\n- drift: {found}" for found in summary.drift)
    damaged = "".join(f"\n- {line}" for line in damage(summary))
    what = "published" if summary.published else "nothing changed:"
    report = report_path(settings.clean.absolute(), summary.run_id)
    return (
        f"{what} version {summary.dataset_version} of `{settings.clean}` in {summary.seconds:.0f} s\n\n| | |\n|---|---:|\n{table}\n{drift}{damaged}\n\n"
        f"[Report]({report.as_uri()}): `{report}`\n"  # the path too: browsers follow no link from a web page to a file, but copy it
    )


def _materialize(summary: Summary, settings: Settings) -> None:
    """Tells Prefect that the dataset has a new version."""
    folder = str(settings.clean.absolute())
    asset = Asset(key=_asset_key(folder), properties=AssetProperties(name=settings.clean.name, description=f"articles in {folder}"))

    @materialize(asset, by="copydesk", name="publish")
    def publish() -> None:
        asset.add_metadata(
            {
                "dataset_version": summary.dataset_version,
                "schema_version": SCHEMA_VERSION,
                "run_id": summary.run_id,
                "rows": summary.articles,
                "new": summary.new,
                "revised": summary.revised,
                "rejected": summary.rejected,
                "versions": summary.versions,
            }
        )

    publish()


def _asset_key(folder: str) -> str:
    """The folder as a URI of the few signs that Prefect takes, and no more of it than it takes."""
    return f"file://{re.sub(r'[^A-Za-z0-9/._~-]', '-', folder)}"[:MAX_ASSET_KEY_LENGTH]


def _slug(settings: Settings) -> str:
    """The dataset's name as artifacts' keys may be written."""
    return re.sub(r"[^a-z0-9]+", "-", f"copydesk {settings.clean.name}".lower()).strip("-")
