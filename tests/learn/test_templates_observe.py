from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.learn import OBSERVATIONS, observed_sites, page_observations, place_of, write_observations
from pipeline.records import Block, Candidate, Draft, Media, MetaField, Origin, SourceFormat

PROSE = (
    "The harbour board has begun to repair the old signal cabins above the weir, although the money for it runs out in autumn.",
    "Nearly forty growers refuse to give up the cider orchards behind the gasworks, because nobody else had offered to take them.",
)
SPONSOR = "Made possible by Brackley & Daughters, ironmongers in Tarnwick."
URL = "https://www.heron.example/cabins"


def draft(texts: Sequence[str], url: str | None = URL, candidates: Sequence[Candidate] = (), fetched_at: datetime | None = None) -> Draft:
    return Draft(
        origin=Origin(uri="pages.jsonl", format=SourceFormat.JSONL, record="1"),
        media=Media.HTML,
        sha256="",
        url=url,
        fetched_at=fetched_at,
        charset="utf-8",
        extractor="model",
        blocks=tuple(Block(tag="p", text=text) for text in texts),
        candidates=tuple(candidates),
    )


def seen(page: Draft) -> list[str]:
    return [row["text"] for row in page_observations(page) if "block" in row]


def facts(page: Draft) -> dict[str, Any]:
    return next(iter(page_observations(page)))


def published(day: str) -> Candidate:
    return Candidate(field=MetaField.DATE_PUBLISHED, source="json-ld:datePublished", value=day)


def test_what_may_be_a_template_is_observed_once_a_page():
    long = " ".join(PROSE * 2)
    speech = "“Nobody believed us until the water stood in the ballroom itself,” said the surveyor."
    assert seen(draft([*PROSE, SPONSOR, long, speech, "2:1", "* * *", SPONSOR.upper()])) == [*PROSE, SPONSOR]


DAYS = {
    "of publication": ([published("2031-03-01")], datetime(2031, 5, 1, tzinfo=UTC), date(2031, 3, 1)),
    "of fetching": ([], datetime(2031, 5, 1, 23, 59, tzinfo=UTC), date(2031, 5, 1)),
    "unknown": ([], None, None),
}


@pytest.mark.parametrize(("candidates", "fetched_at", "expected"), DAYS.values(), ids=DAYS)
def test_the_day_of_an_article(candidates: list[Candidate], fetched_at: datetime | None, expected: date | None):
    assert facts(draft(PROSE, candidates=candidates, fetched_at=fetched_at))["day"] == expected


def test_a_print_version_is_the_same_story_on_another_page():
    page, copy = facts(draft([*PROSE, SPONSOR])), facts(draft(["Print", *reversed(PROSE)], url="https://www.heron.example/print/cabins"))
    assert page["story"] == copy["story"]
    assert page["page"] != copy["page"]


def test_short_articles_are_told_apart_by_their_page():
    page, other = facts(draft([PROSE[0]])), facts(draft([PROSE[0]], url="https://www.heron.example/other"))
    assert page["story"] != other["story"]


def test_the_same_page_fetched_again_with_more_text():
    page, later = facts(draft(PROSE)), facts(draft([*PROSE, f"{PROSE[0]} And more."], fetched_at=datetime(2031, 5, 1, tzinfo=UTC)))
    assert page["page"] == later["page"]


def test_a_page_stands_where_its_canonical_address_says():
    canonical = Candidate(field=MetaField.CANONICAL_URL, source="canonical", value="https://sport.heron.example/cabins")
    place = place_of(draft(PROSE, candidates=[canonical]))
    assert place is not None
    assert (place.site, place.host) == ("heron.example", "sport.heron.example")


def test_a_page_of_no_site_shows_nothing():
    assert list(page_observations(draft([SPONSOR], url=None))) == []


def test_the_rows_of_pages_become_a_file_that_names_its_sites(tmp_path: Path):
    pages = [draft([*PROSE, SPONSOR], url=url) for url in (URL, f"{URL}/2", "https://weir.example/cabins")]
    path = tmp_path / "observations.parquet"
    write_observations(path, map(page_observations, pages))
    table = pq.read_table(path)
    assert table.schema.equals(OBSERVATIONS)
    assert table.column("text").to_pylist() == [None, *PROSE, SPONSOR] * 3
    assert observed_sites(path) == {"heron.example", "weir.example"}
