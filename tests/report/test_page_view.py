"""A page as people look at it, from its draft and from what is published of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.explain import record_view
from pipeline.records import Action, Kind, Layer, Removal
from pipeline.report.page_view import PageView, published_blocks
from pipeline.report.published import published_views
from pipeline.settings import Settings
from pipeline.store.errors import StoreError
from tests.running import ROOT, rows, run


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The sample pages, published."""
    settings = Settings(raw=(ROOT / "raw",), clean=tmp_path_factory.mktemp("samples") / "clean")
    run(settings)
    return settings


def removal(position: int, text: str) -> Removal:
    return Removal(
        position=position, action=Action.DROPPED, kind=Kind.DONATION, layer=Layer.RULE, rule_id="common:appeal", reason="an appeal", text=text
    )


@pytest.mark.parametrize(
    ("text", "removed", "shown"),
    [
        pytest.param("a\n\nb", {}, ["a", "b"], id="nothing removed"),
        pytest.param("a\n\nb", {0: "X"}, ["-X", "a", "b"], id="first"),
        pytest.param("a\n\nb", {1: "X", 2: "Y"}, ["a", "-X", "-Y", "b"], id="between"),
        pytest.param("a\n\nb", {2: "X"}, ["a", "b", "-X"], id="last"),
        pytest.param("a\nb\n\nc", {1: "X\nY"}, ["a\nb", "-X\nY", "c"], id="blocks of several lines"),
    ],
)
def test_kept_and_removed_blocks_in_order(text: str, removed: dict[int, str], shown: list[str]):
    blocks = published_blocks(text, [removal(position, block) for position, block in removed.items()])
    assert [f"-{block.text}" if block.removal else block.text for block in blocks] == shown
    assert [block.position for block in blocks] == list(range(len(shown)))


def blocks(view: PageView) -> list[tuple[int, str, Removal | None]]:
    return [(block.position, block.text, block.removal) for block in view.blocks]


def test_what_is_published_shows_the_same_as_the_page(samples: Settings):
    pages = [row for row in rows(samples.clean) if row["source_format"] in {"html", "text"} and row["templates_version"] is None]
    assert len(pages) > 20
    for row in pages[::6]:
        (published,) = published_views(samples.clean, str(row["id"]))
        cleaned = record_view(ROOT / "raw" / str(row["source_uri"]), None, samples, str(row["url"]) if row["url"] else None)
        assert blocks(published) == blocks(cleaned), row["source_uri"]
        own = {"id", "canonical_url"}  # a file that is read alone has no folder that its name would be relative to
        assert [it for it in published.fields if it.name not in own] == [it for it in cleaned.fields if it.name not in own], row["source_uri"]


def test_a_rejected_page_is_found_by_its_id(samples: Settings):
    row = next(row for row in rows(samples.clean, "rejected") if row["reason"] == "needs_javascript")
    (view,) = published_views(samples.clean, str(row["id"]))
    assert view.rejected is not None
    assert (view.rejected.reason.value, view.rejected.detail, view.blocks, view.fields) == (row["reason"], row["detail"], (), ())


def test_unknown_ids_and_folders(samples: Settings, tmp_path: Path):
    assert published_views(samples.clean, "'; DROP TABLE articles") == []
    with pytest.raises(StoreError, match="nothing was published there"):
        published_views(tmp_path, "a")
