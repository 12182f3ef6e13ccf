"""The real thing: the command, its Prefect server and its processes."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from pipeline.settings import Settings
from pipeline.store.dataset import open_dataset
from tests.flows.conftest import Server
from tests.flows.test_cli import COPYDESK, copydesk
from tests.processes import alive, command_line, descendants, wait_until
from tests.running import ROOT, content, run

pytestmark = pytest.mark.slow
BIG_PAGES = 120
SMALL_BATCHES = {"COPYDESK_BATCH_PAGES": "12"}


@pytest.fixture(scope="module")
def by_flow(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A run with a server of its own, as most are."""
    clean = tmp_path_factory.mktemp("flow") / "clean"
    return clean, copydesk("clean", "raw", str(clean))


def test_the_flow_publishes_what_a_loop_does(by_flow: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path):
    clean, shown = by_flow
    assert shown.returncode == 0, shown.stderr
    assert "published version 1" in shown.stdout
    assert "pages read" in shown.stdout
    run(Settings(raw=(ROOT / "raw",), clean=tmp_path / "clean"))
    assert content(clean) == content(tmp_path / "clean")


def test_a_second_run_says_that_nothing_changed(by_flow: tuple[Path, subprocess.CompletedProcess[str]], server: Server):
    clean, _ = by_flow
    shown = copydesk("clean", "--json", "raw", str(clean), env=os.environ | server.environment)
    report = json.loads(shown.stdout)
    assert (report["pages_read"], report["published"], report["dataset_version"]) == (0, False, 1)


def test_a_second_run_at_once_is_busy_and_starts_nothing(by_flow: tuple[Path, subprocess.CompletedProcess[str]]):
    clean, _ = by_flow
    settings = Settings(clean=clean)
    log = settings.state_dir / "prefect" / "server.log"
    said = log.read_bytes()
    with open_dataset(clean, settings.state_dir, run_id="holder"):
        shown = copydesk("clean", "raw", str(clean))
    assert log.read_bytes() == said
    assert shown.returncode == 3
    assert str(os.getpid()) in shown.stderr
    assert "Traceback" not in shown.stderr


@pytest.fixture
def big_raw(tmp_path: Path) -> Path:
    """Enough pages that a run can be stopped in the middle."""
    folder = tmp_path / "raw"
    folder.mkdir()
    page = (ROOT / "raw/riverside-ledger/library-bond-vote.html").read_text(encoding="utf-8")
    for number in range(BIG_PAGES):
        (folder / f"{number}.html").write_text(page.replace("library-bond-vote", f"library-bond-vote-{number}"), encoding="utf-8")
    return folder


