"""What each invented page must come out as, and how a row differs from that."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from pipeline.records import Kind, Reason

EXPECTED: Final = Path(__file__).resolve().parent / "expected"
RAW: Final = Path(__file__).resolve().parents[2] / "raw"
RECORD_FILES: Final = (".jsonl", ".warc.gz")  # their expectation is one JSON, keyed by record id
_INSTANTS: Final = frozenset({"date_published", "date_modified", "fetched_at"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRemoval:
    """A block that must not be in the text, and the kinds that a person could rightly give it."""

    text: str
    kinds: frozenset[Kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What one page must come out as: a rejection, or an article with these columns."""

    source_uri: str  # relative to raw/, with forward slashes
    record: str | None = None  # the record's id in a JSONL or WARC file; None for a page that is a file
    rejected: Reason | None = None
    columns: Mapping[str, object]  # column of `articles` -> value; a column that the page leaves open is not here
    removed: tuple[ExpectedRemoval, ...] = ()
    absent: tuple[str, ...] = ()  # phrases from further away (navigation, comments) that must not be in the text

    @property
    def name(self) -> str:
        """What a test report calls this page."""
        return self.source_uri if self.record is None else f"{self.source_uri}#{self.record}"

    def is_of(self, source_uri: str, source_record: str) -> bool:
        """Whether a row with this source is this page's row. A WARC id may stand in angle brackets, as in its header."""
        return self.source_uri == source_uri and self.record in {None, source_record.strip("<>")}


def load_expectations() -> list[Expectation]:
    """Returns every page's expectation, sorted by source and, within a file of records, in the file's order."""
    expectations = []
    for path in sorted(EXPECTED.rglob("*.json")):
        source_uri = path.relative_to(EXPECTED).as_posix().removesuffix(".json")
        content = json.loads(path.read_text(encoding="utf-8"))
        if source_uri.endswith(RECORD_FILES):
            expectations += [parsed_expectation(source_uri, record, fields) for record, fields in content.items()]
        else:
            expectations.append(parsed_expectation(source_uri, None, content))
    return expectations


def parsed_expectation(source_uri: str, record: str | None, fields: Mapping[str, Any]) -> Expectation:
    """Returns an expectation from its JSON. Raises ValueError on a kind, reason or date that is none."""
    columns = {name: _parsed(name, value) for name, value in fields.items() if name not in {"rejected", "removed", "absent"}}
    removed = tuple(
        ExpectedRemoval(text=block["text"], kinds=frozenset(Kind(kind) for kind in block["kinds"])) for block in fields.get("removed", [])
    )
    return Expectation(
        source_uri=source_uri,
        record=record,
        rejected=Reason(fields["rejected"]) if "rejected" in fields else None,
        columns=columns,
        removed=removed,
        absent=tuple(fields.get("absent", [])),
    )


def differences(expected: Expectation, article_row: Mapping[str, Any], removed_rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Returns how an article's row and its rows of `removed` differ from what was expected: one finding an entry, none if all is well."""
    if expected.rejected is not None:
        return [f"expected to be rejected as {expected.rejected}, but became the article {article_row['title']!r}"]
    found = []
    for name, value in expected.columns.items():
        if name == "text":
            found += _text_differences(str(value), article_row["text"])
        elif name == "images":
            found += _image_differences(value, article_row["images"])
        elif _comparable(article_row[name]) != _comparable(value):
            found.append(f"{name}: expected {value!r}, got {article_row[name]!r}")
    found += [f"in the text, but should not be: {phrase!r}" for phrase in expected.absent if phrase in article_row["text"]]
    # An HTML extractor may leave a block out before it becomes one of ours. In plain text nothing can go without a row.
    must_have_rows = article_row["extractor"] == "plain_text"
    for block in expected.removed:
        found += _removal_differences(block, article_row["text"], removed_rows, must_have_row=must_have_rows)
    return found


def rejection_differences(expected: Expectation, rejected_row: Mapping[str, Any]) -> list[str]:
    """Returns how a row of `rejected` differs from what was expected."""
    reason = rejected_row["reason"]
    if expected.rejected is None:
        return [f"expected an article, but was rejected as {reason}: {rejected_row['detail']}"]
    return [] if reason == expected.rejected else [f"reason: expected {expected.rejected}, got {reason}"]


def _parsed(name: str, value: object) -> object:
    if name in _INSTANTS and isinstance(value, str):
        return datetime.fromisoformat(value)
    if name == "date_published_day" and isinstance(value, str):
        return date.fromisoformat(value)
    return value


def _comparable(value: object) -> object:
    """A tuple is as good as a list. Instants compare by themselves, whatever their zone."""
    return list(value) if isinstance(value, tuple) else value


def _text_differences(expected: str, text: str) -> list[str]:
    if text == expected:
        return []
    lines = difflib.unified_diff(expected.split("\n\n"), text.split("\n\n"), "expected", "got", n=1, lineterm="")
    return ["text:\n" + "\n".join(lines)]


def _image_differences(expected: object, images: Sequence[Mapping[str, Any]]) -> list[str]:
    """Compares captions and credits. A picture without either is not judged: pages disagree on which of them belong to the article."""
    found = [{"caption": image["caption"], "credit": image["credit"]} for image in images if image["caption"] or image["credit"]]
    return [] if found == expected else [f"images: expected {expected!r}, got {found!r}"]


def _removal_differences(block: ExpectedRemoval, text: str, removed_rows: Sequence[Mapping[str, Any]], *, must_have_row: bool) -> list[str]:
    if block.text in text:
        return [f"in the text, but should be removed: {block.text!r}"]
    kinds = {str(row["kind"]) for row in removed_rows if row["text"] == block.text}
    if not kinds:
        return [f"neither in the text nor among the removed blocks: {block.text!r}"] if must_have_row else []
    wrong = kinds - block.kinds - {Kind.NOT_ARTICLE}  # the model's, which says no more
    return [f"removed as {', '.join(sorted(wrong))}, not {' or '.join(sorted(block.kinds))}: {block.text!r}"] if wrong else []
