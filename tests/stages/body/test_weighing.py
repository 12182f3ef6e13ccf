import numpy as np
import pytest

from pipeline.stages.body.columns import Features
from pipeline.stages.body.model import KEEP_SCORE, BodyModel
from pipeline.stages.body.weighing import Weight, weigh

PROSE, DOUBTFUL, SHORT, LINK = (30, 0), (12, 0), (3, 0), (3, 1)


def weights(model: BodyModel, *rows: tuple[float, float], offered: list[bool]) -> dict[int, Weight]:
    features = Features(("words", "link_share"), np.array(rows, dtype=np.float32).reshape(len(rows), 2))
    return weigh(model.scores(features), np.array(offered, dtype=bool), lambda places: model.doubts(features.values[places]))


@pytest.mark.parametrize(
    ("rows", "offered", "places"),
    [
        pytest.param([PROSE, LINK], [True, False], [0], id="offered and likely"),
        pytest.param([LINK, PROSE], [False, False], [1], id="likely alone"),
        pytest.param([LINK, DOUBTFUL], [False, False], [1], id="not likely, but not unlikely either"),
        pytest.param([LINK, SHORT], [True, False], [0], id="offered alone"),
        pytest.param([LINK, SHORT], [False, False], [], id="neither"),
        pytest.param([PROSE, LINK, PROSE, SHORT], [False, True, True, True], [0, 1, 2, 3], id="in reading order"),
        pytest.param([], [], [], id="no blocks"),
    ],
)
def test_weighed_is_what_is_offered_or_not_unlikely(small_model: BodyModel, rows: list[tuple[float, float]], offered: list[bool], places: list[int]):
    assert list(weights(small_model, *rows, offered=offered)) == places


def test_only_unlikely_blocks_are_doubted(small_model: BodyModel):
    found = weights(small_model, LINK, PROSE, DOUBTFUL, offered=[True, True, False])
    assert [weight.score >= KEEP_SCORE for weight in found.values()] == [False, True, False]
    assert [weight.doubts for weight in found.values()] == [("its wording", "its links"), (), ("its wording",)]
