"""The command, from an object store into one, over a real S3 API on loopback."""

import json
import os
import subprocess
from pathlib import Path

import obstore
import pytest

from pipeline import open_articles
from tests.flows.conftest import Server
from tests.flows.test_cli import COPYDESK
from tests.invented import page
from tests.object_store import ObjectStore

pytestmark = pytest.mark.slow


def copydesk(folder: Path, server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(COPYDESK), *arguments], cwd=folder, env=os.environ | server.environment, capture_output=True, text=True, check=False)


def test_from_a_store_into_a_store(object_store: ObjectStore, tmp_path: Path, server: Server):
    for number in range(3):
        obstore.put(object_store.at("s3://desk/crawl"), f"{number}.jsonl", json.dumps(page(number)).encode())
    done = copydesk(tmp_path, server, "clean", "s3://desk/crawl", "s3://desk/clean")
    assert done.returncode == 0, done.stderr
    assert "s3://desk/clean" in done.stdout
    assert len(open_articles("s3://desk/clean").to_table()) == 3
    report = copydesk(tmp_path, server, "report", "s3://desk/clean")
    assert Path(tmp_path, report.stdout.strip()).is_file()


def test_a_store_that_refuses_is_one_clear_line(object_store: ObjectStore, tmp_path: Path, server: Server):
    obstore.put(object_store.at("s3://desk/crawl"), "0.jsonl", json.dumps(page(0)).encode())
    done = copydesk(tmp_path, server, "clean", "s3://desk/crawl", "s3://nobodys/clean")
    assert done.returncode == 1
    assert "copydesk: [Errno 5] the object store failed" in done.stderr
    assert "Traceback" not in done.stderr
