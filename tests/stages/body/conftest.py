"""A model small enough to be worked out by hand."""

from pathlib import Path

import orjson
import pytest

from pipeline.stages.body.model import BodyModel

# Up to 9 words speak against a block by 3, up to 19 by 1, more speak for it by 2; links above 0.5 take 4 away, but only from short blocks.
FEATURES = ["words", "link_share"]
TREES = [
    {"questions": [0, 0], "thresholds": [9.5, 19.5], "first": [-1, -2], "second": [1, -3], "inner": [0.5, 1.0], "leaves": [-3.0, -1.0, 2.0]},
    {"questions": [0, 1], "thresholds": [9.5, 0.5], "first": [1, -2], "second": [-1, -3], "inner": [-0.5, -1.0], "leaves": [0.0, 0.0, -4.0]},
    {"questions": [], "thresholds": [], "first": [], "second": [], "inner": [], "leaves": [0.25]},
]


@pytest.fixture
def small_model(tmp_path: Path) -> BodyModel:
    """A model of three trees, the last of them a lone leaf."""
    file = tmp_path / "small_model.json"
    file.write_bytes(orjson.dumps({"features": FEATURES, "depth": 2, "trees": TREES, "name_weights": {"story": 1.5}}))
    return BodyModel.read(file)
