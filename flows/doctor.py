"""`copydesk doctor`: whether all is there that a run needs."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Final

from packaging.requirements import Requirement
from rich.console import Console
from rich.filesize import decimal

from flows.exits import Exit
from flows.server import ServerFailed, api_server
from pipeline.cluster import ClusterEngine, ClusterUnfit, with_absolute_paths
from pipeline.library import clean_page
from pipeline.planning import check_paths
from pipeline.records import Rejected
from pipeline.report.printable import printable
from pipeline.rules import RuleError, load_rules
from pipeline.sandbox import SandboxBroken
from pipeline.settings import GIBIBYTE, EngineKind, Settings
from pipeline.sources import InputError, find_files
from pipeline.store.dataset import check_links
from pipeline.store.errors import StoreError
from pipeline.store.mirror import Mirror
from pipeline.versions import copydesk_version

MIN_FREE_BYTES: Final = GIBIBYTE
_PAGE: Final = "<html><body><h1>Harbour dredged</h1>" + 9 * "<p>The harbour was dredged on Monday, and boats of six feet draught can enter again.</p>"


class Trouble(Exception):  # noqa: N818 - reads as what happened
    """What a check has found, and what to do."""


def examine(settings: Settings, console: Console) -> Exit:
    """Prints a line for each check, and returns the exit code."""
    found = Exit.DONE
    for name, check in _CHECKS.items():
        try:
            mark, detail = "ok", check(settings)
        except (Trouble, InputError, StoreError, ServerFailed, SandboxBroken, ClusterUnfit, RuleError, OSError) as error:
            mark, detail, found = "TROUBLE", str(error), Exit.FAILED
        console.print(printable(f"{mark:8} {name:10} {detail}"), highlight=False, markup=False, soft_wrap=True)
    return found


def _versions(_: Settings) -> str:
    wrong = list(_wrong_versions())
    if wrong:
        raise Trouble(f"{'; '.join(wrong)}: install from the lock file (docs/operations.md, Versions that do not go together)")
    return f"copydesk {copydesk_version()}, Python {platform.python_version()}, and the packages that it asks for"


def _wrong_versions() -> Iterator[str]:
    for line in requires("copydesk") or ():
        wanted = Requirement(line)
        if wanted.marker and not wanted.marker.evaluate():
            continue
        try:
            installed = version(wanted.name)
        except PackageNotFoundError:
            yield f"{wanted.name} is missing"
            continue
        if not wanted.specifier.contains(installed, prereleases=True):
            yield f"{wanted.name} is {installed}, and has to be {wanted.specifier}"


def _raw(settings: Settings) -> str:
    check_paths(settings)
    files = find_files(settings.raw)
    return f"{len(files):,} files, {decimal(sum(file.size for file in files))}, in {', '.join(map(str, settings.raw))}"


def _rules(settings: Settings) -> str:
    known = load_rules(settings.rules)
    return f"{len(known.rules)}, version {known.version}, {f'with those of {settings.rules}' if settings.rules else 'all built in'}"


def _clean(settings: Settings) -> str:
    folders = settings.clean.absolute(), settings.state_dir
    for folder in folders:
        nearest = _nearest(folder)
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise Trouble(f"{nearest} cannot be written to, and {folder} is to be there: give this user the right to, or name another folder")
    with TemporaryDirectory(dir=_nearest(folders[0])) as clean, NamedTemporaryFile(dir=_nearest(folders[1])) as file:
        check_links(Path(clean), Path(file.name))
    return f"{folders[0]} and {folders[1]} can be written to, and files linked from one to the other"


def _disk(settings: Settings) -> str:
    free = shutil.disk_usage(_nearest(settings.state_dir)).free
    if free < MIN_FREE_BYTES:
        raise Trouble(f"{decimal(free)} are free where {settings.state_dir} is: make room, or lower cache_bytes")
    return f"{decimal(free)} free"


def _copy(settings: Settings) -> str:
    if settings.copy_to is None:
        return "copy_to is not set"
    version = Mirror(settings.copy_to).version()
    return f"{settings.copy_to} can be read, and shows {f'version {version}' if version else 'nothing yet'}"


def _engine(settings: Settings) -> str:
    if settings.engine is EngineKind.LOCAL:
        return f"{settings.workers or os.cpu_count()} batch processes of this machine"
    with ClusterEngine(with_absolute_paths(settings)) as engine:
        return f"{engine.workers} workers at {settings.dask_address}, with the same versions and rules"


def _worker(_: Settings) -> str:
    found = clean_page(_PAGE)
    if isinstance(found, Rejected):
        raise Trouble(f"a page that is all right was rejected as {found.reason}: {found.detail}")
    return f"an invented page came out with {found.article.word_count} words"


def _server(settings: Settings) -> str:
    configured = "PREFECT_API_URL" in os.environ
    with TemporaryDirectory() as home, api_server(Path(home)) as url:
        told = f"{url} (PREFECT_API_URL) answers" if configured else "one of our own starts, and answers; PREFECT_API_URL is not set"
        if settings.notify is None:
            return told
        from flows.hooks import notification_block  # noqa: PLC0415 - imports prefect, which reads its environment then

        try:
            notification_block(settings.notify)
        except ValueError as error:
            raise Trouble(f"{told}; but nobody would be told of failures: {error}") from error
        return f"{told}, and has {settings.notify}"


def _nearest(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.is_dir())


_CHECKS: Final[dict[str, Callable[[Settings], str]]] = {
    "versions": _versions,
    "RAW": _raw,
    "rules": _rules,
    "CLEAN": _clean,
    "disk": _disk,
    "copy": _copy,
    "engine": _engine,
    "worker": _worker,
    "server": _server,
}
