"""Who is canonical, whatever the order in which articles come."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.learn.duplicates_clusters import Member, Pair, Verdict, seniority, verdicts_on

EARLY, LATE = datetime(2031, 3, 2, tzinfo=UTC), datetime(2031, 3, 3, tzinfo=UTC)
TEXTS = "ABCDEFG"


def member(article: str, text: str, published: datetime | None = None, fetched: datetime | None = None) -> Member:
    return Member(article, text, published, fetched)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (member("b", "A", EARLY, LATE), member("a", "A", LATE, EARLY)),
        (member("b", "A", LATE), member("a", "A", None, EARLY)),
        (member("b", "A", EARLY, EARLY), member("a", "A", EARLY, LATE)),
        (member("b", "A", None, EARLY), member("a", "A", None, None)),
        (member("a", "A", EARLY, EARLY), member("b", "A", EARLY, EARLY)),
    ],
    ids=["published-first", "unknown-publication-is-late", "fetched-first", "unknown-fetch-is-late", "smaller-id"],
)
def test_the_canonical_article_is_the_most_senior_one(first: Member, second: Member):
    assert verdicts_on([second, first], []) == {first.id: Verdict(first.id), second.id: Verdict(second.id, first.id, 1.0)}


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], {}),
        ([("A", "B", 0.9)], {"b": ("a", 0.9)}),
        # A chain: the third is like the second only, and the second is not published.
        ([("A", "B", 0.9), ("B", "C", 0.9)], {"b": ("a", 0.9)}),
        ([("A", "C", 0.9), ("B", "C", 0.8)], {"c": ("a", 0.9)}),
        ([("A", "C", 0.8), ("B", "C", 0.9)], {"c": ("b", 0.9)}),
        ([("A", "C", 0.9), ("B", "C", 0.9)], {"c": ("a", 0.9)}),
        ([("A", "B", 0.8), ("A", "C", 0.8), ("B", "C", 1.0)], {"b": ("a", 0.8), "c": ("a", 0.8)}),
        ([("A", "B", 0.9), ("B", "C", 0.9), ("C", "D", 0.9)], {"b": ("a", 0.9), "d": ("c", 0.9)}),
    ],
    ids=["none", "two", "chain", "more-alike", "more-alike-and-junior", "equally-alike", "all", "long-chain"],
)
def test_verdicts(pairs: list[tuple[str, str, float]], expected: dict[str, tuple[str, float]]):
    verdicts = verdicts_on([member(text.lower(), text) for text in "DCBA"], [Pair(*pair) for pair in pairs])
    assert {verdict.id: (verdict.duplicate_of, verdict.similarity) for verdict in verdicts.values() if verdict.duplicate_of} == expected


def test_copies_with_the_same_words_share_the_verdict_on_their_text():
    members = [member("b", "B"), member("c", "B"), member("a", "A")]
    verdicts = verdicts_on(members, [Pair("A", "B", 0.9)])
    assert verdicts == {"a": Verdict("a"), "b": Verdict("b", "a", 0.9), "c": Verdict("c", "a", 0.9)}


INSTANTS = st.sampled_from([EARLY, LATE, None])
MEMBERS = st.lists(
    st.builds(Member, st.text("abcdefghij", min_size=1, max_size=2), st.sampled_from(TEXTS), INSTANTS, INSTANTS),
    unique_by=lambda of: of.id,
    max_size=12,
)
PAIRS = st.dictionaries(st.sampled_from([(one, other) for one in TEXTS for other in TEXTS if one < other]), st.sampled_from([0.8, 0.85, 0.9]))


@given(MEMBERS, PAIRS, st.randoms())
def test_order_changes_nothing(members: list[Member], similar: dict[tuple[str, str], float], chance):
    pairs = [Pair(*texts, similarity) for texts, similarity in similar.items()]
    expected = verdicts_on(members, pairs)
    chance.shuffle(members)
    chance.shuffle(pairs)
    assert verdicts_on(members, pairs) == expected


@given(MEMBERS, PAIRS)
def test_a_duplicate_is_like_its_canonical_and_no_two_canonicals_are_alike(members: list[Member], similar: dict[tuple[str, str], float]):
    by_id = {of.id: of for of in members}
    verdicts = verdicts_on(members, [Pair(*texts, similarity) for texts, similarity in similar.items()])

    def similarity(one: str, other: str) -> float:
        texts = sorted([by_id[one].content_hash, by_id[other].content_hash])
        return 1.0 if texts[0] == texts[1] else similar.get((texts[0], texts[1]), 0.0)

    canonical = {article for article, verdict in verdicts.items() if verdict.duplicate_of is None}
    assert verdicts.keys() == by_id.keys()
    for article, verdict in verdicts.items():
        if verdict.duplicate_of:
            assert verdict.duplicate_of in canonical
            assert verdict.similarity == similarity(article, verdict.duplicate_of) >= 0.8
            assert seniority(by_id[verdict.duplicate_of]) < seniority(by_id[article])
    withdrawn = {article for article, of in by_id.items() if of.withdrawn}
    assert withdrawn <= canonical
    assert all(similarity(one, other) == 0 for one in canonical - withdrawn for other in canonical - {one})


@given(MEMBERS, PAIRS)
def test_what_is_like_a_withdrawn_article_repeats_it_and_no_other(members: list[Member], similar: dict[tuple[str, str], float]):
    verdicts = verdicts_on(members, [Pair(*texts, similarity) for texts, similarity in similar.items()])
    texts = {of.content_hash for of in members if of.withdrawn}
    alike = texts | {text for pair in similar for text in pair if texts & set(pair)}
    withdrawn = {of.id for of in members if of.withdrawn}
    assert {article for article, verdict in verdicts.items() if verdict.duplicate_of in withdrawn} == {
        of.id for of in members if of.content_hash in alike and not of.withdrawn
    }
