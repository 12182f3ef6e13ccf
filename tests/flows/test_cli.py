"""The command line without a flow: what it prints, and how it fails."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.running import ROOT

COPYDESK = Path(sys.executable).parent / "copydesk"
STORY = "raw/riverside-ledger/library-bond-vote.html"


def copydesk(*arguments: str, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(COPYDESK), *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=120)


def test_version_names_what_shapes_the_output():
    shown = copydesk("--version").stdout
    assert shown.startswith("copydesk 0.")
    assert "schema 1" in shown
    assert "trafilatura-2.3" in shown


@pytest.mark.parametrize(
    "command", ["clean", "explain", "templates", "cache", "check-rules", "schema", "serve", "changes", "export", "init", "doctor"]
)
def test_every_command_helps_with_an_example(command: str):
    shown = copydesk(command, "--help")
    assert shown.returncode == 0
    assert "Example" in shown.stdout


def test_explain_shows_each_block_with_the_reason_for_what_is_gone():
    shown = copydesk("explain", STORY).stdout
    assert "↳" in shown
    assert "moved to" in shown
    assert "lang/en:" in shown
    assert "json-ld" in shown


def test_explain_finds_a_record_of_a_container():
    assert "broken_record" in copydesk("explain", "raw/feed.jsonl", "--record", "2").stdout


@pytest.mark.parametrize("file", ["raw/feed.jsonl", "raw/crawl.warc.gz"])
def test_explain_finds_a_record_by_its_number(file: str):
    shown = copydesk("explain", file, "--record", "1")
    assert shown.returncode == 0
    assert shown.stdout != copydesk("explain", file).stdout


def test_explain_of_a_rejected_page_says_why():
    assert "needs_javascript" in copydesk("explain", "raw/pulseboard/story-8841.html").stdout


def test_explain_lets_no_page_steer_the_terminal(tmp_path: Path):
    page = tmp_path / "page.txt"
    page.write_text("Title\n\n" + "Harmless words go on and on here. \x1b[2J\u202e " * 10, encoding="utf-8")
    shown = copydesk("explain", str(page)).stdout
    assert "Harmless" in shown
    assert not {"\x1b", "\u202e"} & set(shown)


def test_schema_for_people_and_for_tools():
    assert "date_published" in copydesk("schema", "articles").stdout
    datasets = json.loads(copydesk("schema", "--json").stdout)["$defs"]
    assert set(datasets) == {"articles", "rejected", "removed"}
    assert datasets["removed"]["properties"]["support_pages"]["type"] == ["integer", "null"]


def test_check_rules_runs_the_built_in_examples():
    shown = copydesk("check-rules")
    assert shown.returncode == 0
    assert "all right" in shown.stdout


def test_check_rules_names_the_example_that_fails(tmp_path: Path):
    (tmp_path / "common.toml").write_text(
        '[[rule]]\nname = "bell"\nkind = "newsletter"\nwhy = "calls"\nmatch = ["^ring"]\naction = "drop"\ndrops = ["Do not ring."]\nkeeps = ["Ring-necked ducks."]\n'
    )
    shown = copydesk("check-rules", "--rules", str(tmp_path))
    assert shown.returncode == 1
    assert "common:bell" in shown.stdout
    assert "Do not ring." in shown.stdout


def test_rules_can_be_checked_where_there_are_several_datasets(tmp_path: Path):
    (tmp_path / "copydesk.toml").write_text('[datasets.news]\nclean = "news"\nrules = "of-news"\n[datasets.blogs]\nclean = "blogs"\n')
    for folder in ("of-news", "others"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "common.toml").write_text("")
    shown = [copydesk("check-rules", *arguments, cwd=tmp_path) for arguments in ([], ["--clean", "news"], ["--rules", "others"])]
    assert [each.returncode for each in shown] == [2, 0, 0]
    assert "news or blogs, as CLEAN or with --clean" in shown[0].stderr
    assert "from of-news" in shown[1].stdout
    assert "from others" in shown[2].stdout


@pytest.mark.parametrize(
    ("arguments", "config", "code", "message"),
    [
        pytest.param(["clean", "no-such-folder", "clean"], "", 2, "no-such-folder", id="RAW is missing"),
        pytest.param(["clean", ".", "clean"], "", 2, "lie in each other", id="CLEAN inside RAW"),
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
        pytest.param(["templates", "heron.example"], "", 1, "`copydesk clean` comes first", id="nothing learned"),
        pytest.param(["tidy"], "", 2, "tidy", id="no such command"),
    ],
)
def test_an_error_is_a_clear_line_and_a_code(tmp_path: Path, arguments: list[str], config: str, code: int, message: str):
    if config:
        (tmp_path / "copydesk.toml").write_text(config)
    shown = copydesk(*arguments, cwd=tmp_path)
    assert shown.returncode == code
    assert message in shown.stderr
    assert "Traceback" not in shown.stderr
