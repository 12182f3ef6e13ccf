"""Fixtures for all tests."""

from pathlib import Path

import hypothesis
import pytest

from tests.running import ROOT

# Speed is measured in benchmarks; here a busy machine must fail nothing.
hypothesis.settings.register_profile("copydesk", deadline=None)
hypothesis.settings.load_profile("copydesk")

SHARED = ROOT.parent / "shared"


@pytest.fixture
def shared() -> Path:
    """The folder of labelled pages beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared beside this checkout: its pages are not part of the project")
    return SHARED
