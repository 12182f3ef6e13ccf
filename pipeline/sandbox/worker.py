"""The worker: extracts one page after the other, under limits that the system enforces. Run as `python -P -m pipeline.sandbox.worker`."""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import BinaryIO, Final

from pipeline.drafting import draft_page, fallback_draft
from pipeline.outcomes import extract_outcome
from pipeline.records import Draft, RawPage, Reason, Rejected
from pipeline.sandbox.messages import Drafted, Request, read_request, write_ready, write_reply
from pipeline.settings import Limits

MAX_PAGES: Final = 10_000  # a fresh process after so many: it costs a second, and bounds what a leak may cost
RECYCLE_SHARE: Final = 0.6  # of the memory limit
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Answers requests on standard input until it ends, or this process had better be replaced."""
    requests, replies = sys.stdin.buffer, _own_output()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to handle
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # the parent is gone, and nobody wants the answer
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Where the system runs out of memory, it is to end this process, and no other.
    Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    write_ready(replies)
    for _ in range(MAX_PAGES):
        request = read_request(requests)
        if request is None:
            return
        drafted = _answer(request)
        write_reply(replies, drafted)
        if _is_full(request.limits) or (isinstance(drafted.outcome, Rejected) and drafted.outcome.reason is Reason.OUT_OF_MEMORY):
            return


def _own_output() -> BinaryIO:
    """The way to the parent. What a library prints goes to standard error instead, and garbles no reply."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return replies


def _answer(request: Request) -> Drafted:
    limits = request.limits
    resource.setrlimit(resource.RLIMIT_DATA, (limits.memory_bytes, resource.RLIM_INFINITY))
    started = time.process_time()
    # The signals' default action ends the process wherever it is, also deep in a library's C code.
    signal.setitimer(signal.ITIMER_PROF, limits.cpu_seconds)
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds)
    outcome = extract_outcome(request.page, lambda page: _draft(page, request))
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return Drafted(outcome, round((time.process_time() - started) * 1000, 3))


def _draft(page: RawPage, request: Request) -> Draft:
    return fallback_draft(page, request.limits) if request.fallback else draft_page(page, request.sites, request.limits)


def _is_full(limits: Limits) -> bool:
    """Whether most of the memory that a page may take is taken already."""
    data_pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    return data_pages * _PAGE_BYTES > RECYCLE_SHARE * limits.memory_bytes


if __name__ == "__main__":
    main()
