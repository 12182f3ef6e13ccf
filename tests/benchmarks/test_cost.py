"""What the cost benchmark counts; how much that is, it says itself."""

import pytest

from benchmarks.cost import STAGES, measured_cost
from pipeline.records import Media, Origin, RawPage, SourceFormat
from tests.running import ROOT


@pytest.fixture
def page() -> RawPage:
    uri = "riverside-ledger/library-bond-vote.html"
    return RawPage(
        origin=Origin(uri=uri, format=SourceFormat.HTML, record="0"),
        media=Media.HTML,
        body=(ROOT / "raw" / uri).read_bytes(),
        url="https://www.riversideledger.example/library-bond-vote",
    )


def test_each_page_counts_once_for_each_system_and_in_every_stage(page: RawPage):
    cost = measured_cost([page] * 3, [page])
    assert len(cost.copydesk) == len(cost.trafilatura) == 3
    assert set(cost.stages) == set(STAGES)
    assert sum(cost.stages.values()) <= sum(cost.copydesk)
