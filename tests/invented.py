"""Pages of an invented newspaper: articles of many words, no two alike, with the lines that a test puts among them."""

import json
import random
from collections.abc import Sequence
from pathlib import Path

WHO = [
    "The ferry company",
    "A retired surveyor",
    "The harbour board",
    "Two sisters from Aldwick",
    "The night shift of the mill",
    "The parish of Tarnwick",
]
DOES = ["has begun to repair", "refuses to give up", "wants to photograph", "will lease for a year", "has counted once more", "plans to reopen"]
WHAT = [
    "the signal cabins",
    "the covered market",
    "a mile of flood bank",
    "the cider orchards",
    "the upper lock gates",
    "a collection of tide tables",
]
WHERE = ["above the weir", "near the railway yard", "behind the gasworks", "on the north quay", "at the edge of the moor", "between the churches"]
WHY = [
    "because nobody else had offered to",
    "although the money runs out in autumn",
    "after a report found cracks in every pillar",
    "which surprised the insurers",
]
SPONSOR = "Made possible by Brackley & Daughters, ironmongers in Tarnwick."
PARAGRAPHS = 6


def paragraphs(number: int) -> list[str]:
    """The text of an article; the same number gives the same text."""
    rng = random.Random(number)
    parts = (WHO, DOES, WHAT, WHERE, WHY)
    return [
        " ".join(f"{' '.join(rng.choice(words) for words in parts)}, and {rng.randint(3, 99)} neighbours agree." for _ in range(2))
        for _ in range(PARAGRAPHS)
    ]


def page(
    number: int, notes: Sequence[str] = (), *, site: str = "heron.example", fetched: str | None = None, text: Sequence[str] = ()
) -> dict[str, str | None]:
    """A page as a line of JSONL, with the notes below the second paragraph."""
    own = [*text] or paragraphs(number)
    body = "".join(f"<p>{line}</p>" for line in [*own[:2], *notes, *own[2:]]).replace("&", "&amp;")
    title = f"Story {number} of the valley"
    return {
        "url": f"https://www.{site}/story-{number}.html",
        "html": f'<html lang="en"><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>',
        "fetched_at": fetched or f"2031-03-{1 + number % 28:02d}T12:00:00Z",
    }


def write_pages(path: Path, pages: Sequence[dict[str, str | None]]) -> None:
    """Writes the pages as JSONL."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(page)}\n" for page in pages), encoding="utf-8")
