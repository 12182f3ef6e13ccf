"""The one place that turns a page's failure into a row: an unfit page with its reason, a bug of ours with where it happened."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from pipeline.records import SAMPLE_CHARACTERS, Draft, MetaField, RawPage, Reason, Reject, Rejected, Unreadable
from pipeline.stages.metadata import clean_url, page_id, site_of

MAX_DETAIL_CHARACTERS: Final = 500

Result = TypeVar("Result")


def extract_outcome(page: RawPage, draft_page: Callable[[RawPage], Result]) -> Result | Rejected:
    """Returns the page's draft, or the row that says why it has none."""
    started = time.process_time()
    reject = _attempt(lambda: draft_page(page))
    if not isinstance(reject, Reject):
        return reject
    return _rejected(page, page.sha256, "extract", reject, _milliseconds_since(started))


def clean_outcome(draft: Draft, clean_draft: Callable[[Draft], Result]) -> Result | Rejected:
    """Returns the draft's article, or the row that says why it has none."""
    started = time.process_time()
    reject = _attempt(lambda: clean_draft(draft))
    if not isinstance(reject, Reject):
        return reject
    row = _rejected(draft, draft.sha256, "clean", reject, _milliseconds_since(started))
    if reject.reason is Reason.WITHDRAWN:
        return row
    titles = (candidate.value for candidate in draft.candidates if candidate.field is MetaField.TITLE)
    text = "\n\n".join(block.text for block in draft.blocks)
    return replace(row, title=next(titles, None), text_sample=text[:SAMPLE_CHARACTERS] or None, char_count=len(text))


def kept_out(outcome: Draft | Rejected, withdrawn: Mapping[str, str]) -> Draft | Rejected:
    """Returns the outcome of extraction, or, where somebody had the article taken down, the row that says so."""
    if isinstance(outcome, Rejected):
        return outcome
    reason = withdrawn.get(page_id(outcome.candidates, outcome.url, outcome.origin))
    return outcome if reason is None else _rejected(outcome, outcome.sha256, "extract", Reject(Reason.WITHDRAWN, reason))


def lost_outcome(page: RawPage, reject: Reject) -> Rejected:
    """Returns the row of a page whose extraction did not come to its end."""
    return _rejected(page, page.sha256, "extract", reject)


def unreadable_outcome(record: Unreadable) -> Rejected:
    """Returns the row of a record that no reader could turn into a page."""
    return _rejected(record, None, "read", Reject(record.reason, record.detail))


def _attempt(step: Callable[[], Result]) -> Result | Reject:
    try:
        return step()
    except Reject as reject:
        return reject
    except MemoryError:
        return Reject(Reason.OUT_OF_MEMORY, "no memory left of what `limits.memory_bytes` allows")
    except Exception as error:  # noqa: BLE001 - a bug on one page is that page's row; every other page goes on
        place = traceback.extract_tb(error.__traceback__)[-1]
        return Reject(Reason.CRASHED, f"{type(error).__name__}: {error} ({place.name}, line {place.lineno})")


def _rejected(page: RawPage | Draft | Unreadable, sha256: str | None, stage: str, reject: Reject, elapsed_ms: float = 0.0) -> Rejected:
    url = clean_url(page.url) if page.url else None
    candidates = page.candidates if isinstance(page, Draft) else ()  # an AMP page, say, has the id of the article it stands for
    return Rejected(
        id=page_id(candidates, page.url, page.origin),
        url=page.url,
        site=site_of(url),
        stage=stage,
        reason=reject.reason,
        detail=reject.detail[:MAX_DETAIL_CHARACTERS],
        origin=page.origin,
        source_sha256=sha256,
        fetched_at=None if isinstance(page, Unreadable) else page.fetched_at,
        elapsed_ms=elapsed_ms,
    )


def _milliseconds_since(started: float) -> float:
    return round((time.process_time() - started) * 1000, 3)
