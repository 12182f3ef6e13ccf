"""A page that breaks a library costs that page and no other."""

import os
import time

import pytest

from benchmarks.isolated import Failure, Isolated


def behave(page: bytes) -> str:
    match page:
        case b"hangs":
            time.sleep(600)
        case b"dies":
            os._exit(11)
        case b"raises":
            raise LookupError(page)
    return page.decode().upper()


@pytest.mark.slow
def test_calls_after_a_failed_one_succeed():
    with Isolated(behave, limit_s=3.0) as isolated:
        answers = [isolated(page) for page in (b"one", b"raises", b"two", b"hangs", b"three", b"dies", b"four")]
    assert answers == ["ONE", Failure(cause="LookupError"), "TWO", Failure(cause="timed out"), "THREE", Failure(cause="died"), "FOUR"]
