from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

from pipeline.stages import metadata

MODULES = [module.name for module in pkgutil.iter_modules(metadata.__path__, f"{metadata.__name__}.")]


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_docstrings_hold(module):
    assert doctest.testmod(importlib.import_module(module)).failed == 0
