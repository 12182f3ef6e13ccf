"""The parent's side: one worker, asked page by page; whichever page it dies on is known, and is that page's row."""

from __future__ import annotations

import contextlib
import fcntl
import select
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import IO, Final, NamedTuple

from pipeline.outcomes import lost_outcome
from pipeline.records import LIMIT_REASONS, PASSING_REASONS, Draft, Flag, Media, Origin, RawPage, Reason, Reject, Rejected, SourceFormat
from pipeline.sandbox.messages import READY, Drafted, Request, parse_reply, read_frame, write_request
from pipeline.settings import Limits

COMMAND: Final = (sys.executable, "-P", "-m", "pipeline.sandbox.worker")
START_SECONDS: Final = 120
GRACE_SECONDS: Final = 5  # for a worker's own timer, before its parent ends it
PIPE_BYTES: Final = 1 << 20  # most pages in one piece
MAX_FAILURES: Final = 5  # one after the other, on different pages: then a page of our own tells whether it is the pages or the installation
_FAILURES: Final = frozenset({Reason.CRASHED, Reason.TIMEOUT, Reason.CPU_LIMIT, Reason.OUT_OF_MEMORY})
_PARAGRAPH: Final = "<p>Nobody wrote this page to be read, and yet it has to come out as an article of three paragraphs wherever copydesk works.</p>"
_OWN_PAGE: Final = RawPage(
    origin=Origin(uri="own-page", format=SourceFormat.HTML, record="0"),
    media=Media.HTML,
    body=f"<html><body><article><h1>A page of our own</h1>{_PARAGRAPH * 3}</article></body></html>".encode(),
)
# May be the machine's doing, and not the page's, or a worker that was due to go: the page gets another try.
_AMBIGUOUS: Final = frozenset({0, -signal.SIGKILL, -signal.SIGALRM, -signal.SIGTERM})


class SandboxBroken(Exception):  # noqa: N818 - reads as what happened
    """No page can be extracted: the worker does not start, or fails on page after page and on one of our own."""


class _Death(NamedTuple):
    """How a worker ended: its exit code, or a signal's number below zero; None where it was ended because its answer made no sense."""

    code: int | None


class _Worker(NamedTuple):
    """A worker process and the pipes to and from it."""

    process: subprocess.Popen[bytes]
    requests: IO[bytes]
    replies: IO[bytes]


