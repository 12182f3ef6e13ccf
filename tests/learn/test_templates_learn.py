import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.learn import (
    OBSERVATIONS,
    MergeTask,
    Resources,
    Template,
    compact_observations,
    learn_shard,
    learning_tasks,
    merge_templates,
    read_templates,
)
from pipeline.learn.templates_observe import site_bucket

SITE = "harbour.example"
FIRST = date(2031, 3, 1)
TODAY = date(2033, 1, 1)
Row = dict[str, Any]


def article(
    page: int,
    blocks: Iterable[int] = (),
    *,
    site: str = SITE,
    host: str = "www",
    story: int | None = None,
    day: int | None = 0,
    fetched: int | None = 0,
):
    """The rows of an article: its page, its story, its days (counted from the first of March; None: unknown), and the blocks on it."""
    own: Row = {
        "bucket": site_bucket(site),
        "site": site,
        "host": f"{host}.{site}",
        "page": page,
        "story": page if story is None else story,
        "day": None if day is None else FIRST + timedelta(days=day),
        "fetched": None if fetched is None else FIRST + timedelta(days=fetched),
    }
    return [own, *(own | {"block": block, "words": 4, "zone": "tail", "tag": "p", "score": 900, "text": f"line {block}"} for block in blocks)]


def write(path: Path, rows: Sequence[Row]) -> Path:
    pq.write_table(pa.Table.from_pylist(list(rows), schema=OBSERVATIONS), path)
    return path


def learned(
    files: Sequence[Path], folder: Path, *, shards: int = 1, touched: Sequence[Path] | None = None, earlier: Sequence[Path] = (), today: date = TODAY
) -> Path:
    resources = Resources(temporary=folder)
    touched = files if touched is None else touched
    parts = tuple(map(learn_shard, learning_tasks(files, touched, shards=shards, resources=resources, today=today)))
    return merge_templates(
        MergeTask(parts=parts, touched=tuple(touched), target=folder / "templates.parquet", resources=resources, earlier=tuple(earlier))
    )


def entries(rows: Sequence[Row], folder: Path) -> tuple[Template, ...]:
    """What is learned of the site from these rows."""
    return _entries(learned([write(folder / "o.parquet", rows)], folder))


def _entries(path: Path) -> tuple[Template, ...]:
    found = read_templates(path, {SITE})
    return found[SITE].entries if SITE in found else ()


def blocks_of(rows: Sequence[Row], folder: Path) -> list[str]:
    return [f"{entry.text}@{entry.host}" if entry.host else entry.text for entry in entries(rows, folder)]


def articles(count: int, standing: int, **facts: Any) -> list[Row]:
    """Articles of different days, with block 7 on the first ones."""
    return [row for page in range(count) for row in article(page, [7] if page < standing else [], **({"day": page, "fetched": page} | facts))]


CASES = {
    "three articles of three": (articles(3, 3), ["line 7"]),
    "two articles of two": (articles(2, 2), []),
    "three of ten": (articles(10, 3), ["line 7"]),
    "three of eleven": (articles(11, 3), []),
    "on one day, of a site that has more": ([*articles(3, 3, day=0), *articles(6, 0)[3:]], []),
    "on one day, of a site of one day": (articles(3, 3, day=0), ["line 7"]),
    "on unknown days": (articles(3, 3, day=None), ["line 7"]),
    "on one known day and unknown ones": ([*articles(2, 2, day=4), *article(9, [7], day=None), *articles(5, 0)[3:]], ["line 7"]),
    "in one story at three addresses": (articles(3, 3, story=1), []),
    "in one story at three addresses, and in two more": ([*articles(3, 3, story=1), *article(8, [7], day=8), *article(9, [7], day=9)], ["line 7"]),
    "on one page, fetched three times": ([row for fetch in range(3) for row in article(1, [7], fetched=fetch, story=fetch, day=fetch)], []),
    "last seen 91 days before the newest fetch": ([*articles(3, 3, fetched=0), *article(9, fetched=91)], []),
    "last seen 90 days before the newest fetch": ([*articles(3, 3, fetched=0), *article(9, fetched=90)], ["line 7"]),
    "fetched who knows when": ([*articles(3, 3, fetched=None), *article(9, fetched=200)], ["line 7"]),
    "common on one host only": (
        [*[row for page in range(4) for row in article(page, [7], host="sport", day=page)], *[row for page in range(4, 20) for row in article(page)]],
        ["line 7@sport.harbour.example"],
    ),
    "common on all hosts": ([*articles(3, 3), *[row for page in range(3, 6) for row in article(page, [7], host="sport", day=page)]], ["line 7"]),
}


