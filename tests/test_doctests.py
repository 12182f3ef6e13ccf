"""The examples in docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import pipeline

MODULES = sorted(module.name for module in pkgutil.walk_packages(pipeline.__path__, "pipeline."))


@pytest.mark.parametrize("module", MODULES)
def test_examples(module: str):
    assert doctest.testmod(importlib.import_module(module)).failed == 0
