"""The copy of a dataset in an object store: data files that never change, and the list of a version's files, whose creation is the commit.

<URL>/articles/<file>.parquet, rejected/…, removed/…    versions/<N>.json    latest.json
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

import obstore
import orjson
from obstore.exceptions import AlreadyExistsError

from pipeline.objectstore import store_errors, store_of
from pipeline.store.errors import StoreError
from pipeline.store.schema import DATASETS

LATEST: Final = "latest.json"
_VERSIONS: Final = "versions"
_MANIFEST: Final = re.compile(rf"{_VERSIONS}/([1-9]\d*)\.json")
# As batches and commits name what is published; the group is the run.
_PART: Final = re.compile(
    r"(?:articles/articles|rejected/(?:rejected|duplicates)|removed/removed)-(\d{8}T\d{6}Z-[0-9a-f]{7})-(?:\d{5,}-\d{3,}|commit-\d{4,})\.parquet"
)


class Mirror:
    """A dataset's copy below a URL. One state folder writes to it; whatever the store fails with is an OSError."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def version(self) -> int:
        """Returns the version that readers see; 0 where there is none."""
        return int(self._read(LATEST).get("version", 0))

    def manifest(self) -> dict[str, Any]:
        """Returns the manifest of the version that readers see. Raises StoreError where there is none."""
        version = self.version()
        if not version:
            raise StoreError(f"{self.url} is no published dataset: it has no {LATEST}")
        return self._read(_name(version))

    def publish(self, clean: Path, manifest: Mapping[str, Any]) -> None:
        """Makes what a folder shows the version that readers see. Raises StoreError where another writer has made that version.

        Killed at any moment, it leaves what readers see as it was, and the next call does the rest.
        """
        version, there = manifest["version"], self._keys()
        copy = _with_keys(manifest)
        with store_errors(self.url):
            for source, key, size in _files(manifest):
                if there.get(key) != size:
                    obstore.put(store_of(self.url), key, clean / source)
            content = orjson.dumps(copy, option=orjson.OPT_INDENT_2)
            try:
                obstore.put(store_of(self.url), _name(version), content, mode="create")
            except AlreadyExistsError as error:
                if self._read(_name(version)) != copy:
                    raise StoreError(
                        f"{self.url} has a version {version} that was not published from here: one state folder writes to it; give this one another URL"
                    ) from error
            obstore.put(store_of(self.url), LATEST, orjson.dumps({"version": version, "manifest": _name(version)}))

    def forget(self, kept: Collection[int], runs: Container[str]) -> None:
        """Deletes the versions before the newest of `kept` that are not among them, and then the files that only they name.

        Of files that no version names, those go that a killed run left: they have a part's name, of one of `runs`. What others have put below the URL stays.
        """
        keys = self._keys()
        there = {int(match[1]) for key in keys if (match := _MANIFEST.fullmatch(key))}
        staying = [self._read(_name(version)) for version in there.intersection(kept)]
        others = {version: manifest for version in there.difference(kept) if (manifest := self._manifest_or_none(version))}
        dropped = {version: others.pop(version) for version in sorted(others) if version < max(kept) and others[version]["run_id"] in runs}
        left = {key for key in keys if (match := _PART.fullmatch(key)) and match[1] in runs}
        needed = _paths([*staying, *others.values()])  # the others are another writer's
        old, data = [_name(version) for version in dropped], sorted(((left | _paths(dropped.values())) & keys.keys()) - needed)
        with store_errors(self.url):
            for some in (old, data):
                if some:
                    obstore.delete(store_of(self.url), some)

    def _manifest_or_none(self, version: int) -> dict[str, Any] | None:
        """The manifest of a version; None where what stands in its place was not made by copydesk."""
        try:
            content = self._read(_name(version))
        except StoreError:
            return None
        is_ours = isinstance(content, dict) and content.get("version") == version and "run_id" in content
        return content if is_ours and isinstance(datasets := content.get("datasets"), dict) and datasets.keys() == DATASETS.keys() else None

    def _keys(self) -> dict[str, int]:
        with store_errors(self.url):
            return {meta["path"]: meta["size"] for chunk in obstore.list(store_of(self.url)) for meta in chunk}

    def _read(self, key: str) -> dict[str, Any]:
        with store_errors(f"{self.url}/{key}"):
            try:
                content: dict[str, Any] = orjson.loads(memoryview(obstore.get(store_of(self.url), key).bytes()))
            except FileNotFoundError:
                return {}
            except orjson.JSONDecodeError as error:
                raise StoreError(f"{self.url}/{key} is damaged: {error}") from error
        return content


def _name(version: int) -> str:
    return f"{_VERSIONS}/{version}.json"


def _key(path: str) -> str:
    """A file's name in the copy: not below a version, for it may be in several."""
    return f"{PurePosixPath(path).parts[0]}/{PurePosixPath(path).name}"


def _files(manifest: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """Each file's path in the folder, its key in the copy, and its bytes."""
    return [(file["path"], _key(file["path"]), file["bytes"]) for dataset in manifest["datasets"].values() for file in dataset["files"]]


def _paths(manifests: Iterable[Mapping[str, Any]]) -> set[str]:
    """The keys of all files that manifests of the copy name."""
    return {file["path"] for manifest in manifests for dataset in manifest["datasets"].values() for file in dataset["files"]}


def _with_keys(manifest: Mapping[str, Any]) -> dict[str, Any]:
    datasets = {
        name: {**dataset, "files": [{**file, "path": _key(file["path"])} for file in dataset["files"]]}
        for name, dataset in manifest["datasets"].items()
    }
    return {**manifest, "datasets": datasets}
