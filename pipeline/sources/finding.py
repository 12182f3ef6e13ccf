"""Finding inputs below the roots: files of folders, and objects of a store."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import combinations, groupby
from pathlib import Path
from typing import Final

from pipeline.sources.beside import Beside
from pipeline.sources.inputs import InputError, InputFile, PageFacts
from pipeline.sources.objects import StoredObject, list_objects
from pipeline.sources.unopened import NOT_OPENED, UNOPENED_FILE, UNOPENED_FOLDER

_INODE_BYTES: Final = 7  # a ledger's number has eight, one bit of which is its sign


def find_files(roots: Sequence[Path | str]) -> list[InputFile]:
    """Returns the files below the roots (a string is a URL of an object store), root by root and within one in the order of their URIs.

    Hidden files and folders, sidecars and manifests are left out. A link to a file of the same root is followed, one to a folder is not (what it
    leads to is found at its own place), and one that leads out of the root, a pipe, a device or what may not be opened is given back as `never_opened`.

    Raises:
        InputError: when a root is missing or lies in another, or two files have the same URI.
    """
    check_roots(roots)
    files: dict[str, InputFile] = {}
    for root in roots:
        for file in sorted(_files_of(root) if isinstance(root, Path) else _objects_of(root), key=lambda file: file.uri):
            twin = files.setdefault(file.uri, file)
            if twin is not file:
                raise InputError(f"{twin.path} and {file.path} would both be known as {file.uri}: name the folder that holds both, or rename one")
    return list(files.values())


def check_roots(roots: Sequence[Path | str]) -> None:
    """Raises InputError when a folder is missing, a file is none to read again, or one root lies in another."""
    for root in roots:
        if isinstance(root, Path) and not root.exists():
            raise InputError(f"there is no {root}: name a file or folder with pages to clean")
        if isinstance(root, Path) and not (root.is_file() or root.is_dir()):
            raise InputError(f"{root} is a pipe or a device, which has no end: save what it gives to a file, and name that")
    for one, other in combinations(roots, 2):
        if overlap(one, other):
            raise InputError(f"{other} and {one} overlap, so pages would be read twice: name only the outer one")


def overlap(one: Path | str, other: Path | str) -> bool:
    """Returns whether two places, each a path or a URL, are the same or lie in each other."""
    if isinstance(one, Path) and isinstance(other, Path):
        real, other_real = one.resolve(), other.resolve()
        return real.is_relative_to(other_real) or other_real.is_relative_to(real)
    first, second = f"{one}".rstrip("/") + "/", f"{other}".rstrip("/") + "/"
    return isinstance(one, str) and isinstance(other, str) and (first.startswith(second) or second.startswith(first))


def _files_of(root: Path) -> Iterator[InputFile]:
    if root.is_dir():
        yield from _walk(root, "", root.resolve())
        return
    with os.scandir(root.parent) as found:
        beside = _beside(root.parent, list(found), root.parent.resolve())
    yield _input_file(root, _readable(root.name), root.stat(), beside.facts_of(root.name))


def _walk(folder: os.PathLike[str] | str, prefix: str, root: Path) -> Iterator[InputFile]:
    with os.scandir(folder) as found:
        entries = [entry for entry in found if not entry.name.startswith(".")]
    beside = _beside(folder, entries, root)
    for entry in entries:
        uri = prefix + _readable(entry.name)
        if entry.is_dir(follow_symlinks=False):
            yield from _inner(entry, uri, root)
        elif file := _file(entry, uri, beside, root):
            yield file


def _inner(entry: os.DirEntry[str], uri: str, root: Path) -> Iterator[InputFile]:
    try:
        yield from _walk(entry.path, f"{uri}/", root)
    except NOT_OPENED:  # its own list: what cannot be opened below it was given back there
        yield _unopened(entry, uri, UNOPENED_FOLDER)


def _file(entry: os.DirEntry[str], uri: str, beside: Beside, root: Path) -> InputFile | None:
    """The file; None where it is none to read, such as a sidecar or a link to a folder."""
    try:
        if never_opened := _never_opened(entry, root):
            return _input_file(Path(entry.path), uri, entry.stat(follow_symlinks=False), None, never_opened)
        if entry.is_file() and beside.is_input(entry.name):
            return _input_file(Path(entry.path), uri, entry.stat(), beside.facts_of(entry.name))
    except NOT_OPENED:
        return _unopened(entry, uri, UNOPENED_FILE)
    return None


def _unopened(entry: os.DirEntry[str], uri: str, kind: str) -> InputFile:
    return InputFile(path=Path(entry.path), uri=uri, size=0, mtime_ns=0, inode=0, never_opened=kind)


def _readable(name: str) -> str:
    """A file's name, also of one that is not UTF-8."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _beside(folder: os.PathLike[str] | str, entries: Sequence[os.DirEntry[str]], root: Path) -> Beside:
    """Of what may be opened: neither pipes nor links that lead out of the root."""
    names = frozenset(entry.name for entry in entries if _may_be_opened(entry, root))
    return Beside(names, lambda name: Path(folder, name))


def _may_be_opened(entry: os.DirEntry[str], root: Path) -> bool:
    try:
        return not _never_opened(entry, root) and entry.is_file()
    except NOT_OPENED:
        return False


def _never_opened(entry: os.DirEntry[str], root: Path) -> str:
    if not entry.is_symlink():
        return "" if entry.is_file() or entry.is_dir() else "pipe or device"
    real = Path(os.path.realpath(entry.path))  # Path.resolve() fails on links that lead in a circle
    if not real.is_relative_to(root):
        return "link out of its root"
    return "" if real.exists() else "link to nothing"


def _input_file(path: Path, uri: str, stat: os.stat_result, facts: PageFacts | None, never_opened: str = "") -> InputFile:
    return InputFile(path=path, uri=uri, size=stat.st_size, mtime_ns=stat.st_mtime_ns, inode=stat.st_ino, facts=facts, never_opened=never_opened)


def _objects_of(url: str) -> Iterator[InputFile]:
    """The objects below a URL. Raises InputError where there is none: a misspelt prefix looks like an empty one."""
    objects = list(list_objects(url))
    if not objects:
        raise InputError(f"there is nothing at {url}: name an object, or a prefix of objects, with pages to clean")
    visible = [each for each in objects if not any(part.startswith(".") for part in each.key.split("/"))]
    for _, folder in groupby(sorted(visible, key=_folder), key=_folder):
        by_name = {each.name: each for each in folder}
        beside = Beside(frozenset(by_name), by_name.__getitem__)
        for name, each in by_name.items():
            if beside.is_input(name):
                mark = int.from_bytes(bytes.fromhex(each.content_digest)[:_INODE_BYTES])
                yield InputFile(path=each, uri=each.key, size=each.size, mtime_ns=each.modified_ns, inode=mark, facts=beside.facts_of(name))


def _folder(each: StoredObject) -> str:
    return each.key.rpartition("/")[0]
