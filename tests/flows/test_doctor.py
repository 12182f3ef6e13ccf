"""`copydesk doctor`: all right where a run would be, and each thing that would stop one is named."""

import io
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import obstore
import pytest
from rich.console import Console

from flows import doctor
from flows.exits import Exit
from pipeline import cluster
from pipeline.settings import EngineKind, Settings
from tests.flows.conftest import Server
from tests.object_store import ObjectStore


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "page.html").write_text("<p>A page.</p>")
    return Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")


@pytest.fixture(autouse=True)
def running(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)


def examined(settings: Settings) -> tuple[Exit, Mapping[str, str]]:
    """The exit code, and each check's line."""
    shown = io.StringIO()
    code = doctor.examine(settings, Console(file=shown))
    return code, {line.split()[1]: line for line in shown.getvalue().splitlines()}


@pytest.mark.slow
def test_all_is_right(settings: Settings):
    code, lines = examined(settings)
    assert code is Exit.DONE
    assert list(lines) == ["versions", "RAW", "rules", "CLEAN", "disk", "copy", "engine", "worker", "server"]
    assert all(line.startswith("ok ") for line in lines.values())
    assert "1 files" in lines["RAW"]
    assert "PREFECT_API_URL" in lines["server"]
    assert not settings.clean.exists()  # nothing is left behind


@pytest.mark.slow
def test_what_is_wrong_is_named_and_the_rest_checked_all_the_same(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(doctor, "requires", lambda _: ["orjson>=99", "no-such-package>1", "nothing; python_version < '3'"])
    monkeypatch.setattr(doctor, "MIN_FREE_BYTES", 1 << 60)
    code, lines = examined(settings.model_copy(update={"raw": (settings.raw[0] / "missing",), "rules": Path("no-such-folder")}))
    assert code is Exit.FAILED
    troubled = {name for name, line in lines.items() if line.startswith("TROUBLE ")}
    assert troubled == {"versions", "RAW", "rules", "disk"}
    assert "orjson is 3" in lines["versions"]
    assert "no-such-package is missing" in lines["versions"]


def test_a_folder_that_cannot_be_written_to(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(doctor.os, "access", lambda *_: False)
    monkeypatch.setattr(doctor, "_CHECKS", {"CLEAN": doctor._CHECKS["CLEAN"]})
    code, lines = examined(settings)
    assert code is Exit.FAILED
    assert "cannot be written to" in lines["CLEAN"]


@pytest.mark.slow
def test_a_server_that_is_not_there(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    command = [Path(sys.executable).parent / "copydesk", "doctor", settings.clean]
    shown = subprocess.run(command, cwd=settings.raw[0].parent, capture_output=True, text=True, check=False, timeout=120)
    assert shown.returncode == 1
    (line,) = [line for line in shown.stdout.splitlines() if line.startswith("TROUBLE")]
    assert "server" in line
    assert "http://127.0.0.1:9/api" in line


@pytest.mark.slow
def test_a_block_that_the_server_has_not(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(doctor, "_CHECKS", {"server": doctor._CHECKS["server"]})
    code, lines = examined(settings.model_copy(update={"notify": "slack-webhook/nobody"}))
    assert code is Exit.FAILED
    assert "answers; but nobody would be told of failures: the Prefect server has no block slack-webhook/nobody" in lines["server"]


@pytest.mark.slow
def test_a_store_and_a_cluster_are_asked(settings: Settings, object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    elsewhere = {"raw": ("s3://desk/crawl",), "copy_to": "s3://desk/clean", "engine": EngineKind.DASK, "dask_address": "tcp://127.0.0.1:9"}
    obstore.put(object_store.at("s3://desk/crawl"), "page.html", b"<p>A page.</p>")
    code, lines = examined(settings.model_copy(update=elsewhere))
    assert code is Exit.FAILED
    assert [name for name, line in lines.items() if line.startswith("TROUBLE ")] == ["engine"]
    assert "1 files" in lines["RAW"]
    assert "shows nothing yet" in lines["copy"]
    assert "no Dask scheduler" in lines["engine"]
