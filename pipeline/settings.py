"""Every knob, with its unit and default. `copydesk.toml`, the environment and flags all land here."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum
from functools import reduce
from pathlib import Path
from textwrap import shorten
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableVariable

from pipeline.config_file import CONFIG_FILE, SettingsError, folder_of, meant_dataset, read_config
from pipeline.objectstore import ObjectsUrl
from pipeline.records import Duplicates

MEBIBYTE: Final = 1024 * 1024
GIBIBYTE: Final = 1024 * MEBIBYTE
_UNKNOWN: Final = "no such setting"
_ENVIRONMENT: Final = "the environment"
_PREFIX, _DELIMITER = "COPYDESK_", "__"  # of variables
_VALUE_CHARACTERS: Final = 60


class EngineKind(StrEnum):
    """Where batches run."""

    LOCAL = "local"
    DASK = "dask"


class ColumnNames(BaseModel):
    """Which columns of JSONL and Parquet hold what. Unset ones are found by their common names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    html: str | None = Field(
        None, description="column with the page's HTML (string or binary); this and the next ones unset: found by their common names"
    )
    text: str | None = Field(None, description="column with the page as plain text, for inputs without HTML")
    url: str | None = Field(None, description="column with the page's address")
    id: str | None = Field(None, description="column with the record's own id")
    fetched_at: str | None = Field(None, description="column with the time of the fetch")
    charset: str | None = Field(None, description="column with the charset that HTTP declared")


class Limits(BaseModel):
    """What one page may cost. Pages beyond a limit get a cheaper extraction (`extractor` is fallback), or are rejected for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page_bytes: int = Field(10 * MEBIBYTE, ge=1, description="bytes of a page")
    tags: int = Field(200_000, ge=1, description="tags in its markup")
    elements: int = Field(50_000, ge=1, description="elements in its tree")
    children: int = Field(8_000, ge=1, description="children of one element")
    attribute_characters: int = Field(5_000, ge=1, description="characters of an attribute; a longer one is emptied, in a <meta> cut")
    json_ld_characters: int = Field(MEBIBYTE, ge=1, description="characters of a block of JSON-LD; a longer one is not read")
    nesting: int = Field(
        2_000, ge=1, le=2_000, description="elements around an element; beyond, the page is read without those that only box and style"
    )
    cpu_seconds: float = Field(10, gt=0, description="seconds of CPU time for a page's extraction")
    wall_seconds: float = Field(60, gt=0, description="seconds for a page's extraction")
    memory_bytes: int = Field(GIBIBYTE, ge=64 * MEBIBYTE, description="bytes of memory of the process that extracts")


class Retention(BaseModel):
    """For how long things are kept that no reader of today's version needs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    versions: int = Field(3, ge=0, description="earlier versions that are kept, to read or to go back to")
    grace_hours: float = Field(1, ge=0, description="hours for which a version is kept at least when another takes its place, for those who read it")
    removed_days: int | None = Field(None, ge=1, description="days for which removed blocks are kept; unset: as long as their article")
    report_days: int = Field(365, ge=1, description="days for which the reports of runs are kept")


class Settings(BaseModel):
    """One dataset's settings: what to read, where to publish, and how to clean."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    raw: tuple[ObjectsUrl | Path, ...] = Field((Path("raw"),), description="files and folders to read, and URLs of objects, e.g. s3://crawls/2031")
    clean: Path = Field(Path("clean"), description="folder that the datasets are published in")
    copy_to: ObjectsUrl | None = Field(
        None, description="URL in an object store that each version is copied to; unset: none. As `clean`, it gives both this and a folder here"
    )
    state: Path | None = Field(None, description="folder of ledger, data and drafts; unset: .copydesk/<name of clean> beside clean")
    rules: Path | None = Field(
        None, description="folder with rule files of your own (lang/xx.toml, site/domain.toml), beside the built-in ones; unset: none"
    )
    columns: ColumnNames = Field(default_factory=ColumnNames, description="column names of JSONL and Parquet inputs")
    limits: Limits = Field(default_factory=Limits, description="what one page may cost")
    settle_seconds: float = Field(2, ge=0, description="seconds for which nobody wrote to a file before it is read; a run waits for the youngest")
    min_words: int = Field(25, ge=1, description="an article with fewer words is rejected as too_short")
    duplicates: Duplicates = Field(
        Duplicates.REJECT, description="articles that repeat another: reject (a row of rejected), mark (duplicate_of is set) or keep (like any other)"
    )
    engine: EngineKind = Field(EngineKind.LOCAL, description="where batches run: local (processes of this machine) or dask (workers of a cluster)")
    dask_address: str | None = Field(None, description="the cluster's scheduler, e.g. tcp://10.0.0.7:8786; unset: none")
    workers: int = Field(0, ge=0, description="batch processes of the local engine; 0: one a core")
    batch_pages: int = Field(500, ge=1, description="pages in a batch, at the most")
    batch_bytes: int = Field(64 * MEBIBYTE, ge=1, description="bytes of input in a batch, at the most")
    cache_bytes: int = Field(20 * GIBIBYTE, ge=0, description="bytes of cached drafts that are kept when a run has ended; 0: none")
    notify: str | None = Field(
        None,
        pattern="^[^/ ]+/[^/ ]+$",
        description="Prefect notification block that is told when a run fails: <type>/<name>, e.g. slack-webhook/desk; unset: none",
    )
    retention: Retention = Field(default_factory=Retention, description="for how long earlier versions, removed blocks and reports are kept")

    @model_validator(mode="before")
    @classmethod
    def _clean_of_url(cls, given: object) -> object:
        """CLEAN as a URL is a copy there of a folder here that is named after it."""
        clean = given.get("clean") if isinstance(given, dict) else None
        if not isinstance(given, dict) or not isinstance(clean, str) or "://" not in clean:
            return given
        return {**given, "clean": folder_of(clean), "copy_to": clean}

    @model_validator(mode="after")
    def _cluster_is_named(self) -> Self:
        if self.engine is EngineKind.DASK and not self.dask_address:
            raise ValueError("the engine dask needs a dask_address, e.g. tcp://10.0.0.7:8786")
        return self

    @property
    def state_dir(self) -> Path:
        """Where the ledger, the data files and the drafts lie."""
        clean = self.clean.absolute()
        return self.state.absolute() if self.state else clean.parent / ".copydesk" / clean.name


class _Environment(BaseSettings, Settings):
    """Settings as the environment names them: `COPYDESK_MIN_WORDS=40`, `COPYDESK_RETENTION__VERSIONS=10`."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_nested_delimiter=_DELIMITER)


