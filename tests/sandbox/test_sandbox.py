"""Pages that hang, eat memory or kill their process, among good ones, in real worker processes."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.records import Draft, Flag, Media, Origin, RawPage, Reason, Rejected, SourceFormat
from pipeline.sandbox import Request, Sandbox, SandboxBroken
from pipeline.sandbox.messages import parse_reply
from pipeline.settings import Limits
from tests.invented import page, paragraphs

LIMITS = Limits(cpu_seconds=2, wall_seconds=5, memory_bytes=512 << 20)
# What comes of each deed: the reason of its row, or the extractor where the cheaper extraction gives an article.
DEEDS = {
    "crash": Reason.CRASHED,
    "segfault": Reason.CRASHED,
    "abort": Reason.CRASHED,
    "exit": Reason.CRASHED,
    "loop": "fallback",
    "hang": "fallback",
    "memory": "fallback",
    "kill": "fallback",  # as the system does when memory is short
    "noise": "model",
}


@pytest.fixture
def sandbox(evil: None) -> Iterator[Sandbox]:  # noqa: ARG001 - its workers are the evil ones
    sandbox = Sandbox()
    yield sandbox
    sandbox.close()


def request(number: int = 0, deed: str = "", limits: Limits = LIMITS) -> Request:
    html = page(number, [f"EVIL:{deed}"] if deed else [])["html"] or ""
    origin = Origin(uri=f"{number}.html", format=SourceFormat.HTML, record="0")
    return Request(page=RawPage(origin=origin, media=Media.HTML, body=html.encode(), url=f"https://heron.example/{number}"), limits=limits)


def result(outcome: Draft | Rejected) -> Reason | str:
    return outcome.extractor if isinstance(outcome, Draft) else outcome.reason


@pytest.mark.slow
@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_is_its_own_page_s_row_and_no_other_s(sandbox: Sandbox, deed: str):
    outcomes = [drafted.outcome for drafted in sandbox.drafts([request(0), request(1, deed), request(2)])]
    assert [*map(result, outcomes)] == ["model", DEEDS[deed], "model"]
    flags = [Flag.EXTRACTION_INTERRUPTED in outcome.flags for outcome in outcomes if isinstance(outcome, Draft)]
    assert any(flags) == (deed in {"hang", "memory", "kill"})  # which may be the machine's doing


@pytest.mark.slow
def test_workers_that_have_died_leave_no_open_files(sandbox: Sandbox):
    def open_files() -> int:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names will do

    assert result(sandbox.draft(request(0, "exit")).outcome) == DEEDS["exit"]
    before = open_files()
    for number in range(3):
        assert result(sandbox.draft(request(number, "exit")).outcome) == DEEDS["exit"]
    assert open_files() <= before


def test_the_cheaper_extraction_gives_the_page_s_text(sandbox: Sandbox):
    draft = sandbox.draft(request(3, limits=LIMITS.model_copy(update={"elements": 5}))).outcome
    assert isinstance(draft, Draft)
    assert (draft.extractor, draft.candidates[0].value) == ("fallback", "Story 3 of the valley")
    assert [block.text for block in draft.blocks][1:] == paragraphs(3)


def test_a_page_that_is_fit_for_neither_extraction_is_rejected_for_the_first_reason(sandbox: Sandbox):
    limits = LIMITS.model_copy(update={"page_bytes": 99})
    binary = RawPage(origin=request().page.origin, media=Media.HTML, body=b"%PDF-" + bytes(99))
    outcome = sandbox.draft(Request(page=binary, limits=limits)).outcome
    assert isinstance(outcome, Rejected)
    assert (outcome.reason, outcome.detail) == (Reason.TOO_LARGE, "104 bytes, more than 99")


def test_rejected_records_pass_through_in_their_places(sandbox: Sandbox):
    rejected = sandbox.draft(request(7, "crash")).outcome
    assert isinstance(rejected, Rejected)
    outcomes = [drafted.outcome for drafted in sandbox.drafts([rejected, request(0), rejected, rejected, request(1)])]
    assert [outcome.origin.uri for outcome in outcomes] == ["7.html", "0.html", "7.html", "7.html", "1.html"]


@pytest.mark.slow
def test_a_worker_that_is_killed_between_pages_costs_no_page(sandbox: Sandbox):
    def killing() -> Iterator[Request]:
        for number in range(6):
            if number in {2, 5}:
                os.kill(worker_of(sandbox), signal.SIGKILL)
            yield request(number)

    assert [result(drafted.outcome) for drafted in sandbox.drafts(killing())] == ["model"] * 6


def test_bad_pages_in_a_row_are_no_broken_installation(sandbox: Sandbox):
    asked = [request(number, "crash") for number in range(11)]
    assert [result(drafted.outcome) for drafted in sandbox.drafts([*asked, request(11)])] == [Reason.CRASHED] * 11 + ["model"]


@pytest.mark.slow
def test_limits_under_which_no_page_can_be_extracted_are_told():
    sandbox = Sandbox()
    limits = LIMITS.model_copy(update={"memory_bytes": 64 << 20})
    with pytest.raises(SandboxBroken, match=r"and so on 5 pages one after the other, .* one of the limits is too low"):
        list(sandbox.drafts(request(number, limits=limits) for number in range(9)))
    sandbox.close()


def test_a_page_whose_answer_nobody_read_gives_no_other_page_its_own(sandbox: Sandbox):
    def breaking_off() -> Iterator[Request]:
        yield request(1)
        raise OSError("the disk")

    with pytest.raises(OSError, match="the disk"):
        list(sandbox.drafts(breaking_off()))
    answers = sandbox.drafts(request(number) for number in (2, 3, 4))
    second = next(answers).outcome
    assert (second.origin.uri, result(second)) == ("2.html", "model")
    answers.close()  # with the third page under way
    found = [drafted.outcome for drafted in sandbox.drafts([request(5), request(6)])]
    assert [(outcome.origin.uri, result(outcome)) for outcome in found] == [("5.html", "model"), ("6.html", "model")]


ANSWERING_FOR_ANOTHER = """
import dataclasses, sys
from pipeline.records import Origin
from pipeline.sandbox import messages, worker
answer = worker._answer
def wrong(request):
    drafted = answer(request)
    return drafted._replace(outcome=dataclasses.replace(drafted.outcome, origin=dataclasses.replace(drafted.outcome.origin, uri="another.html")))
