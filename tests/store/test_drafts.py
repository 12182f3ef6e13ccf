from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.records import Block, Candidate, Draft, Flag, Image, Media, MetaField, Origin, Reason, Rejected, SourceFormat
from pipeline.store.drafts import (
    ROW_GROUP_PAGES,
    BrokenDrafts,
    Identity,
    check_drafts,
    draft_outcomes,
    identities,
    page_count,
    read_drafts,
    skipped_records,
    write_drafts,
)

NOON = datetime(2031, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)


def draft(number: int) -> Draft:
    return Draft(
        origin=Origin(uri="pages.jsonl", format=SourceFormat.JSONL, record=str(number)),
        media=Media.HTML,
        sha256="ab" * 32,
        url="https://harbour.example/wall",
        fetched_at=NOON,
        charset="utf-8",
        extractor="trafilatura",
        blocks=(Block(tag="p", text="Wasser\nund Wind", link_share=0.25, links=("/a", "/b")), Block(tag="h2", text="海")),
        candidates=(Candidate(field=MetaField.TITLE, source="h1", value="Sea wall"),),
        images=(Image(url="/wall.jpg", caption="The wall", credit=None, alt=None),),
        language="de",
        language_confidence=0.75,
        flags=frozenset({Flag.CHARSET_GUESSED}),
    )


def rejected(number: int) -> Rejected:
    origin = Origin(uri="other.jsonl", format=SourceFormat.JSONL, record=str(number))
    return Rejected(
        id="x", url=None, site=None, stage="read", reason=Reason.BROKEN_RECORD, detail="no JSON", origin=origin, source_sha256=None, elapsed_ms=1.5
    )


def test_drafts_come_back_as_they_went_in_and_in_order(tmp_path: Path):
    pages = [rejected(number) if number % 7 == 3 else draft(number) for number in range(2 * ROW_GROUP_PAGES + 5)]
    write_drafts(tmp_path / "d.parquet", iter(pages), {"pages.jsonl": Counter({"warc request": 3})})
    assert list(read_drafts(tmp_path / "d.parquet")) == pages
    assert skipped_records(tmp_path / "d.parquet", {"pages.jsonl", "b"}) == {"pages.jsonl": Counter({"warc request": 3})}
    assert skipped_records(tmp_path / "d.parquet", {"other.jsonl"}) == {}
    outcomes = list(draft_outcomes(tmp_path / "d.parquet"))
    assert outcomes[3] == ("other.jsonl", "broken_record")
    assert outcomes[4] == ("pages.jsonl", None)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"pages.jsonl"}, {"pages.jsonl"}),
        ({"pages.jsonl", "other.jsonl"}, {"pages.jsonl", "other.jsonl"}),
        ({"elsewhere.jsonl"}, set()),
        (set(), set()),
    ],
)
def test_the_pages_of_some_inputs_come_in_order_too(tmp_path: Path, inputs: set[str], expected: set[str]):
    pages = [rejected(number) if number % 3 else draft(number) for number in range(ROW_GROUP_PAGES + 5)]
    write_drafts(tmp_path / "d.parquet", iter(pages), {})
    assert list(read_drafts(tmp_path / "d.parquet", inputs)) == [page for page in pages if page.origin.uri in expected]


def test_pages_are_counted_without_reading_them(tmp_path: Path):
    write_drafts(tmp_path / "d.parquet", map(draft, range(7)), {})
    assert page_count(tmp_path / "d.parquet") == 7


@pytest.mark.parametrize("damage", [lambda content: content[:20], lambda content: content[:-100], lambda content: content[:0]])
def test_a_file_that_is_cut_short_is_named_by_whatever_reads_it(tmp_path: Path, damage: Callable[[bytes], bytes]):
    path = tmp_path / "d.parquet"
    write_drafts(path, map(draft, range(7)), {})
    path.write_bytes(damage(path.read_bytes()))
    for read in (
        page_count,
        check_drafts,
        lambda path: list(read_drafts(path)),
        lambda path: list(identities(path)),
        lambda path: list(draft_outcomes(path)),
    ):
        with pytest.raises(BrokenDrafts, match=r"d\.parquet is damaged"):
            read(path)


def test_a_single_wrong_byte_is_noticed(tmp_path: Path):
    path = tmp_path / "d.parquet"
    write_drafts(path, map(draft, range(7)), {})
    content = bytearray(path.read_bytes())
    content[content.index(b"Wasser") if b"Wasser" in content else len(content) // 4] ^= 1
    path.write_bytes(content)
    with pytest.raises(BrokenDrafts):
        check_drafts(path)


def test_what_is_missing_is_not_damaged(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        check_drafts(tmp_path / "d.parquet")


def test_what_tells_an_article_is_read_alone(tmp_path: Path):
    canonical = Candidate(field=MetaField.CANONICAL_URL, source="canonical", value="/wall")
    pages = [replace(draft(0), candidates=(*draft(0).candidates, canonical)), rejected(1)]
    write_drafts(tmp_path / "d.parquet", iter(pages), {})
    assert list(identities(tmp_path / "d.parquet")) == [
        Identity(None, (canonical,), "https://harbour.example/wall", pages[0].origin),
        Identity("x", (), None, pages[1].origin),
    ]


def test_no_pages_are_a_file_too(tmp_path: Path):
    write_drafts(tmp_path / "d.parquet", iter([]), {})
    assert list(read_drafts(tmp_path / "d.parquet")) == []


def test_a_batch_that_fails_leaves_no_drafts(tmp_path: Path):
    def pages():
        yield draft(0)
        raise OSError("the disk")

    with pytest.raises(OSError, match="the disk"):
        write_drafts(tmp_path / "d.parquet", pages(), {})
    assert not (tmp_path / "d.parquet").exists()
