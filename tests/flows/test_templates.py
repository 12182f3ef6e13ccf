"""`copydesk templates`: what a person reads of a site's template."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from flows.templates import print_templates
from pipeline.settings import Settings
from pipeline.sources import InputError
from tests.invented import SPONSOR, page, write_pages
from tests.running import run

HINT = "Ring the tide bell for a \x1b[31mbrass whistle."
SITE_FILE = '[templates]\npin = ["The tide tables hang in the hall."]\nveto = ["{}", "A slip of the pen"]\n'


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("templates")
    settings = Settings(raw=(folder / "raw",), clean=folder / "clean")
    pages = [page(number, [SPONSOR] * (number > 0) + [HINT] * (number < 3)) for number in range(4)]
    write_pages(folder / "raw" / "pages.jsonl", [*pages, page(9, site="weir.example")])
    run(settings)
    return settings


def shown(site: str, settings: Settings) -> str:
    console = Console(file=StringIO(), width=100)
    print_templates(site, settings, console)
    return console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO


@pytest.mark.parametrize("name", ["heron.example", "www.heron.example", "https://www.heron.example/story-1.html"])
def test_a_sites_lines_come_with_what_they_rest_on(settings: Settings, name: str):
    table = shown(name, settings)
    for part in ("heron.example: 4 articles seen", SPONSOR, "75%", "3 of 4", "on 3 days", "all hosts", "2031-03-02 to", "2031-03-04"):
        assert part in table
    assert "pinned" not in table
    assert "vetoed" not in table


def test_a_line_of_a_page_cannot_steer_the_terminal(settings: Settings):
    assert "brass whistle" in shown("heron.example", settings)
    assert "\x1b" not in shown("heron.example", settings)


def test_it_says_what_a_person_pins_and_vetoes(settings: Settings, tmp_path: Path):
    file = tmp_path / "site" / "heron.example.toml"
    file.parent.mkdir()
    file.write_text(SITE_FILE.format(SPONSOR), encoding="utf-8")
    lines = [line for line in shown("heron.example", settings.model_copy(update={"rules": tmp_path})).splitlines() if "ed" in line]
    assert sum("pinned" in line for line in lines) == 1
    assert sum("vetoed" in line for line in lines) == 2
    assert sum("not learned" in line for line in lines) == 2


def test_a_site_without_templates_is_no_error(settings: Settings):
    assert shown("weir.example", settings) == "weir.example: 1 article seen, and no line stands on enough of them\n"


@pytest.mark.parametrize(
    ("site", "says"), [("heren.example", "Did you mean heron.example"), ("moor.test", "Sites with most articles: heron.example, weir")]
)
def test_an_unknown_site_names_those_that_are_known(settings: Settings, site: str, says: str):
    with pytest.raises(InputError, match=says):
        shown(site, settings)


def test_a_dataset_of_pages_without_addresses_knows_no_site(tmp_path: Path):
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")
    write_pages(tmp_path / "raw" / "pages.jsonl", [page(1) | {"url": None}])
    run(settings)
    with pytest.raises(InputError, match="no site is known"):
        shown("heron.example", settings)
