"""Which files of a folder are inputs, and what the others say of them: sidecars and a manifest."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pipeline.sources.facts import MANIFEST_NAME, read_manifest, read_sidecar
from pipeline.sources.inputs import PageFacts
from pipeline.sources.objects import StoredObject

_COMPRESSED: Final = (".gz", ".zst")
_PAGES: Final = (".html", ".htm", ".xhtml", ".txt")
_CONTAINERS: Final = (".parquet", ".jsonl", ".ndjson", ".warc", ".json")


class Beside:
    """The names of a folder's files that may be opened, and where each is."""

    def __init__(self, names: frozenset[str], place: Callable[[str], Path | StoredObject]) -> None:
        self._names = names
        self._place = place
        self._manifest = read_manifest(place(MANIFEST_NAME)) if MANIFEST_NAME in names else None

    def is_input(self, name: str) -> bool:
        """Returns whether it is neither the manifest nor a sidecar of a page beside it."""
        return name != MANIFEST_NAME and not self._is_sidecar(name)

    def facts_of(self, name: str) -> PageFacts | None:
        """Returns what is known of a page; None where nothing is."""
        sidecar = next((sidecar for sidecar in _sidecar_names(name) if sidecar in self._names), None)
        if sidecar:
            return read_sidecar(self._place(sidecar))
        return self._manifest.facts_of(name) if self._manifest and _may_be_page(name) else None

    def _is_sidecar(self, name: str) -> bool:
        stem, suffix = os.path.splitext(name)  # noqa: PTH122 - a hundred thousand Path objects cost a second
        if suffix != ".json":
            return False
        pages = (stem, *(stem + page for page in _PAGES))
        return any(_may_be_page(page) and {page, *(page + suffix for suffix in _COMPRESSED)} & self._names for page in pages)


def _plain_name(name: str) -> str:
    """The name without a compressor's suffix."""
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - as above
    return stem if suffix.lower() in _COMPRESSED else name


def _may_be_page(name: str) -> bool:
    return not _plain_name(name).lower().endswith(_CONTAINERS)


def _sidecar_names(name: str) -> tuple[str, ...]:
    """Names that a page's sidecar may have, e.g. page.html.gz.json, page.html.json and page.json."""
    if not _may_be_page(name):
        return ()
    plain = _plain_name(name)
    stem, suffix = os.path.splitext(plain)  # noqa: PTH122 - as above
    return tuple(f"{base}.json" for base in dict.fromkeys((name, plain, stem if suffix.lower() in _PAGES else plain)))
