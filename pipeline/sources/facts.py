"""What is known of a page from beside it: `<name>.json`, or a line of its folder's manifest.jsonl."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import orjson

from pipeline.sources.columns import known_name
from pipeline.sources.content import split_content_type
from pipeline.sources.inputs import PageFacts
from pipeline.sources.objects import StoredObject
from pipeline.sources.times import parse_time
from pipeline.sources.unopened import NOT_OPENED, is_unopened

MANIFEST_NAME: Final = "manifest.jsonl"
_FILE_KEYS: Final = ("file", "name", "path")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The lines of a manifest by the file that each names, and what is wrong with the first line that can't be read."""

    facts: dict[str, PageFacts] = field(default_factory=dict)
    error: str | None = None

    def facts_of(self, name: str) -> PageFacts | None:
        """Returns what the manifest says of a file of its folder.

        A line that can't be read may have been any file's: those that no other line names are then not read as if nothing were known.
        """
        return self.facts.get(name) or (PageFacts(error=self.error) if self.error else None)


def read_sidecar(path: Path | StoredObject) -> PageFacts:
    """Returns what a sidecar says; where it can't be read, facts whose `error` names it."""
    try:
        return _facts(_json_object(path.read_bytes()))
    except ValueError as error:
        return PageFacts(error=f"its sidecar {path.name} can't be read: {error}")
    except NOT_OPENED as error:
        if not is_unopened(path):
            raise
        return PageFacts(error=f"its sidecar {path.name} can't be read: {error.strerror}")


def read_manifest(path: Path | StoredObject) -> Manifest:
    """Returns the manifest's facts by file name; blank lines are passed over."""
    facts: dict[str, PageFacts] = {}
    first_error: str | None = None
    try:
        content = path.read_bytes()
    except NOT_OPENED as error:
        if not is_unopened(path):
            raise
        return Manifest(error=f"{path.name} can't be read: {error.strerror}")
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = _json_object(line)
            facts[_file_name(entry)] = _facts(entry)
        except ValueError as error:
            first_error = first_error or f"line {number} of {path.name} can't be read: {error}"
    return Manifest(facts=facts, error=first_error)


def _json_object(text: bytes) -> dict[str, object]:
    value = orjson.loads(text.removeprefix(b"\xef\xbb\xbf"))
    if not isinstance(value, dict):
        raise ValueError("it holds no JSON object")
    return value


def _file_name(entry: Mapping[str, object]) -> str:
    for key in _FILE_KEYS:
        name = entry.get(key)
        if isinstance(name, str) and name:
            return name.removeprefix("./")
    raise ValueError("it names no file (key file, name or path)")


def _facts(entry: Mapping[str, object]) -> PageFacts:
    content_type = _string(entry, "content_type")
    time_name = known_name("fetched_at", entry)
    return PageFacts(
        url=_string(entry, "url"),
        fetched_at=parse_time(entry[time_name]) if time_name else None,
        content_type=content_type,
        charset=_string(entry, "charset") or split_content_type(content_type)[1],
    )


def _string(entry: Mapping[str, object], field_name: str) -> str | None:
    name = known_name(field_name, entry)
    value = entry[name] if name else None
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is no string")
    return value.strip() or None if value else None
