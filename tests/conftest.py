"""Fixtures for all tests."""

from pathlib import Path

import pytest

from tests.running import ROOT

SHARED = ROOT.parent / "shared"


@pytest.fixture
def shared() -> Path:
    """The folder of labelled pages beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared beside this checkout: its pages are not part of the project")
    return SHARED