@pytest.fixture
def running(big_raw: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    """A run in the middle of its pages, with a server of its own unless the parameter is one."""
    process = subprocess.Popen(
        [str(COPYDESK), "clean", str(big_raw), str(tmp_path / "clean")],
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=os.environ | SMALL_BATCHES | (request.getfixturevalue(request.param).environment if hasattr(request, "param") else {}),
    )
    wait_until(lambda: any((tmp_path / ".copydesk/clean/drafts").rglob("*.parquet")))
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_leaves_nothing_behind_and_the_next_goes_on(
    running: subprocess.Popen[bytes], big_raw: Path, tmp_path: Path, server: Server, number: int
):
    started = descendants(running.pid)
    running.send_signal(number)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert b"goes on from there" in said
    assert not {b"Traceback", b"leaked"} & {*said.replace(b":", b"").split()}
    wait_until(lambda: not any(map(alive, started)))
    assert not list((tmp_path / "clean").rglob("*.parquet"))
    again = copydesk("clean", "--json", str(big_raw), str(tmp_path / "clean"), env=os.environ | SMALL_BATCHES | server.environment)
    report = json.loads(again.stdout)
    assert (report["pages_read"], report["new"]) == (BIG_PAGES, 1), "the pages tell one story"
    assert report["batches_reused"] > 0


def test_a_killed_run_leaves_no_process_behind(running: subprocess.Popen[bytes]):
    started = descendants(running.pid)
    assert started
    running.kill()
    wait_until(lambda: not any(map(alive, started)))


@pytest.mark.parametrize("running", ["server"], indirect=True)
def test_a_batch_whose_process_dies_is_tried_again(running: subprocess.Popen[bytes], tmp_path: Path):
    batch_processes = [pid for pid in descendants(running.pid) if b"multiprocessing-fork" in command_line(pid)]
    os.kill(batch_processes[0], signal.SIGKILL)
    _, said = running.communicate(timeout=120)
    assert running.returncode == 0, said
    (report,) = [json.loads(file.read_bytes()) for file in (tmp_path / "clean" / "_runs").glob("*/report.json")]
    assert report["pages_read"] == BIG_PAGES


def test_a_configured_server_is_used_and_left_running(server: Server, tmp_path: Path):
    shown = copydesk("clean", "raw", str(tmp_path / "clean"), env=os.environ | server.environment)
    assert shown.returncode == 0, shown.stderr
    assert not (tmp_path / ".copydesk/clean/prefect").exists()
    found = server.found("flow_runs", sort="START_TIME_DESC")[0]
    assert re.fullmatch(r"clean-clean-\d{4}-\d\d-\d\dT\d\d:\d\d", found["name"])
    assert (found["state_name"], found["tags"]) == ("Completed", ["copydesk"])


def test_a_backfill_that_leaves_everything_out_says_why(server: Server, tmp_path: Path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "saved.html").write_text("<title>Sea wall</title><p>Four words of text.</p>")
    arguments = ("clean", str(tmp_path / "raw"), str(tmp_path / "clean"), "--since", "2031-03-01")
    shown = copydesk(*arguments, env=os.environ | server.environment).stdout
    assert "all files left out: 1 × file with no page whose time of fetching is known" in shown
    assert "no pages found" not in shown


def test_the_server_is_on_loopback_and_answers_nobody_else(server: Server):
    answers = [httpx.post(f"{server.url}/flow_runs/filter", json={}, auth=auth) for auth in (None, ("copydesk", "guess"), ("copydesk", ""))]
    assert server.url.startswith("http://127.0.0.1:")
    assert [answer.status_code for answer in answers] == [401, 401, 401]


def test_the_deployments_load_the_flow_and_their_parameters_fit_it(tmp_path: Path):
    """What a worker and `copydesk serve` do with them, but for waiting until they are due."""
    script = """
import yaml
from prefect.flows import load_flow_from_entrypoint
from flows.schedule import ENTRYPOINT
for deployment in yaml.safe_load(open("prefect.yaml"))["deployments"]:
    for entrypoint in (ENTRYPOINT, deployment["entrypoint"]):
        flow = load_flow_from_entrypoint(entrypoint)
        parameters = flow.validate_parameters(deployment["parameters"] | {"since": "2031-03-01"})
        print(deployment["name"], flow.name, parameters["settings"].clean, parameters["reclean"], parameters["since"])
        print(*flow.parameters.model_dump()["properties"])
"""
    environment = os.environ | {"PREFECT_HOME": str(tmp_path)}
    shown = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert shown.stdout.splitlines() == [
        *["hourly clean clean False 2031-03-01", "settings reclean since until"] * 2,
        *["reclean clean clean True 2031-03-01", "settings reclean since until"] * 2,
    ], shown.stderr


def test_a_deployment_s_runs_never_overlap_and_an_hourly_one_that_would_is_left_out():
    hourly, again = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    assert hourly["schedules"] == [{"cron": "0 * * * *", "timezone": "UTC"}]
    assert hourly["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
    assert again["concurrency_limit"] == {"limit": 1, "collision_strategy": "ENQUEUE"}
    assert [deployment["work_pool"] for deployment in (hourly, again)] == [{"name": "copydesk"}] * 2


def test_serve_deploys_the_flow_with_its_schedule_tag_and_limit(server: Server, tmp_path: Path):
    command = [str(COPYDESK), "serve", "--cron", "0 3 * * *", "raw", str(tmp_path / "desk")]
    serving = subprocess.Popen(command, cwd=ROOT, env=os.environ | server.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: server.found("deployments", deployments={"name": {"any_": ["serve-desk"]}}))
    finally:
        serving.send_signal(signal.SIGINT)
        serving.wait(60)
    (deployed,) = server.found("deployments", deployments={"name": {"any_": ["serve-desk"]}})
    assert [schedule["schedule"]["cron"] for schedule in deployed["schedules"]] == ["0 3 * * *"]
    assert deployed["tags"] == ["copydesk"]
    assert deployed["global_concurrency_limit"]["limit"] == 1
    assert deployed["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert deployed["parameters"]["settings"]["clean"] == str(tmp_path / "desk")


def test_a_run_that_a_worker_starts_follows_the_copydesk_toml_of_its_folder(server: Server, tmp_path: Path):
    """The parameters are those of prefect.yaml, which name nothing."""
    (tmp_path / "crawl").mkdir()
    (tmp_path / "crawl" / "feed.jsonl").write_text(json.dumps({"leib": "<title>Sea wall</title><p>Four words of text.</p>"}))
    (tmp_path / "copydesk.toml").write_text('raw = ["crawl"]\nclean = "desk"\nmin_words = 1\n[columns]\nhtml = "leib"\n')
    environment = os.environ | server.environment | {"PYTHONPATH": str(ROOT)}
    worker = "from flows.clean import clean; print(clean(settings={}).new)"
    shown = subprocess.run([sys.executable, "-c", worker], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert shown.stdout.split() == ["1"], shown.stderr
    assert content(tmp_path / "desk")["articles"][0]["text"] == "Four words of text."
    assert server.found("flow_runs", sort="START_TIME_DESC")[0]["name"].startswith("clean-desk-")
