"""What a run leaves in Prefect: artifacts, an asset, and a notification when it fails."""

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flows.conftest import Server
from tests.flows.test_cli import copydesk
from tests.processes import wait_until
from tests.running import ROOT, rows

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def clean(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    clean = tmp_path_factory.mktemp("artifacts") / "Evening News"
    shown = copydesk("clean", "raw", str(clean), env=os.environ | server.environment)
    assert shown.returncode == 0, shown.stderr
    return clean


def artifact(server: Server, key: str) -> str:
    (found,) = server.found("artifacts", artifacts={"key": {"any_": [key]}})
    return str(found["data"])


def test_the_summary_links_to_the_report(server: Server, clean: Path):
    text = artifact(server, "copydesk-evening-news-summary")
    assert "published version 1" in text
    assert "| new articles | 35 |" in text
    (report,) = clean.rglob("report.html")
    assert f"[Report]({report.as_uri()})" in text
    assert "%20News" in report.as_uri()
    assert f"`{report}`" in text


def test_the_reasons_of_rejects(server: Server, clean: Path):  # noqa: ARG001 - the run that was made
    reasons = json.loads(artifact(server, "copydesk-evening-news-rejected"))
    assert {"reason": "needs_javascript", "pages": 1} in reasons


def test_the_progress_ends_at_all_of_it(server: Server, clean: Path):  # noqa: ARG001 - the run that was made
    assert float(artifact(server, "copydesk-evening-news-progress")) == 100.0


def test_a_run_with_nothing_to_read_is_all_done(server: Server, tmp_path: Path):
    (tmp_path / "raw").mkdir()
    shown = copydesk("clean", str(tmp_path / "raw"), str(tmp_path / "quiet"), env=os.environ | server.environment)
    assert shown.returncode == 0, shown.stderr
    assert float(artifact(server, "copydesk-quiet-progress")) == 100.0


def test_the_dataset_is_an_asset_with_its_version_and_rows(server: Server, clean: Path):
    key = f"file://{clean}".replace(" ", "-")

    def materialized() -> list[dict[str, Any]]:
        events = server.found("events", filter={"event": {"name": ["prefect.asset.materialization.succeeded"]}})["events"]
        return [event for event in events if event["resource"]["prefect.resource.id"] == key]

    wait_until(materialized)  # the server writes events down every few seconds
    (event,) = materialized()
    assert event["resource"]["prefect.resource.name"] == "Evening News"
    payload = event["payload"]
    assert (payload["dataset_version"], payload["schema_version"], payload["rows"], payload["new"]) == (1, 1, len(rows(clean)), 35)


@pytest.fixture
def mailbox() -> Iterator[tuple[str, list[str]]]:
    """An address on loopback, and what was sent there."""
    sent: list[str] = []

    class Mailbox(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with http.server.HTTPServer(("127.0.0.1", 0), Mailbox) as mailbox:
        threading.Thread(target=mailbox.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{mailbox.server_port}/", sent
        mailbox.shutdown()


def webhook(url: str) -> str:
    """What saves a block that sends to an address, as Python."""
    return (
        "from prefect.blocks.notifications import CustomWebhookNotificationBlock as Webhook;"
        f"Webhook(name='desk', url={url!r}, json_data={{'text': '{{{{subject}}}} / {{{{body}}}}'}}).save('desk', overwrite=True)"
    )


def test_a_block_is_told_of_a_run_that_fails(server: Server, tmp_path: Path, mailbox: tuple[str, list[str]]):
    url, sent = mailbox
    environment = os.environ | server.environment | {"COPYDESK_NOTIFY": "custom-webhook/desk"}
    subprocess.run([sys.executable, "-c", webhook(url)], env=environment, check=True, cwd=ROOT)
    strange = tmp_path / "clean" / "articles" / "mine.parquet"
    strange.parent.mkdir(parents=True)
    strange.write_text("not of a run")
    shown = copydesk("clean", "raw", str(tmp_path / "clean"), env=environment)
    assert shown.returncode == 1, shown.stdout
    (told,) = sent
    assert "copydesk: clean run clean-clean-" in told
    assert "mine.parquet" in told or "articles" in told
    unheard = copydesk("clean", "raw", str(tmp_path / "clean"), env=environment | {"COPYDESK_NOTIFY": "custom-webhook/nobody"})
    assert "nobody is told of this failure: the Prefect server has no block custom-webhook/nobody" in unheard.stderr
    assert "Traceback" not in unheard.stderr
    assert len(sent) == 1


CRASH = """
from uuid import uuid4
from prefect.client.schemas.objects import FlowRun
from prefect.states import Crashed
from flows.clean import clean
run = FlowRun(flow_id=uuid4(), name="clean-desk-monday", parameters={"settings": {"clean": "desk"}})
for hook in clean.on_crashed_hooks:
    hook(clean, run, Crashed(message="its machine is gone"))
"""


def test_the_same_is_told_of_a_run_that_crashes(server: Server, mailbox: tuple[str, list[str]]):
    url, sent = mailbox
    environment = os.environ | server.environment | {"COPYDESK_NOTIFY": "custom-webhook/desk"}
    subprocess.run([sys.executable, "-c", webhook(url)], env=environment, check=True, cwd=ROOT)
    subprocess.run([sys.executable, "-c", CRASH], env=environment, check=True, cwd=ROOT)
    (told,) = sent
    assert "copydesk: clean run clean-desk-monday Crashed" in told
    assert "its machine is gone" in told
