"""The flow on a Dask cluster of real processes on loopback: a scheduler and two workers, one of which may die."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline import cluster as cluster_module
from pipeline.cluster import ClusterEngine, ClusterUnfit
from pipeline.engines import WorkerDied
from pipeline.rules import load_rules
from pipeline.settings import EngineKind, Settings
from pipeline.versions import copydesk_version
from tests.dask_cluster import Cluster, dask_cluster
from tests.flows.conftest import Server
from tests.flows.test_cli import COPYDESK
from tests.invented import page, write_pages
from tests.processes import children, wait_until
from tests.running import ROOT, content, run

pytestmark = pytest.mark.slow
PAGES = 80
BATCH_PAGES = 10
OTHER_RULES = (
    '[[rule]]\nname = "bell"\nkind = "newsletter"\nwhy = "calls"\nmatch = ["^ring"]\naction = "drop"\ndrops = ["Ring twice."]\nkeeps = ["A ring."]\n'
)


HAS_NO_COPYDESK = """
import sys

class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "pipeline":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Nothing())
"""
ELSEWHERE = """
import pathlib

pathlib.Path.exists = lambda path, **how: False
"""
CANNOT_LOOK = """
import pathlib

def exists(path, **how):
    raise PermissionError(13, "Permission denied")

pathlib.Path.exists = exists
"""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with dask_cluster(tmp_path) as cluster:
        yield cluster


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    for number in range(PAGES // BATCH_PAGES):
        write_pages(tmp_path / "raw" / f"{number}.jsonl", [page(BATCH_PAGES * number + place) for place in range(BATCH_PAGES)])
    return tmp_path / "raw"


def cleaning(raw: Path, clean: Path, address: str, server: Server, **more: str) -> subprocess.Popen[str]:
    environment: Mapping[str, str] = os.environ | server.environment | {"COPYDESK_BATCH_PAGES": str(BATCH_PAGES)} | more
    command = [str(COPYDESK), "clean", raw.name, clean.name, "--engine", "dask", "--dask-address", address]
    return subprocess.Popen(command, cwd=raw.parent, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def of(cluster: Cluster, folder: Path) -> Settings:
    return Settings(clean=folder / "clean", engine=EngineKind.DASK, dask_address=cluster.address)


class Numbered(NamedTuple):
    """A batch of nothing."""

    number: int


def number_of(batch: Numbered) -> int:
    return batch.number


def test_a_worker_dies_and_the_rows_are_those_of_a_local_run(cluster: Cluster, raw: Path, tmp_path: Path, server: Server):
    running = cleaning(raw, tmp_path / "clean", cluster.address, server)
    wait_until(lambda: any((tmp_path / ".copydesk/clean/drafts").rglob("*.parquet")))
    dying = cluster.workers[0]
    sandboxes = children(dying.pid)
    dying.send_signal(signal.SIGKILL)
    said = running.communicate(timeout=180)
    assert running.returncode == 0, said
    local = Settings(raw=(raw,), clean=tmp_path / "local", batch_pages=BATCH_PAGES)
    run(local)
    assert content(tmp_path / "clean") == content(local.clean)
    assert len(content(local.clean)["articles"]) == PAGES
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in sandboxes))


def test_a_scheduler_that_dies_is_one_line(cluster: Cluster, raw: Path, tmp_path: Path, server: Server):
    running = cleaning(raw, tmp_path / "clean", cluster.address, server)
    wait_until(lambda: any((tmp_path / ".copydesk/clean/drafts").rglob("*.parquet")))
    cluster.scheduler.kill()
    _, said = running.communicate(timeout=120)
    assert running.returncode == 1
    assert "Traceback" not in said
    told = [line for line in said.splitlines() if line.startswith("copydesk:")]
    assert told == [
        f"copydesk: the connection to the Dask scheduler at {cluster.address} was lost; nothing was published. "
        "Run again when it is back: finished batches are kept."
    ]
    assert "Failed to reconnect" not in said
    assert not (tmp_path / "clean" / "_manifest.json").exists()


def test_batches_for_a_scheduler_that_is_gone_end_at_once(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cluster_module, "CONNECT_SECONDS", 5)
    with ClusterEngine(of(cluster, tmp_path)) as engine:
        cluster.scheduler.kill()
        for number in range(3):  # the last when distributed has given up
            with pytest.raises(WorkerDied, match=f"connection to the Dask scheduler at {cluster.address} was lost"):
                engine.submit(number_of, Numbered(number)).result()


def test_workers_with_other_rules_are_refused_at_the_start(cluster: Cluster, tmp_path: Path):
    rules = tmp_path / "rules" / "common.toml"
    rules.parent.mkdir()
    rules.write_text(OTHER_RULES)
    settings = of(cluster, tmp_path).model_copy(update={"rules": rules.parent})
    with ClusterEngine(settings) as engine:  # the same folder on both sides: nothing differs
        assert engine.submit(number_of, Numbered(7)).result() == 7
    rules.write_text(OTHER_RULES.replace("twice", "thrice"))
    load_rules.cache_clear()  # as in a run that begins now, on workers that have begun before
    with pytest.raises(ClusterUnfit, match="has another version of rules"), ClusterEngine(settings):
        pass


def test_workers_with_another_copydesk_are_refused(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    theirs = copydesk_version()
    monkeypatch.setattr(cluster_module, "copydesk_version", lambda: "9.9.9")
    message = rf"worker tcp://\S+ has another version of copydesk: {theirs}, and here it is 9\.9\.9; install the same on both sides"
    with pytest.raises(ClusterUnfit, match=message), ClusterEngine(of(cluster, tmp_path)):
        pass


@pytest.mark.parametrize(
    ("preload", "message"),
    [
        pytest.param(
            HAS_NO_COPYDESK, r"a Dask worker has no copydesk \(.*No module named 'pipeline'.*\): start it in an environment", id="no copydesk"
        ),
        pytest.param(ELSEWHERE, r"worker tcp://\S+ does not see \S+/\.copydesk/clean: mount the same folder there", id="another disk"),
        pytest.param(CANNOT_LOOK, r"worker tcp://\S+ cannot say which copydesk it has \(.*Permission denied\)", id="cannot look"),
    ],
)
def test_workers_that_are_not_fit_are_refused(tmp_path: Path, preload: str, message: str):
    (tmp_path / "preload.py").write_text(preload)
    with (
        dask_cluster(tmp_path, 1, tmp_path / "preload.py") as cluster,
        pytest.raises(ClusterUnfit, match=message),
        ClusterEngine(of(cluster, tmp_path)),
    ):
        pass
    assert not list(tmp_path.rglob(".probe-*"))


def test_nobody_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cluster_module, "CONNECT_SECONDS", 1)
    settings = Settings(clean=tmp_path / "clean", engine=EngineKind.DASK, dask_address="tcp://127.0.0.1:9")
    with pytest.raises(ClusterUnfit, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"), ClusterEngine(settings):
        pass


def test_a_scheduler_without_workers_is_told_apart_from_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    monkeypatch.setattr(cluster_module, "CONNECT_SECONDS", 3)
    with dask_cluster(tmp_path, workers=0) as idle:
        settings = Settings(clean=tmp_path / "clean", engine=EngineKind.DASK, dask_address=idle.address)
        with (
            pytest.raises(ClusterUnfit, match=f"{idle.address} has no workers: start some with `dask worker {idle.address}`"),
            ClusterEngine(settings),
        ):
            pass
    assert "has no workers yet; a run waits 3 s for one" in caplog.text


def test_an_engine_without_an_address_is_wrong_usage():
    shown = subprocess.run([str(COPYDESK), "clean", "raw", "clean", "--engine", "dask"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert shown.returncode == 2
    assert "needs a dask_address" in shown.stderr