class Sandbox:
    """A worker process for pages, started when the first one comes and again whenever it has ended. For one thread."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._worker: _Worker | None = None
        self._end_worker: Callable[[], object] = lambda: None
        self._failures = 0

    def close(self) -> None:
        """Ends the worker."""
        self._worker = None
        self._end_worker()

    def draft(self, request: Request) -> Drafted:
        """Returns the outcome of one page. Raises SandboxBroken."""
        (drafted,) = self.drafts([request])
        return drafted

    def drafts(self, requests: Iterable[Request | Rejected]) -> Iterator[Drafted]:
        """Yields the outcomes in order; what is rejected already passes through. Raises SandboxBroken.

        While the worker is busy with one page, the next is read, and the last one's outcome is used.
        """
        asked: Request | None = None  # whose answer nobody has read yet
        try:
            for request in requests:
                done = [self._answer(asked)] if asked else []
                asked = None
                if isinstance(request, Request):
                    asked = request
                    self._send(request)
                else:
                    done.append(Drafted(request, 0.0))
                yield from done
            last = [self._answer(asked)] if asked else []
            asked = None
            yield from last
        finally:
            if asked:  # else who asks next would get this page's answer for his own
                self.close()

    def _answer(self, asked: Request) -> Drafted:
        """The outcome of the page that was sent; where it is beyond a limit, that of the cheaper extraction, if this gives anything."""
        drafted = self._received(asked)
        if isinstance(drafted.outcome, Rejected) and drafted.outcome.reason in LIMIT_REASONS:
            cheaper = replace(asked, fallback=True)
            self._send(cheaper)
            second = self._received(cheaper)
            if isinstance(second.outcome, Draft):
                flags = {Flag.EXTRACTION_INTERRUPTED} if drafted.outcome.reason in PASSING_REASONS else set()
                return Drafted(replace(second.outcome, flags=second.outcome.flags | flags), drafted.cpu_ms + second.cpu_ms)
        return drafted

    def _received(self, asked: Request) -> Drafted:
        """The reply on the page that was sent, or the row that says how the worker died of it."""
        reply = self._reply(asked)
        if isinstance(reply, _Death) and reply.code in _AMBIGUOUS:
            self._send(asked)
            reply = self._reply(asked)
        drafted = reply if isinstance(reply, Drafted) else Drafted(lost_outcome(asked.page, _reject_of(reply, asked.limits)), 0.0)
        if not asked.fallback:
            self._count(drafted.outcome, asked.limits)
        return drafted

    def _count(self, outcome: Draft | Rejected, limits: Limits) -> None:
        """Counts failures in a row. Raises SandboxBroken where it is not the pages that fail."""
        if isinstance(outcome, Draft) or outcome.reason not in _FAILURES:
            self._failures = 0
            return
        self._failures += 1
        if self._failures >= MAX_FAILURES:
            own = Request(page=_OWN_PAGE, limits=limits)
            self._send(own)
            reply = self._reply(own)
            if not (isinstance(reply, Drafted) and isinstance(reply.outcome, Draft)):
                raise SandboxBroken(
                    f"{outcome.detail}, and so on {MAX_FAILURES} pages one after the other, and a page of copydesk's own came to nothing, too: "
                    "the installation is broken, or one of the limits is too low for any page"
                )
            self._failures = 0

    def _reply(self, asked: Request) -> Drafted | _Death:
        worker = self._running()
        if not _speaks_within(worker, asked.limits.wall_seconds + GRACE_SECONDS):
            self.close()
            return _Death(-signal.SIGALRM)
        frame = read_frame(worker.replies)
        if frame is None:
            return _Death(self._ended(worker))
        with contextlib.suppress(ValueError):
            reply = parse_reply(frame)
            if reply.outcome.origin == asked.page.origin:
                return reply
        self.close()
        return _Death(None)

    def _send(self, request: Request) -> None:
        """Sends a request, to a new worker where there is none or it went after its last page."""
        for _ in range(2):
            try:
                write_request(self._running().requests, request)
            except BrokenPipeError:
                self.close()
            else:
                return
        raise SandboxBroken("the extracting process ends before it is asked anything; what it said stands above")

    def _running(self) -> _Worker:
        if self._worker is None:
            worker = self._worker = _started(self._command)
            self._end_worker = weakref.finalize(self, _end, worker)
            if not _speaks_within(worker, START_SECONDS) or read_frame(worker.replies) != READY:
                raise SandboxBroken(f"the extracting process does not start (exit code {self._ended(worker)}); what it said stands above")
        return self._worker

    def _ended(self, worker: _Worker) -> int:
        """The exit code of the worker, which has closed its pipe or is ended now."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.process.wait(GRACE_SECONDS)
        self.close()
        return worker.process.wait()


def thread_sandbox() -> Sandbox:
    """Returns this thread's sandbox, which ends with the thread."""
    if not hasattr(_of_thread, "sandbox"):
        _of_thread.sandbox = Sandbox()
    sandbox: Sandbox = _of_thread.sandbox
    return sandbox


_of_thread = threading.local()


def _started(command: Sequence[str]) -> _Worker:
    # Exec'd, not forked: it inherits neither locks nor open files, and starts from any thread and from daemons.
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own interpreter and module
    if process.stdin is None or process.stdout is None:
        raise TypeError("both are pipes, as Popen was told")
    fcntl.fcntl(process.stdin, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return _Worker(process, process.stdin, process.stdout)


def _speaks_within(worker: _Worker, seconds: float) -> bool:
    """Whether the worker says something or ends within so many seconds."""
    return bool(select.select([worker.replies], [], [], seconds)[0])


def _end(worker: _Worker) -> None:
    worker.process.kill()
    with contextlib.suppress(BrokenPipeError):  # half a request may be left that nobody reads
        worker.requests.close()
    worker.replies.close()
    worker.process.wait()


def _reject_of(death: _Death, limits: Limits) -> Reject:
    if death.code == -signal.SIGPROF:
        return Reject(Reason.CPU_LIMIT, f"more than {limits.cpu_seconds:g} s of CPU time")
    if death.code == -signal.SIGALRM:
        return Reject(Reason.TIMEOUT, f"more than {limits.wall_seconds:g} s")
    if death.code == -signal.SIGKILL:
        return Reject(Reason.OUT_OF_MEMORY, "the process that extracted it was killed, twice, as the system does when memory is short")
    if death.code is None:
        return Reject(Reason.CRASHED, "the process that extracted it gave an answer that makes no sense")
    how = f"was ended by {signal.Signals(-death.code).name}" if death.code < 0 else f"ended with exit code {death.code}"
    return Reject(Reason.CRASHED, f"the process that extracted it {how}")