def dataset_names() -> tuple[str, ...]:
    """Returns the names of the datasets of `copydesk.toml`; none where it has one alone, or is not there. Raises SettingsError."""
    return tuple(read_config()[1])


def load_settings(**flags: Any) -> Settings:  # noqa: ANN401 - each flag has its field's type, which pydantic checks
    """Returns the settings of `copydesk.toml` in the working directory, overridden by the environment and by flags that are not None.

    Where the file has several datasets, the flag `clean` says which is meant, by its name or its folder; any other folder that is there, or that `raw` is to be
    cleaned into, has the settings that all of them share. Raises SettingsError, e.g. for a misspelt key.
    """
    _check_environment()
    layers = _layers({name: value for name, value in flags.items() if value is not None})
    try:
        return Settings.model_validate(reduce(_over, layers.values()))
    except ValidationError as error:
        problems = dict.fromkeys(_told(problem, layers) for problem in error.errors())  # a value may fail of several types
        raise SettingsError("; ".join(problems)) from error


def completed(settings: Settings) -> Settings:
    """Returns the settings with what they do not name taken from `copydesk.toml` and the environment, as flags are completed.

    Those that name everything stand as they are, whatever the file says by now. Raises SettingsError.
    """
    if settings.model_fields_set >= Settings.model_fields.keys():
        return settings
    return load_settings(**settings.model_dump(exclude_unset=True))


def _check_environment() -> None:
    """Raises SettingsError for a variable that names no setting: pydantic passes over it."""
    for variable in sorted(name for name in os.environ if name.startswith(_PREFIX)):
        name = variable.removeprefix(_PREFIX).lower().split(_DELIMITER)[0]
        if name not in Settings.model_fields:
            raise SettingsError(f"{variable} in the environment: {_unknown(name)}")


def _unknown(name: str) -> str:
    alike = get_close_matches(
        name, [*Settings.model_fields, *(field for table in (ColumnNames, Limits, Retention) for field in table.model_fields)], 1
    )
    return f"{_UNKNOWN}; {alike[0]} is one" if alike else f"{_UNKNOWN}; `copydesk init` writes them all into a file"


def _layers(flags: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What each place says, by its name; later ones take precedence."""
    shared, datasets = read_config()
    dataset = meant_dataset(datasets, flags.get("clean"), may_be_new="raw" in flags)
    if str(flags.get("clean")) == dataset:
        del flags["clean"]
    try:
        environment = EnvSettingsSource(_Environment)()
    except UnreadableVariable as error:
        raise SettingsError(f"the environment: {error}; lists and tables are written as JSON there, e.g. {_PREFIX}RAW='[\"raw\"]'") from error
    return {CONFIG_FILE: shared, f"{CONFIG_FILE}, dataset {dataset}": datasets.get(dataset or "", {}), _ENVIRONMENT: environment, "flags": flags}


def _told(problem: ErrorDetails, layers: Mapping[str, Mapping[str, Any]]) -> str:
    """Where a value stands, what it is, and what is wrong with it."""
    message = problem["msg"].removeprefix("Value error, ")
    if not problem["loc"]:
        return f"settings: {message}"
    paths = {place: path for place, layer in layers.items() if (path := _path(layer, problem["loc"]))}
    place, path = next(reversed(paths.items()), ("settings", tuple(map(str, problem["loc"]))))
    if place == _ENVIRONMENT:
        place = f"{_PREFIX}{_DELIMITER.join(path).upper()} in the environment"
    if problem["type"] == "extra_forbidden":
        return f"{place}: {'.'.join(path)}: {_unknown(path[-1])}"
    return f"{place}: {'.'.join(path)} = {shorten(repr(problem['input']), _VALUE_CHARACTERS)}: {message}"


def _path(layer: Mapping[str, Any], loc: Sequence[str | int]) -> tuple[str, ...]:
    """The keys that lead to a value of the layer; none where it is of another layer."""
    path: list[str] = []
    value: Any = layer
    for key in loc:
        if not isinstance(value, Mapping):
            break  # the rest is the place in a list, or which type was tried
        if key not in value:
            return ()
        path.append(str(key))
        value = value[key]
    return tuple(path)


def _over(lower: Mapping[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    """The upper layer's values, and the lower one's where it has none, also within tables."""
    tables = {name: {**lower[name], **value} for name, value in upper.items() if isinstance(value, dict) and isinstance(lower.get(name), dict)}
    return {**lower, **upper, **tables}
