"""Which code made a row: the extraction's version keys the draft cache and stands in every article."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
# All that reads pages. A hash of the sources cannot be forgotten as a number to raise can.
_EXTRACTION_SOURCES: Final = ("records.py", "drafting.py", "sources", "stages")
_EXTRACTION_LIBRARIES: Final = ("trafilatura", "lxml", "htmldate", "resiliparse", "fastwarc", "ftfy", "py3langid", "beautifulsoup4", "numpy")


@cache
def copydesk_version() -> str:
    """Returns the installed version, e.g. 0.1.0."""
    return version("copydesk")


@cache
def extractor_version() -> str:
    """Returns e.g. `trafilatura-2.3.1+3f9a0c21`: changes whenever the same page might give another draft."""
    digest = hashlib.sha256()
    for name in _EXTRACTION_LIBRARIES:
        digest.update(f"{name}=={version(name)}\n".encode())
    for name in _EXTRACTION_SOURCES:
        place = _HERE / name
        for source in sorted((*place.rglob("*.py"), *place.rglob("*.json"))) if place.is_dir() else [place]:
            digest.update(source.read_bytes())
    return f"trafilatura-{version('trafilatura')}+{digest.hexdigest()[:8]}"
