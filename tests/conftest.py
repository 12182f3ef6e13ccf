"""Fixtures for all tests."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import hypothesis
import pytest

from pipeline.objectstore import store_of
from pipeline.sandbox import sandbox
from pipeline.sources import settling
from tests.object_store import BUCKET, ObjectStore
from tests.running import ROOT

# Speed is measured in benchmarks; here a busy machine must fail nothing.
hypothesis.settings.register_profile("copydesk", deadline=None)
hypothesis.settings.load_profile("copydesk")

SHARED = ROOT.parent / "shared"


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests write a file and read it at once; runs wait for no file to settle."""
    monkeypatch.setattr(settling, "sleep", lambda _seconds: None)
    monkeypatch.setenv("COPYDESK_SETTLE_SECONDS", "0")


@pytest.fixture
def shared() -> Path:
    """The folder of labelled pages beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared beside this checkout: its pages are not part of the project")
    return SHARED


@pytest.fixture
def evil(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Workers that do what a page asks for, e.g. "EVIL:hang": see tests/evil. Other tests of this process get back the worker that they had."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests" / "evil"), prepend=os.pathsep)
    own = threading.local()
    monkeypatch.setattr(sandbox, "_of_thread", own)
    yield
    if hasattr(own, "sandbox"):
        own.sandbox.close()


@pytest.fixture
def object_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    """An S3 API on loopback with an empty bucket, which this process and those that it starts are told of."""
    with ObjectStore().serving() as store:
        for name, value in store.environment.items():
            monkeypatch.setenv(name, value)
        store_of.cache_clear()
        endpoint = store.environment["AWS_ENDPOINT_URL"]
        httpx.post(f"{endpoint}/moto-api/reset").raise_for_status()  # its objects are the process's, not the server's
        httpx.put(f"{endpoint}/{BUCKET}").raise_for_status()
        yield store
    store_of.cache_clear()
