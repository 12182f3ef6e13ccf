"""Duplicates as a run finds them: fingerprints in files, and the texts of the few that have to be compared."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.duplicates import found_among, recall_and_precision
from benchmarks.invented_stories import invented_article
from pipeline.learn import Resources, duplicates
from pipeline.learn.duplicates import DuplicatesTask, find_duplicates
from pipeline.learn.duplicates_clusters import Verdict
from pipeline.learn.duplicates_files import (
    FINGERPRINTS,
    Fingerprint,
    OtherSchemeError,
    compact_fingerprints,
    compact_pairs,
    fingerprint,
    withdrawal,
    write_fingerprints,
)
from pipeline.learn.duplicates_sketch import jaccard, shingle_hashes, sketch
from pipeline.records import Article
from pipeline.stages.fingerprint import content_hash

FIRST_RUN = datetime(2031, 5, 1, tzinfo=UTC)


def story(name: str, changed: Collection[int] = (), count: int = 100) -> str:
    return " ".join(f"other{place}" if place in changed else f"{name}{place}" for place in range(count))


HEAD, TAIL = range(8), range(92, 100)
STORY, EDITED, EDITED_TWICE = (
    story("weir"),
    story("weir", HEAD),
    story("weir", {*HEAD, *TAIL}),
)  # alike: 0.85 from each to the next, 0.71 the first and last
ALONE = story("mill")


@dataclass
class Desk:
    """Runs, one after the other, over one folder of what was learned; and the verdicts as a store would keep them."""

    folder: Path
    texts: dict[str, str] = field(default_factory=dict)
    dates: dict[str, datetime | None] = field(default_factory=dict)
    fingerprints: list[Path] = field(default_factory=list)
    pairs: list[Path] = field(default_factory=list)
    standing: dict[str, Verdict] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)

    def run(self, articles: Mapping[str, str | None], published: Mapping[str, datetime] | None = None, threshold: float = 0.8) -> list[Verdict]:
        """Brings articles, or with None withdraws one; returns the verdicts of the run."""
        number = len(self.fingerprints)
        self.texts = {article: text for article, text in (self.texts | dict(articles)).items() if text is not None}
        self.dates |= published or {}
        new = write_fingerprints(self.folder / f"f{number}.parquet", self._made(articles), FIRST_RUN + timedelta(days=number))
        task = DuplicatesTask(
            new=(new,),
            known=tuple(self.fingerprints),
            known_pairs=tuple(self.pairs),
            found=self.folder / f"p{number}.parquet",
            resources=Resources(temporary=self.folder),
            threshold=threshold,
        )
        verdicts = find_duplicates(task, self._texts_of)
        self.fingerprints, self.pairs = [*self.fingerprints, new], [*self.pairs, task.found]
        self.standing = {article: verdict for article, verdict in self.standing.items() if article not in articles}
        self.standing |= {verdict.id: verdict for verdict in verdicts}
        return verdicts

    @property
    def duplicates(self) -> dict[str, str]:
        """What each duplicate is one of, now."""
        return {article: verdict.duplicate_of for article, verdict in self.standing.items() if verdict.duplicate_of}

    def _made(self, articles: Mapping[str, str | None]) -> Iterable[Fingerprint]:
        for article, text in articles.items():
            if text is None:
                yield withdrawal(article)
            else:
                yield Fingerprint(id=article, content_hash=content_hash(text), published=self.dates.get(article), sketch=sketch(text))

    def _texts_of(self, ids: Collection[str]) -> dict[str, str]:
        self.asked.append(len(ids))
        return {article: self.texts[article] for article in ids}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_run_names_its_duplicates(desk: Desk):
    verdicts = desk.run({"c": EDITED, "a": STORY, "b": f"{STORY.upper()}!", "d": ALONE, "e": EDITED_TWICE})
    assert verdicts == [Verdict("b", "a", 1.0), Verdict("c", "a", pytest.approx(0.846, abs=0.001))]
    assert jaccard(shingle_hashes(STORY), shingle_hashes(EDITED_TWICE)) < 0.8 <= jaccard(shingle_hashes(EDITED), shingle_hashes(EDITED_TWICE))


def test_a_later_run_looks_at_all_earlier_ones(desk: Desk):
    assert desk.run({"a": STORY, "d": ALONE}) == []
    assert [verdict[:2] for verdict in desk.run({"b": EDITED})] == [("b", "a")]
    assert [verdict[:2] for verdict in desk.run({"c": STORY, "f": ALONE + " more"})] == [("c", "a"), ("f", "d")]


def test_an_earlier_article_gives_way_to_one_published_before_it(desk: Desk):
    desk.run({"a": STORY, "b": EDITED}, {"a": FIRST_RUN, "b": FIRST_RUN})
    verdicts = desk.run({"z": STORY}, {"z": FIRST_RUN - timedelta(days=1)})
    assert verdicts == [Verdict("a", "z", 1.0), Verdict("b", "z", pytest.approx(0.846, abs=0.001))]
    assert desk.duplicates == {"a": "z", "b": "z"}


@pytest.mark.parametrize("text", [None, ALONE, "", STORY], ids=["withdrawn", "other-text", "no-words", "same-text"])
def test_a_canonical_that_goes_leaves_its_place_to_the_next(desk: Desk, text: str | None):
    desk.run({"a": STORY, "b": EDITED, "c": STORY})
    verdicts = desk.run({"a": text})
    if text == STORY:
        assert verdicts == []
        assert desk.duplicates == {"b": "a", "c": "a"}
    else:
        assert verdicts == [Verdict("b"), Verdict("c", "b", pytest.approx(0.846, abs=0.001))]
        assert desk.duplicates == {"c": "b"}


def test_a_revised_duplicate_is_one_no_more(desk: Desk):
    desk.run({"a": STORY, "b": EDITED})
    assert desk.run({"b": ALONE}) == [Verdict("b")]
    assert desk.run({"c": EDITED}) == [Verdict("c", "a", pytest.approx(0.846, abs=0.001))]


def test_what_was_withdrawn_never_counts_again(desk: Desk):
    desk.run({"a": STORY})
    desk.run({"a": None})
    assert desk.run({"b": STORY, "c": EDITED}) == [Verdict("c", "b", pytest.approx(0.846, abs=0.001))]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"a": "", "b": "", "c": " … "}, {}),
        ({"a": "Closed today", "b": "closed – today!", "c": "Closed", "d": "Closed today again"}, {"b": "a"}),
        ({"a": story("x", count=12), "b": story("x", {11}, count=12)}, {}),  # 7 of 9 shingles
        ({"a": story("x", count=14), "b": story("x", {13}, count=14)}, {"b": "a"}),  # 9 of 11
        ({"a": "Accept cookies to read on", "b": "Accept cookies to read on"}, {"b": "a"}),
        (
            {"a": "青波市の渡し船は月曜日に再開した。", "b": "青波市の渡し船は、月曜日に再開した", "c": "霧ヶ丘町の図書館は火曜日に閉じた。"},
            {"b": "a"},
        ),
    ],
    ids=["no-words", "shorter-than-a-shingle", "few-shingles-below", "few-shingles-above", "boilerplate-only", "no-spaces"],
)
def test_short_texts(desk: Desk, texts: dict[str, str], expected: dict[str, str]):
    desk.run(texts)
    assert desk.duplicates == expected


def test_signatures_alone_decide_nothing(desk: Desk):
    """Fingerprints that claim one sketch for two texts: the texts are compared, and are not alike."""
    lying = [Fingerprint(id=article, content_hash=content_hash(text), sketch=sketch(STORY)) for article, text in (("a", STORY), ("b", ALONE))]
    new = write_fingerprints(desk.folder / "new.parquet", lying, FIRST_RUN)
    task = DuplicatesTask(new=(new,), found=desk.folder / "found.parquet", resources=Resources(temporary=desk.folder))
    assert find_duplicates(task, lambda ids: {article: {"a": STORY, "b": ALONE}[article] for article in ids}) == []
    assert pq.read_table(task.found).num_rows == 0


def test_texts_are_asked_for_in_chunks_and_only_those_of_candidates(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(duplicates, "TEXTS_AT_A_TIME", 4)
    articles = {f"{copy}{name}": story(f"s{name}", {0} if copy == "b" else ()) for name in range(20) for copy in "ab"}
    desk.run(articles | {"alone": ALONE})
    assert len(desk.duplicates) == 20
    assert sum(desk.asked) == 40
    assert max(desk.asked) <= 5


def test_a_form_that_hundreds_of_articles_fill_in_stays_cheap(desk: Desk):
    """What thousands share is no reason to compare each with each; copies are found all the same."""
    forms = {
        f"{number:03}": " ".join([*(f"form{place}" for place in range(60)), *(f"n{number}-{place}" for place in range(30))]) for number in range(200)
    }
    desk.run(forms | {"copy": forms["150"].replace("n150-0", "new")})
    assert desk.duplicates == {"copy": "150"}


def test_of_hundreds_of_near_copies_the_most_senior_is_canonical(desk: Desk):
    copies = {f"{number:03}": story("weir", {number}, count=200) for number in range(150)}
    desk.run(copies, {article: FIRST_RUN - timedelta(days=int(article)) for article in copies})
    assert desk.duplicates == dict.fromkeys(copies.keys() - {"149"}, "149")


def test_cleaning_the_same_again_names_the_same_duplicates_and_compares_no_texts(desk: Desk):
    articles = {"a": STORY, "b": EDITED, "c": ALONE}
    first = desk.run(articles)
    desk.asked.clear()
    assert desk.run(articles) == first != []
    assert desk.asked == []


@pytest.mark.parametrize("threshold", [0.79, 1.1])
def test_a_threshold_below_what_sketches_are_made_for_is_refused(desk: Desk, threshold: float):
    with pytest.raises(ValueError, match="threshold"):
        desk.run({"a": STORY}, threshold=threshold)


def test_a_higher_threshold_asks_for_more(desk: Desk):
    assert desk.run({"a": STORY, "b": EDITED, "c": STORY}, threshold=0.9) == [Verdict("c", "a", 1.0)]


def test_sketches_of_another_scheme_are_refused(desk: Desk):
    desk.run({"a": STORY})
    other = pq.read_table(desk.fingerprints[0]).replace_schema_metadata({"copydesk.sketch": "words-3"})
    pq.write_table(other, desk.fingerprints[0])
    with pytest.raises(OtherSchemeError, match="words-3"):
        desk.run({"b": STORY})


def test_two_fingerprints_of_one_article_in_a_run_are_an_error(desk: Desk):
    row = Fingerprint(id="a", content_hash="x", sketch=sketch(STORY))
    new = write_fingerprints(desk.folder / "new.parquet", [row, Fingerprint(id="a", content_hash="y", sketch=sketch(ALONE))], FIRST_RUN)
    with pytest.raises(ValueError, match="article a"):
        find_duplicates(DuplicatesTask(new=(new,), found=desk.folder / "p", resources=Resources(temporary=desk.folder)), lambda _: {})


def test_fingerprints_are_plain_parquet(desk: Desk):
    desk.run({"a": STORY, "b": ""})
    assert pq.read_schema(desk.fingerprints[0]).equals(FINGERPRINTS, check_metadata=False)
    assert pa.compute.sum(pq.read_table(desk.fingerprints[0])["shingle_count"]).as_py() == 96


def test_compacting_changes_no_result(desk: Desk):
    desk.run({"a": STORY, "b": EDITED, "c": ALONE, "d": "gone soon " + ALONE})
    desk.run({"a": ALONE, "d": None})
    resources = Resources(temporary=desk.folder)
    desk.fingerprints = [compact_fingerprints(desk.fingerprints, desk.folder / "fingerprints.parquet", resources)]
    desk.pairs = [compact_pairs(desk.pairs, desk.fingerprints, desk.folder / "pairs.parquet", resources)]
    assert sorted(pq.read_table(desk.fingerprints[0])["id"].to_pylist()) == ["a", "b", "c"]
    assert pq.read_table(desk.pairs[0]).num_rows == 0
    assert [verdict[:2] for verdict in desk.run({"e": STORY})] == [("e", "b")]


@pytest.mark.parametrize(
    ("instant", "day", "published"),
    [
        (FIRST_RUN, date(2031, 5, 1), FIRST_RUN),
        (None, date(2031, 5, 1), datetime(2031, 5, 1, 23, 59, 59, 999_999, tzinfo=UTC)),
        (None, None, None),
    ],
    ids=["instant", "day-alone", "unknown"],
)
def test_an_article_known_by_its_day_comes_behind_those_of_that_day_with_a_time(
    instant: datetime | None, day: date | None, published: datetime | None
):
    known = {
        "id": "a",
        "text": STORY,
        "content_hash": content_hash(STORY),
        "date_published": instant,
        "date_published_day": day,
        "fetched_at": FIRST_RUN,
    }
    made = fingerprint(Article(**{of.name: None for of in fields(Article)} | known))
    assert made == Fingerprint(id="a", content_hash=content_hash(STORY), published=published, fetched=FIRST_RUN, sketch=sketch(STORY))


FAMILY = [STORY, EDITED, EDITED_TWICE, story("weir", TAIL), story("weir", range(4)), STORY.upper(), ALONE, f"{ALONE} more", ""]
ARTICLES = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.one_of(st.none(), st.sampled_from(FAMILY)), st.integers(0, 3)),
    min_size=1,
    max_size=10,
    unique_by=lambda row: row[0],
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ARTICLES, st.data())
def test_neither_order_nor_the_number_of_runs_changes_the_outcome(
    tmp_path_factory: pytest.TempPathFactory, articles: list[tuple[str, str | None, int]], data
):
    """One run over all; and several over parts, in another order, of which some articles had other texts before."""
    dates = {article: FIRST_RUN + timedelta(days=day) for article, _, day in articles}
    at_once, by_parts = Desk(tmp_path_factory.mktemp("at-once")), Desk(tmp_path_factory.mktemp("by-parts"))
    at_once.run({article: text for article, text, _ in articles}, dates)
    shuffled = data.draw(st.permutations(articles))
    by_parts.run({article: data.draw(st.sampled_from(FAMILY)) for article, _, _ in shuffled[::2]}, dates)
    for start in range(0, len(shuffled), 3):
        by_parts.run({article: text for article, text, _ in shuffled[start : start + 3]})
    assert by_parts.duplicates == at_once.duplicates


def test_generated_copies_are_found_and_forms_are_not():
    articles = [invented_article(number, words=200) for number in range(600)]
    found = found_among(articles)
    recall, precision = recall_and_precision(articles, found)
    assert recall >= 0.98
    assert precision >= 0.99
    assert found_among(articles[::-1]) == found
