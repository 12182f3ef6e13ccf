"""The command line without a flow: what it prints, and how it fails."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from unittest.mock import patch

import pytest

from flows import doctor
from flows.cli import main
from tests.running import ROOT

COPYDESK = Path(sys.executable).parent / "copydesk"
TWO_DATASETS = '[datasets.news]\nclean = "news"\nrules = "of-news"\n[datasets.blogs]\nclean = "blogs"\n'
STORY = "raw/riverside-ledger/library-bond-vote.html"


def copydesk(*arguments: str, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(COPYDESK), *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=120)


def at_once(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The same in this process, for commands that start no flow: most of a small command's time is the start of Python."""
    out, err = (TextIOWrapper(BytesIO(), encoding="utf-8") for _ in range(2))
    with chdir(cwd), redirect_stdout(out), redirect_stderr(err), patch("sys.argv", ["copydesk", *arguments]), pytest.raises(SystemExit) as end:
        main()
    for stream in (out, err):
        stream.seek(0)
    return subprocess.CompletedProcess(arguments, int(end.value.code or 0), out.read(), err.read())


def test_version_names_what_shapes_the_output():
    shown = copydesk("--version").stdout
    assert shown.startswith("copydesk 0.")
    assert "schema 1" in shown
    assert "trafilatura-2.3" in shown


@pytest.mark.parametrize(
    "command", ["clean", "explain", "templates", "cache", "check-rules", "schema", "serve", "changes", "export", "init", "doctor"]
)
def test_every_command_helps_with_an_example(command: str):
    shown = at_once(command, "--help")
    assert shown.returncode == 0
    assert "Example" in shown.stdout


def test_a_server_that_does_not_answer_is_one_line(tmp_path: Path):
    page = tmp_path / "raw" / "page.html"
    page.parent.mkdir()
    page.write_text("<p>A page.</p>")
    shown = copydesk("clean", "raw", "clean", cwd=tmp_path, env=os.environ | {"PREFECT_API_URL": "http://127.0.0.1:9/api"})
    assert shown.returncode == 1
    assert "http://127.0.0.1:9/api (PREFECT_API_URL) does not answer" in shown.stderr
    assert "Traceback" not in shown.stderr
    assert not (tmp_path / "clean").exists()


def test_doctor_looks_at_each_dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "copydesk.toml").write_text(TWO_DATASETS.replace('rules = "of-news"\n', ""))
    monkeypatch.setattr(doctor, "_CHECKS", {"CLEAN": doctor._CHECKS["CLEAN"]})
    shown = at_once("doctor", cwd=tmp_path)
    assert shown.returncode == 0
    assert [line.split()[:2] for line in shown.stdout.splitlines()] == [["dataset", "news"], ["ok", "CLEAN"], ["dataset", "blogs"], ["ok", "CLEAN"]]


def test_explain_shows_each_block_with_the_reason_for_what_is_gone():
    shown = at_once("explain", STORY).stdout
    assert "↳" in shown
    assert "moved to" in shown
    assert "lang/en:" in shown
    assert "json-ld" in shown


def test_explain_finds_a_record_of_a_container():
    assert "broken_record" in at_once("explain", "raw/feed.jsonl", "--record", "2").stdout


@pytest.mark.parametrize("file", ["raw/feed.jsonl", "raw/crawl.warc.gz"])
def test_explain_finds_a_record_by_its_number(file: str):
    shown = at_once("explain", file, "--record", "1")
    assert shown.returncode == 0
    assert shown.stdout != at_once("explain", file).stdout


def test_explain_of_a_rejected_page_says_why():
    assert "needs_javascript" in at_once("explain", "raw/pulseboard/story-8841.html").stdout


def test_explain_lets_no_page_steer_the_terminal(tmp_path: Path):
    page = tmp_path / "page.txt"
    page.write_text("Title\n\n" + "Harmless words go on and on here. \x1b[2J\u202e " * 10, encoding="utf-8")
    shown = at_once("explain", str(page)).stdout
    assert "Harmless" in shown
    assert not {"\x1b", "\u202e"} & set(shown)


