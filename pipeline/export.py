"""A published dataset in another shape: JSON lines, CSV, or a folder that the Hugging Face hub takes. Rows go through in batches, however many there are."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TextIO

import orjson
import pyarrow.dataset as ds

from pipeline.store.errors import StoreError
from pipeline.store.publish import open_manifest
from pipeline.store.schema import ARTICLES, DATASETS, SCHEMA_VERSION

_ROWS_AT_A_TIME: Final = 1_000
_JSON: Final = orjson.OPT_UTC_Z


class Shape(StrEnum):
    """What an export is written as."""

    JSONL = "jsonl"
    CSV = "csv"
    HF = "hf"


def export(clean: Path, target: Path, shape: Shape) -> int:
    """Writes the published articles to a new file (as `hf`, with the other datasets, to a new folder) and returns how many they are.

    It appears under its name only when it is whole. Raises StoreError where nothing was published, or the target is there.
    """
    manifest = open_manifest(clean)
    if target.exists():
        raise StoreError(f"{target} is there already; name a new one, or delete it first")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.unfinished")
    if shape is Shape.HF:
        shutil.rmtree(unfinished, ignore_errors=True)
        _write_folder(clean, manifest, unfinished)
    else:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            _WRITERS[shape](file, _rows(clean, manifest))
    unfinished.rename(target)
    rows: int = manifest["datasets"]["articles"]["rows"]
    return rows


def _rows(clean: Path, manifest: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    files = [str(clean / file["path"]) for file in manifest["datasets"]["articles"]["files"]]
    for batch in ds.dataset(files, schema=ARTICLES, format="parquet").to_batches(batch_size=_ROWS_AT_A_TIME):
        yield from batch.to_pylist()


def _write_jsonl(file: TextIO, rows: Iterator[dict[str, Any]]) -> None:
    file.writelines(f"{orjson.dumps(row, option=_JSON).decode()}\n" for row in rows)


def _write_csv(file: TextIO, rows: Iterator[dict[str, Any]]) -> None:
    table = csv.DictWriter(file, ARTICLES.names)
    table.writeheader()
    for row in rows:
        table.writerow({name: _cell(value) for name, value in row.items()})


def _cell(value: object) -> object:
    """A value as CSV has it: null is empty; what is no single value, and whether something is so, as in JSON."""
    if isinstance(value, str | None):
        return value
    text = orjson.dumps(value, option=_JSON).decode()
    return text.strip('"') if isinstance(value, date | datetime) else text


_WRITERS: Final[Mapping[Shape, Callable[[TextIO, Iterator[dict[str, Any]]], None]]] = {Shape.JSONL: _write_jsonl, Shape.CSV: _write_csv}


def _write_folder(clean: Path, manifest: Mapping[str, Any], target: Path) -> None:
    for name in DATASETS:
        (target / name).mkdir(parents=True)
        for number, file in enumerate(manifest["datasets"][name]["files"]):
            shutil.copyfile(clean / file["path"], target / name / f"{number:05d}.parquet")
    (target / "README.md").write_text(_card(manifest), encoding="utf-8")


def _card(manifest: Mapping[str, Any]) -> str:
    """The hub's description of the folder: which files are which dataset."""
    lines = ["---", "configs:"]
    for name in DATASETS:
        lines += [f"- config_name: {name}", f"  data_files: {name}/*.parquet"]
        lines += ["  default: true"] if name == "articles" else []
    rows = ", ".join(f"{manifest['datasets'][name]['rows']:,} of `{name}`" for name in DATASETS)
    lines += [
        "---",
        "",
        "# Clean articles",
        "",
        f"Version {manifest['version']} of {manifest['published_at']}, schema version {SCHEMA_VERSION}: {rows}.",
        "",
    ]
    return "\n".join(lines)