@pytest.mark.parametrize(("rows", "expected"), CASES.values(), ids=CASES)
def test_what_is_a_template(tmp_path: Path, rows: list[Row], expected: list[str]):
    assert blocks_of(rows, tmp_path) == expected


def test_a_page_with_a_wrong_clock_ends_no_other_line(tmp_path: Path):
    """What was fetched on a day to come was fetched today at the latest."""
    rows = [*articles(3, 3, fetched=0), *article(9, fetched=20_000)]
    (entry,) = _entries(learned([write(tmp_path / "o.parquet", rows)], tmp_path, today=FIRST + timedelta(days=90)))
    assert (entry.text, entry.articles) == ("line 7", 4)
    assert _entries(learned([write(tmp_path / "o.parquet", rows)], tmp_path, today=FIRST + timedelta(days=91))) == ()


def test_an_entry_says_what_it_rests_on(tmp_path: Path):
    (entry,) = entries([*articles(4, 3), *articles(1, 1, fetched=-50)], tmp_path)
    assert entry == Template(
        site=SITE,
        host=None,
        block="0000000000000007",
        text="line 7",
        zone="tail",
        support=3,
        articles=4,
        share=0.75,
        days=3,
        score=0.9,
        first_seen=FIRST - timedelta(days=50),
        last_seen=FIRST + timedelta(days=2),
    )


def test_sites_that_were_not_touched_keep_what_was_learned_of_them(tmp_path: Path):
    other = [row for page in range(3) for row in article(page, [8], site="moor.example", day=page)]
    first = learned([write(tmp_path / "1.parquet", [*articles(3, 3), *other])], tmp_path).rename(tmp_path / "earlier.parquet")
    # The second run sees only this site, on new pages without the line.
    second = write(tmp_path / "2.parquet", [row for page in range(10, 30) for row in article(page, fetched=3)])
    path = learned([tmp_path / "1.parquet", second], tmp_path, touched=[second], earlier=[first])
    assert read_templates(path, {SITE, "moor.example"}).keys() == {"moor.example"}


def test_nothing_observed_is_nothing_learned(tmp_path: Path):
    assert entries([], tmp_path) == ()


ROWS = st.lists(
    st.builds(
        article,
        st.integers(0, 8),
        st.lists(st.integers(-3, 3), max_size=4, unique=True),
        site=st.sampled_from([SITE, "moor.example", "weir.example"]),
        host=st.sampled_from(["www", "sport"]),
        story=st.none() | st.integers(0, 6),
        day=st.none() | st.integers(0, 3),
        fetched=st.none() | st.sampled_from([0, 1, 60, 120]),
    ),
    max_size=25,
)


@settings(max_examples=15)
@given(ROWS, st.integers(1, 4), st.integers(1, 5), st.randoms(use_true_random=False))
def test_order_files_shards_and_seeing_twice_change_nothing(pages: list[list[Row]], files: int, shards: int, rng: random.Random):
    rows = [row for page in pages for row in page]
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        expected = _content(learned([write(Path(one) / "o.parquet", rows)], Path(one)))
        shuffled = rng.sample(rows, len(rows))
        paths = [write(Path(other) / f"{number}.parquet", shuffled[number::files]) for number in range(files)]
        again = [*paths, write(Path(other) / "again.parquet", rows[: len(rows) // 2])]
        assert _content(learned(rng.sample(again, len(again)), Path(other), shards=shards)) == expected
        compact = compact_observations(again, Path(other) / "compact.parquet", Resources(temporary=Path(other)))
        assert _content(learned([compact], Path(other))) == expected


def _content(path: Path) -> list[Row]:
    return pq.read_table(path).to_pylist()
