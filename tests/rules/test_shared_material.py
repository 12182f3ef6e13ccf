"""The project's shared examples, where the folder that holds them is there."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.records import Kind
from pipeline.rules import Hit, load_rules, strongest

SHARED = Path(__file__).parents[3] / "shared"
EVERYWHERE = frozenset({"head", "tail"})

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared examples are not beside this checkout")


def examples() -> list[Any]:
    path = SHARED / "boilerplate_examples.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def hits(text: str, language: str = "en", zones: frozenset[str] = EVERYWHERE) -> list[Hit]:
    return load_rules().hits(text, zones=zones, language=language, site=None)


@pytest.mark.parametrize("example", [example for example in examples() if example["expect_kind"]], ids=lambda e: e["text"])
def test_boilerplate_is_hit_with_its_kind(example: dict[str, str]):
    assert example["expect_kind"] in {hit.rule.kind for hit in hits(example["text"], example["lang"])}


@pytest.mark.parametrize("example", [example for example in examples() if not example["expect_kind"]], ids=lambda e: e["text"])
def test_news_is_not_taken_out(example: dict[str, str]):
    assert [hit.rule.id for hit in hits(example["text"], example["lang"]) if hit.rule.removes or hit.rule.moves_to] == []


def sample() -> Any:
    return json.loads((SHARED / "samples" / "syria-withdrawal.expected.json").read_text(encoding="utf-8"))


def test_the_samples_boilerplate_is_hit_with_the_kinds_expected():
    for removed in sample()["removed"]:
        assert strongest(hits(removed["text"])).rule.kind in {Kind(kind) for kind in removed["kinds"]}, removed["text"]


def test_the_samples_body_is_not_hit():
    for paragraph in sample()["text"].split("\n\n"):
        assert hits(paragraph) == []


def test_the_sample_gives_its_caption_credit_site_and_section_away():
    expected = sample()
    lines = (SHARED / "samples" / "syria-withdrawal.txt").read_text(encoding="utf-8").split("\n\n")
    captures = {str(name): value for line in lines for hit in hits(line) for name, value in hit.captures}
    (image,) = expected["images"]
    assert captures == {**image, "site_name": expected["site_name"], "section": expected["section"]}
