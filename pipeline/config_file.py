"""`copydesk.toml` in the working directory: what it says for all datasets, what for each, and which of them is meant."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

CONFIG_FILE: Final = "copydesk.toml"
_DATASETS: Final = "datasets"  # the table that has one for each


class SettingsError(Exception):
    """A setting that cannot be used; the message names it and says where it was read."""


def read_config() -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Returns what the file says for all datasets, and what for each, by name; nothing where there is no file. Raises SettingsError."""
    file = Path(CONFIG_FILE)
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{CONFIG_FILE} is no valid TOML: {error}") from error
    datasets = content.pop(_DATASETS, {})
    if not isinstance(datasets, dict) or not all(isinstance(dataset, dict) for dataset in datasets.values()):
        raise SettingsError(f"{CONFIG_FILE}: {_DATASETS} is no table of datasets; each begins with a line such as [{_DATASETS}.news]")
    if homeless := [name for name, dataset in datasets.items() if "clean" not in dataset]:
        raise SettingsError(f"{CONFIG_FILE}: dataset {homeless[0]} says no `clean` of its own, the folder that it is published in")
    _check_folders(content, datasets)
    return content, datasets


def meant_dataset(datasets: Mapping[str, Mapping[str, Any]], clean: object, *, may_be_new: bool) -> str | None:
    """Returns the dataset of this name or folder; without either, the only one that there is. None: neither, or there are none.

    Raises SettingsError where that does not say which, and for a word that is neither a dataset nor a folder, unless it may be a folder that is to be made.
    """
    if clean is None and len(datasets) > 1:
        raise SettingsError(f"{CONFIG_FILE} has several datasets: say which one is meant, {' or '.join(datasets)}, as CLEAN or with --clean")
    if clean is None or str(clean) in datasets:
        return next(iter(datasets), None) if clean is None else str(clean)
    folder = Path(str(clean)).resolve()
    dataset = next((name for name, own in datasets.items() if Path(str(own["clean"])).resolve() == folder), None)
    if datasets and not dataset and not may_be_new and not folder.exists() and "://" not in str(clean):
        raise SettingsError(_no_dataset(str(clean), datasets))
    return dataset


def folder_of(url: str) -> Path:
    """Returns the folder here that stands for CLEAN in an object store."""
    return Path(re.sub(r"[^\w.-]+", "-", url.partition("://")[2].strip("/")))


def _no_dataset(word: str, datasets: Iterable[str]) -> str:
    names = sorted(datasets)
    alike = get_close_matches(word, names, 1)
    there = f"there {'is' if len(names) == 1 else 'are'} {', '.join(names)}"
    return f"{CONFIG_FILE}: no dataset {word}; {there}{f'. Did you mean {alike[0]}?' if alike else ''}"


def _check_folders(shared: Mapping[str, Any], datasets: Mapping[str, Mapping[str, Any]]) -> None:
    """Raises SettingsError for two datasets in one folder: each run would take the other's articles for its own."""
    cleans = {name: _clean(own) for name, own in datasets.items()}
    states = {name: _state({**shared, **own}, cleans[name]) for name, own in datasets.items()}
    for setting, folders in (("clean", cleans), ("state", states)):
        first: dict[Path, str] = {}
        for name, folder in folders.items():
            if (other := first.setdefault(folder, name)) != name:
                raise SettingsError(
                    f"{CONFIG_FILE}: the datasets {other} and {name} have the same `{setting}`, {folder}; give each a folder of its own"
                )


def _clean(own: Mapping[str, Any]) -> Path:
    clean = str(own["clean"])
    return (folder_of(clean) if "://" in clean else Path(clean)).resolve()


def _state(settings: Mapping[str, Any], clean: Path) -> Path:
    return Path(str(settings["state"])).resolve() if "state" in settings else clean.parent / ".copydesk" / clean.name
