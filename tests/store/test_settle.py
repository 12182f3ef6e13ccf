"""What becomes of the pages of one id: the decision table, and its laws."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.store.settle import Outcome, Page, Standing, newest, settle

NEW, REVISED, UNCHANGED, SUPERSEDED = Outcome


def page(source: str, fetched_at: int | None, digest: str, *, modified: int | None = None, published: int | None = None, sha: str = "00") -> Page:
    return Page(
        source_uri=source,
        source_record="0",
        source_sha256=sha,
        digest=digest,
        fetched_at=fetched_at,
        date_modified=modified,
        date_published=published,
    )


def standing(said: Page) -> Standing:
    return Standing(page=said, revision=3, articles_file=1, removed_file=None)


@pytest.mark.parametrize(
    ("published", "staged", "outcomes"),
    [
        pytest.param(None, [page("a", 1, "x")], [NEW], id="first"),
        pytest.param(None, [page("a", 1, "x"), page("b", 2, "y")], [SUPERSEDED, NEW], id="two in one run: the newer"),
        pytest.param(None, [page("a", 2, "x"), page("b", 2, "x")], [SUPERSEDED, NEW], id="alike and as old: one of them, by source"),
        pytest.param(None, [page("a", None, "x"), page("b", -5, "y")], [SUPERSEDED, NEW], id="an unknown time is the lowest"),
        pytest.param(None, [page("z", 2, "x"), page("a", 2, "y", modified=9)], [SUPERSEDED, NEW], id="then the modification"),
        pytest.param(None, [page("z", 2, "x"), page("a", 2, "y", published=9)], [SUPERSEDED, NEW], id="then the publication"),
        pytest.param(None, [page("a", 2, "x", sha="01"), page("a", 2, "y", sha="02")], [SUPERSEDED, NEW], id="then the bytes"),
        pytest.param(page("a", 1, "x"), [page("a", 1, "x")], [UNCHANGED], id="read again, the same"),
        pytest.param(page("a", 1, "x"), [page("a", 9, "x")], [UNCHANGED], id="read again, fetched later"),
        pytest.param(page("a", 5, "x"), [page("a", 1, "y")], [REVISED], id="a record takes back what it said, even with an older page"),
        pytest.param(page("a", 5, "x"), [page("b", 6, "y")], [REVISED], id="another source, newer"),
        pytest.param(page("a", 5, "x"), [page("b", 6, "x")], [UNCHANGED], id="another source, newer, says the same"),
        pytest.param(page("a", 5, "x"), [page("b", 4, "y")], [SUPERSEDED], id="another source, older"),
        pytest.param(page("a", 5, "x"), [page("b", 4, "x")], [SUPERSEDED], id="another source, older, says the same"),
        pytest.param(page("a", 5, "x"), [page("a", 1, "z"), page("b", 2, "y")], [SUPERSEDED, REVISED], id="what was taken back defends nothing"),
        pytest.param(page("a", 5, "x"), [page("a", 5, "x"), page("b", 2, "y")], [UNCHANGED, SUPERSEDED], id="read again, beats an older one"),
    ],
)
def test_outcomes(published: Page | None, staged: list[Page], outcomes: list[Outcome]):
    assert settle(standing(published) if published else None, staged) == outcomes


instants = st.none() | st.integers(-3, 3)
pages = st.builds(
    page, st.sampled_from("abc"), instants, st.sampled_from("xyz"), modified=instants, published=instants, sha=st.sampled_from(["01", "02"])
)


@given(st.lists(pages, min_size=1, max_size=8), st.none() | pages.map(standing), st.randoms(use_true_random=False))
def test_the_order_of_staged_pages_changes_nothing(staged: list[Page], published: Standing | None, rng: random.Random):
    shuffled = staged[:]
    rng.shuffle(shuffled)

    def outcome_by_page(given_pages: list[Page]) -> list[tuple[str, int]]:
        return sorted((repr(it), outcome) for it, outcome in zip(given_pages, settle(published, given_pages), strict=True))

    assert outcome_by_page(staged) == outcome_by_page(shuffled)


@given(st.lists(pages, min_size=1, max_size=8), st.none() | pages.map(standing))
def test_at_most_one_page_takes_the_id(staged: list[Page], published: Standing | None):
    losers = settle(published, staged).count(SUPERSEDED)
    assert losers >= len(staged) - 1
    assert published or losers == len(staged) - 1


@given(st.lists(pages, min_size=2, max_size=6, unique_by=lambda it: it.source_uri), st.permutations(range(6)))
def test_sources_read_in_any_order_of_runs_have_one_winner(sources: list[Page], order: list[int]):
    said: Page | None = None
    for index in (index for index in order if index < len(sources)):
        (outcome,) = settle(standing(said) if said else None, [sources[index]])
        if outcome is not SUPERSEDED:
            said = sources[index]
    assert said == sources[newest(sources)]
