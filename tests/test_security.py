"""What SECURITY.md promises of a whole run: no network, no name from a page, nothing read outside RAW, nothing loaded that could execute."""

import ast
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.rules.prefilter import refusal
from pipeline.sandbox import sandbox
from pipeline.settings import Settings
from tests.invented import page, paragraphs
from tests.running import ROOT, rows, run

MARK = "EVILNAME"
TRAPS = (
    '<link rel="stylesheet" href="{0}/a.css"><link rel="canonical" href="{0}/story{1}"><link rel="amphtml" href="{0}/amp"><base href="{0}/">'
    '<script src="{0}/a.js"></script><img src="{0}/a.jpg" srcset="{0}/b.jpg 2x"><iframe src="{0}/frame"></iframe><object data="{0}/o"></object>'
    '<meta http-equiv="refresh" content="0; url={0}/next"><xi:include href="{0}/x"/><video src="{0}/v" poster="{0}/p"></video>'
    '<script type="application/ld+json">{{"@context": "{0}/context", "@type": "NewsArticle", "image": "{0}/i.jpg", "url": "{0}/u"}}</script>'
)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Neither this process nor a worker of its own may use the network from now on."""

    def refuse(*_: object) -> None:
        raise AssertionError("something asked for the network")

    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests" / "offline"))
    own = threading.local()
    monkeypatch.setattr(sandbox, "_of_thread", own)
    yield
    own.sandbox.close()


@pytest.mark.slow
@pytest.mark.usefixtures("listener", "offline")
def test_nothing_asks_for_the_network(tmp_path: Path, listener: socket.socket):
    place = f"http://127.0.0.1:{listener.getsockname()[1]}"
    (tmp_path / "raw").mkdir()
    starts = (f'<!DOCTYPE html SYSTEM "{place}/a.dtd">', f'<!DOCTYPE html [<!ENTITY x SYSTEM "{place}/x">]>', f'<?xml-stylesheet href="{place}/x"?>')
    for number, start in enumerate(starts):
        prose = "".join(f"<p>{line}</p>" for line in paragraphs(number))
        text = f"{start}<html><head>{TRAPS.format(place, number)}</head><body><h1>Ferry</h1>{prose}&x;</body></html>"
        (tmp_path / "raw" / f"{number}.html").write_text(text)

    summary = run(Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean"))

    assert (summary.new, summary.rejected) == (3, 0)
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_the_offline_worker_bites():
    script = "import socket\ntry: socket.create_connection(('127.0.0.1', 9))\nexcept RuntimeError as error: print(error)"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tests" / "offline")}
    shown = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert "asked for the network" in shown.stdout


EVIL_NAMES = (
    f"../../{MARK}",
    f"/etc/{MARK}",
    f"{MARK}\0x",
    f"..\\..\\{MARK}",
    f"{MARK}/../x",
    f"~/{MARK}",
    f"$(touch {MARK})",
    f"{MARK}\n{MARK}",
    MARK * 100,
)


@pytest.mark.slow
def test_no_name_of_a_file_comes_from_a_page(tmp_path: Path):
    raw = tmp_path / "raw"
    raw.mkdir()
    lines = [page(number) | {"id": name, "url": f"https://{MARK}.example/{name}", "charset": name} for number, name in enumerate(EVIL_NAMES)]
    lines += [page(50 + number) | {"id": name, "url": name, "fetched_at": name} for number, name in enumerate(EVIL_NAMES)]
    (raw / "pages.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    (raw / f"{MARK} ; rm -rf .html").write_text(str(page(99)["html"]))

    run(Settings(raw=(raw,), clean=tmp_path / "clean"))

    assert len(rows(tmp_path / "clean")) + len(rows(tmp_path / "clean", "rejected")) == 2 * len(EVIL_NAMES) + 1
    assert {path.name for path in tmp_path.iterdir()} == {"raw", "clean", ".copydesk"}
    written = [path.relative_to(tmp_path).as_posix() for folder in ("clean", ".copydesk") for path in (tmp_path / folder).rglob("*")]
    assert written
    assert not [path for path in written if MARK.lower() in path.lower()]


@pytest.mark.slow
def test_a_link_out_of_raw_is_counted_and_what_it_leads_to_is_nowhere(tmp_path: Path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "elsewhere").mkdir()
    for number, place in enumerate((tmp_path / "elsewhere" / "secret.html", tmp_path / "elsewhere" / "more.html", tmp_path / "raw" / "own.html")):
        place.write_text(str(page(number, [MARK] if number < 2 else [])["html"]))
    (tmp_path / "raw" / "link.html").symlink_to(tmp_path / "elsewhere" / "secret.html")
    (tmp_path / "raw" / "folder").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "raw" / "gone.html").symlink_to(tmp_path / "nowhere")

    summary = run(Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean"))

    assert (summary.new, summary.skipped_by_kind) == (1, {"link out of its root": 3})
    assert MARK not in repr([rows(tmp_path / "clean", name) for name in ("articles", "rejected", "removed")])


def imported(path: Path) -> set[str]:
    """The modules that a file names in its imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


EXECUTE = {"pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve", "yaml", "jsonpickle"}
FETCH = {"trafilatura.downloads", "trafilatura.spider", "trafilatura.fetch_url", "urllib.request", "requests", "aiohttp", "http.client"}


def test_nothing_is_loaded_that_could_execute_and_nothing_fetched():
    """Ruff's S rules see calls of `eval`, `yaml.load` and shells."""
    sources = [path for folder in ("pipeline", "flows") for path in (ROOT / folder).rglob("*.py")]
    assert len(sources) > 100
    assert {path.name: imported(path) & (EXECUTE | FETCH) for path in sources if imported(path) & (EXECUTE | FETCH)} == {}


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a*)*b", "(?:a|a)+$", r"(?:\w{1,30}){1,30}!", "(?:[a-z]+){2,50}!", r"^(\s+?){3,9}x"])
def test_rules_that_could_take_for_ever_are_refused(pattern: str):
    assert refusal(pattern)


@pytest.mark.slow
def test_names_of_files_steer_no_terminal(tmp_path: Path):
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "page.html").write_text(str(page(1)["html"]))
    for name in ("a.\x1b[31mred", "b.[bold]", "d.\u202egnp"):
        (raw / name).write_text("nothing")
    command = [str(Path(sys.executable).parent / "copydesk"), "clean", str(raw), str(tmp_path / "clean")]

    shown = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)

    assert shown.returncode == 0, shown.stderr
    assert "[bold]" in shown.stdout
    assert not {"\x1b", "\u202e"} & {*shown.stdout, *shown.stderr}


def test_names_of_columns_steer_no_terminal(tmp_path: Path):
    (tmp_path / "pages.jsonl").write_text('{"\\u001b[31mred\\u0007": "x", "[/x]": 1}\n')
    command = [str(Path(sys.executable).parent / "copydesk"), "explain", str(tmp_path / "pages.jsonl")]

    shown = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)

    assert shown.returncode == 2
    assert "[31mred, [/x]" in shown.stderr
    assert not {"\x1b", "\x07"} & {*shown.stderr}