def test_schema_for_people_and_for_tools():
    assert "date_published" in at_once("schema", "articles").stdout
    datasets = json.loads(at_once("schema", "--json").stdout)["$defs"]
    assert set(datasets) == {"articles", "rejected", "removed"}
    assert datasets["removed"]["properties"]["support_pages"]["type"] == ["integer", "null"]


def test_check_rules_runs_the_built_in_examples():
    shown = at_once("check-rules")
    assert shown.returncode == 0
    assert "all right" in shown.stdout


def test_check_rules_names_the_example_that_fails(tmp_path: Path):
    (tmp_path / "common.toml").write_text(
        '[[rule]]\nname = "bell"\nkind = "newsletter"\nwhy = "calls"\nmatch = ["^ring"]\naction = "drop"\ndrops = ["Do not ring."]\nkeeps = ["Ring-necked ducks."]\n'
    )
    shown = at_once("check-rules", "--rules", str(tmp_path))
    assert shown.returncode == 1
    assert "common:bell" in shown.stdout
    assert "Do not ring." in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "config", "code", "message"),
    [
        pytest.param(["clean", "no-such-folder", "clean"], "", 2, "no-such-folder", id="RAW is missing"),
        pytest.param(["clean", ".", "clean"], "", 2, "lie in each other", id="CLEAN inside RAW"),
        pytest.param(["clean", "s3://desk/crawl", "s3://desk/crawl/clean"], "", 2, "lie in each other", id="CLEAN inside RAW in a store"),
        pytest.param(["serve", "--cron", "whenever", ".", "../clean"], "", 2, "whenever", id="no cron expression"),
        pytest.param(["clean", "only-one"], "", 2, "RAW and CLEAN", id="one path"),
        pytest.param(
            ["clean", ".", "../clean", "--since", "2031-03-31", "--until", "2031-03-01"], "", 2, "is no day at all", id="days the wrong way round"
        ),
        pytest.param(["clean"], "min_wrods = 3", 2, "min_wrods", id="misspelt setting"),
        pytest.param(["clean"], "min_words = ", 2, "copydesk.toml", id="no TOML"),
        pytest.param(["schema", "artikel"], "", 2, "artikel", id="no such dataset"),
        pytest.param(["explain", "no-such-page.html"], "", 2, "no-such-page.html", id="no such page"),
        pytest.param(["check-rules", "--rules", "nowhere"], "", 2, "nowhere", id="no such rules"),
        pytest.param(["check-rules"], 'rules = "nowhere"', 2, "nowhere", id="no such rules in the settings"),
        pytest.param(["check-rules"], TWO_DATASETS, 2, "news or blogs, as CLEAN or with --clean", id="which dataset's rules"),
        pytest.param(["check-rules", "--clean", "news"], TWO_DATASETS, 2, "of-news: no such folder", id="one dataset's rules"),
        pytest.param(["check-rules", "--rules", "nowhere"], TWO_DATASETS, 2, "nowhere: no such folder", id="rules of no dataset"),
        pytest.param(["templates", "heron.example"], "", 1, "`copydesk clean` comes first", id="nothing learned"),
        pytest.param(["explain", str(ROOT / STORY), "--html", "nowhere/page.html"], "", 2, "there is no folder nowhere", id="no folder for HTML"),
        pytest.param(["clean"], 'notify = "slack"', 2, "notify = 'slack'", id="no name of a block"),
        pytest.param(
            ["clean", ".", "../clean", "--dask-address", "tcp://127.0.0.1:9"], "", 2, "goes with --engine dask", id="an address and no engine"
        ),
        pytest.param(["tidy"], "", 2, "tidy", id="no such command"),
    ],
)
def test_an_error_is_a_clear_line_and_a_code(tmp_path: Path, arguments: list[str], config: str, code: int, message: str):
    if config:
        (tmp_path / "copydesk.toml").write_text(config)
    said = copydesk if arguments[0] in {"clean", "serve"} else at_once
    shown = said(*arguments, cwd=tmp_path)
    assert shown.returncode == code
    assert message in shown.stderr
    assert "Traceback" not in shown.stderr
