"""Finding input files below the roots."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pipeline.sources.facts import MANIFEST_NAME, Manifest, read_manifest, read_sidecar
from pipeline.sources.inputs import InputError, InputFile, PageFacts

_COMPRESSED: Final = (".gz", ".zst")
_PAGES: Final = (".html", ".htm", ".xhtml", ".txt")
_CONTAINERS: Final = (".parquet", ".jsonl", ".ndjson", ".warc", ".json")


def find_files(roots: Sequence[Path]) -> list[InputFile]:
    """Returns the files below the roots, root by root and within one in the order of their URIs.

    Hidden files and folders, sidecars and manifests are left out. A link to a file of the same root is followed, one to a folder is not (what it
    leads to is found at its own place), and one that leads out of the root is given back with `leads_outside`.

    Raises:
        InputError: when a root is missing or lies in another, or two files have the same URI.
    """
    check_roots(roots)
    files: dict[str, InputFile] = {}
    for root in roots:
        for file in sorted(_files_of(root), key=lambda file: file.uri):
            twin = files.setdefault(file.uri, file)
            if twin is not file:
                raise InputError(f"{twin.path} and {file.path} would both be known as {file.uri}: name the folder that holds both, or rename one")
    return list(files.values())


def check_roots(roots: Sequence[Path]) -> None:
    """Raises InputError when a root is missing or lies in another."""
    real: dict[Path, Path] = {}
    for root in roots:
        if not root.exists():
            raise InputError(f"there is no {root}: name a file or folder with pages to clean")
        place = root.resolve()
        outer = next((other for other in real if place.is_relative_to(other) or other.is_relative_to(place)), None)
        if outer is not None:
            raise InputError(f"{root} and {real[outer]} overlap, so pages would be read twice: name only the outer one")
        real[place] = root


def _files_of(root: Path) -> Iterator[InputFile]:
    if root.is_dir():
        yield from _walk(root, "", root.resolve())
        return
    with os.scandir(root.parent) as found:
        names = _names_of_files(list(found), root.parent.resolve())
    yield _input_file(root, root.name, root.stat(), _known_facts(str(root.parent), root.name, names, _manifest(str(root.parent), names)))


def _walk(folder: os.PathLike[str] | str, prefix: str, root: Path) -> Iterator[InputFile]:
    with os.scandir(folder) as found:
        entries = [entry for entry in found if not entry.name.startswith(".")]
    names = _names_of_files(entries, root)
    manifest = _manifest(os.fspath(folder), names)
    for entry in entries:
        uri = prefix + os.fsencode(entry.name).decode("utf-8", "backslashreplace")
        if _leads_outside(entry, root):
            yield _input_file(Path(entry.path), uri, entry.stat(follow_symlinks=False), None, leads_outside=True)
        elif entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, f"{uri}/", root)
        elif entry.is_file() and entry.name != MANIFEST_NAME and not _is_sidecar(entry.name, names):
            yield _input_file(Path(entry.path), uri, entry.stat(), _known_facts(os.fspath(folder), entry.name, names, manifest))


def _names_of_files(entries: Sequence[os.DirEntry[str]], root: Path) -> frozenset[str]:
    """The names of what may be opened: neither pipes nor links that lead out of the root."""
    return frozenset(entry.name for entry in entries if entry.is_file() and not _leads_outside(entry, root))


def _leads_outside(entry: os.DirEntry[str], root: Path) -> bool:
    return entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(root)


def _input_file(path: Path, uri: str, stat: os.stat_result, facts: PageFacts | None, *, leads_outside: bool = False) -> InputFile:
    return InputFile(path=path, uri=uri, size=stat.st_size, mtime_ns=stat.st_mtime_ns, inode=stat.st_ino, facts=facts, leads_outside=leads_outside)


def _manifest(folder: str, names: frozenset[str]) -> Manifest | None:
    return read_manifest(Path(folder, MANIFEST_NAME)) if MANIFEST_NAME in names else None


def _known_facts(folder: str, name: str, names: frozenset[str], manifest: Manifest | None) -> PageFacts | None:
    sidecar = next((sidecar for sidecar in _sidecar_names(name) if sidecar in names), None)
    if sidecar:
        return read_sidecar(Path(folder, sidecar))
    return manifest.facts_of(name) if manifest and _may_be_page(name) else None


def _plain_name(name: str) -> str:
    """The name without a compressor's suffix."""
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - a hundred thousand Path objects cost a second
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


def _is_sidecar(name: str, names: frozenset[str]) -> bool:
    """Whether it is named after a page beside it."""
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - as above
    if suffix != ".json":
        return False
    pages = (stem, *(stem + page for page in _PAGES))
    return any(_may_be_page(page) and {page, *(page + suffix for suffix in _COMPRESSED)} & names for page in pages)