worker._answer = wrong
worker.main()
"""


def test_the_answer_on_another_page_is_no_answer():
    sandbox = Sandbox((sys.executable, "-c", ANSWERING_FOR_ANOTHER))
    outcome = sandbox.draft(request()).outcome
    assert isinstance(outcome, Rejected)
    assert (outcome.origin.uri, outcome.reason, "makes no sense" in outcome.detail) == ("0.html", Reason.CRASHED, True)
    sandbox.close()


def test_a_worker_that_does_not_start_says_so():
    with pytest.raises(SandboxBroken, match="does not start"):
        Sandbox((sys.executable, "-c", "raise SystemExit(4)")).draft(request())


# It says nothing on a page before it is asked, as the pipe's reader takes for given.
MUMBLING = """
import sys
for said in (b"ready", b"mumbling"):
    sys.stdout.buffer.write(len(said).to_bytes(8, "little") + said)
    sys.stdout.buffer.flush()
    sys.stdin.buffer.read(1)
sys.stdin.read()
"""


def test_an_answer_that_makes_no_sense_is_the_page_s_row():
    sandbox = Sandbox((sys.executable, "-c", MUMBLING))
    outcome = sandbox.draft(request()).outcome
    assert isinstance(outcome, Rejected)
    assert (outcome.reason, outcome.detail) == (Reason.CRASHED, "the process that extracted it gave an answer that makes no sense")
    with pytest.raises(SandboxBroken, match=r"makes no sense, and so on 5 pages .*, and a page of copydesk's own came to nothing"):
        list(sandbox.drafts(request(number) for number in range(9)))


@pytest.mark.parametrize("frame", [b"mumbling", b"D", b"", b"D" + bytes(8) + b"{}", b"X" + bytes(8) + b"{}", b"R" + bytes(8) + b"\xff"])
def test_no_frame_is_taken_for_an_outcome_that_is_none(frame: bytes):
    with pytest.raises(ValueError, match="no outcome of a page"):
        parse_reply(frame)


@pytest.mark.slow
def test_a_hanging_worker_outlives_no_parent(evil: None, tmp_path: Path):  # noqa: ARG001 - the workers are the evil ones
    """Its own timers end it, whoever started it: a run that was killed leaves nothing behind."""
    code = (
        "import os, signal, sys; from tests.sandbox.test_sandbox import *; s = Sandbox(); s._send(request(0, 'hang'));"
        "print(worker_of(s), flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    parent = tmp_path / "out"
    with parent.open("wb") as out:
        os.waitpid(os.posix_spawn(sys.executable, [sys.executable, "-c", code], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1)]), 0)
    worker = int(parent.read_text())
    deadline = time.monotonic() + 60
    while Path(f"/proc/{worker}/cmdline").exists() and Path(f"/proc/{worker}/cmdline").read_bytes():
        assert time.monotonic() < deadline, "it still runs"
        time.sleep(0.1)


def worker_of(sandbox: Sandbox) -> int:
    """The id of the worker's process."""
    worker = sandbox._running()
    return worker.process.pid
