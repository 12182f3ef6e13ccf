"""Settings: which layer wins, several datasets in one file, and what `copydesk init` writes."""

import os
import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.init import config_text
from pipeline.config_file import SettingsError
from pipeline.settings import Settings, completed, dataset_names, load_settings

TWO = """
min_words = 30
[retention]
versions = 9
[datasets.news]
raw = ["crawl/news"]
clean = "out/news"
[datasets.news.retention]
grace_hours = 3
[datasets.blogs]
raw = ["crawl/blogs"]
clean = "out/blogs"
min_words = 80
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("COPYDESK_")]:
        monkeypatch.delenv(name)
    return tmp_path


def written(text: str) -> None:
    Path("copydesk.toml").write_text(text, encoding="utf-8")


def test_flags_go_before_the_environment_and_that_before_the_file(monkeypatch: pytest.MonkeyPatch):
    written('min_words = 30\nworkers = 3\nclean = "of-the-file"\n[retention]\nversions = 9\nreport_days = 8')
    monkeypatch.setenv("COPYDESK_WORKERS", "4")
    monkeypatch.setenv("COPYDESK_RETENTION__VERSIONS", "7")
    settings = load_settings(clean=Path("of-the-flag"), workers=None)
    assert (settings.min_words, settings.workers, settings.clean) == (30, 4, Path("of-the-flag"))
    assert (settings.retention.versions, settings.retention.report_days) == (7, 8)


def test_a_dataset_has_its_own_settings_over_those_that_all_share():
    written(TWO)
    assert dataset_names() == ("news", "blogs")
    news, blogs = load_settings(clean=Path("news")), load_settings(clean="blogs")
    assert (news.raw, news.clean, news.min_words) == ((Path("crawl/news"),), Path("out/news"), 30)
    assert (news.retention.versions, news.retention.grace_hours) == (9, 3)
    assert (blogs.clean, blogs.min_words, blogs.retention.grace_hours) == (Path("out/blogs"), 80, 1)


@pytest.mark.parametrize("clean", ["out/blogs", "./out/../out/blogs"])
def test_the_folder_of_a_dataset_means_it_too(clean: str):
    written(TWO)
    assert load_settings(clean=Path(clean)).min_words == 80


def test_another_folder_has_what_all_share():
    written(TWO)
    settings = load_settings(raw=(Path("mine"),), clean=Path("other"))
    assert (settings.raw, settings.clean, settings.min_words) == ((Path("mine"),), Path("other"), 30)


def test_a_folder_that_is_no_dataset_may_be_asked_about(folder: Path):
    written(TWO)
    (folder / "other").mkdir()
    assert load_settings(clean="other").min_words == 30


def test_one_dataset_need_not_be_named():
    written('[datasets.news]\nclean = "out/news"\n')
    assert load_settings().clean == Path("out/news")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TWO, "several datasets: say which one is meant, news or blogs"),
        ("datasets = 3", "[datasets.news]"),
        ('[datasets.news]\nraw = ["x"]', "dataset news says no `clean`"),
        ('[datasets.news]\nclean = "x"\n[datasets.blogs]\nclean = "./y/../x"', "datasets news and blogs have the same `clean`"),
        ('[datasets.news]\nclean = "s3://x/y"\n[datasets.blogs]\nclean = "x-y"', "datasets news and blogs have the same `clean`"),
        ('state = "s"\n[datasets.news]\nclean = "x"\n[datasets.blogs]\nclean = "y"', "datasets news and blogs have the same `state`"),
        ('[datasets.news]\nclean = "x"\n[datasets.blogs]\nclean = "y"\nstate = ".copydesk/x"', "datasets news and blogs have the same `state`"),
        ('[datasets.news]\nclean = "x"\ncolour = 3', "copydesk.toml, dataset news: colour: no such setting"),
        ("min_words = many", "no valid TOML"),
        ("min_words = 0", "copydesk.toml: min_words = 0: Input should be greater"),
        ('min_words = "many"\nworkers = -1', "copydesk.toml: min_words = 'many': Input should be a valid integer"),
        ('[retention]\nversions = -1\n[datasets.news]\nclean = "x"', "copydesk.toml: retention.versions = -1: Input should be greater"),
        ('[datasets.news]\nclean = "x"\n[datasets.news.limits]\ntags = 0', "copydesk.toml, dataset news: limits.tags = 0: Input should be greater"),
        ("raw = [3]", "copydesk.toml: raw = 3: Input"),
        ('engine = "dask"', "settings: the engine dask needs a dask_address"),
    ],
)
def test_what_is_wrong_is_told(text: str, told: str):
    written(text)
    with pytest.raises(SettingsError, match=re.escape(told)):
        load_settings()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("clean blogs", "there is no crawl/blogs"),
        ("clean .", "name of a dataset"),
        ("clean s3://desk/news", "name of a dataset"),
        ("clean newss", "no dataset newss; there are blogs, news. Did you mean news?"),
        ("clean news blogs", "news is a dataset of copydesk.toml, and no path: a run cleans one"),
        ("contract check blogz", "no dataset blogz; there are blogs, news. Did you mean blogs?"),
        ("export out.jsonl --to jsonl --clean newss", "no dataset newss;"),
        ("fsck newss", "no dataset newss;"),
        ("doctor videos", "no dataset videos; there are blogs, news"),
        ("fsck out/news", "was never published in"),
    ],
)
def test_commands_take_a_dataset_s_name_and_tell_a_slip_of_the_pen(line: str, told: str):
    written(TWO)
    shown = CliRunner().invoke(app, line.split())
    assert told in (shown.stderr.replace("\n", " ") or str(shown.exception))


def test_init_writes_every_setting_with_its_default():
    assert CliRunner().invoke(app, ["init"]).exit_code == 0
    assert load_settings() == Settings()
    text = Path("copydesk.toml").read_text(encoding="utf-8")
    alone = text[: text.index("# Several datasets")]
    all_set = tomllib.loads(re.sub(r"^# ([a-z_]+ = [^…\n]*)$", r"\1", alone, flags=re.MULTILINE))
    assert Settings.model_validate(all_set) == Settings()
    assert all_set == Settings().model_dump(mode="json", exclude_none=True)


def test_init_s_example_of_several_datasets_works():
    text = config_text()
    example = re.sub(r"^# (?=\[|[a-z_]+ = )", "", text[text.index("# Several datasets") :], flags=re.MULTILINE)
    written(example)
    assert load_settings(clean="news").retention.versions == 10


def test_init_writes_over_nothing():
    written("min_words = 30")
    with pytest.raises(SettingsError, match="is there already"):
        CliRunner().invoke(app, ["init"], catch_exceptions=False)
    assert Path("copydesk.toml").read_text(encoding="utf-8") == "min_words = 30"


def test_clean_as_a_url_is_a_copy_there_of_a_folder_here():
    settings = load_settings(raw=("s3://desk/crawl", "more"), clean="s3://desk/news/clean/")
    assert settings.raw == ("s3://desk/crawl", Path("more"))
    assert (settings.clean, settings.copy_to) == (Path("desk-news-clean"), "s3://desk/news/clean/")
    assert Settings.model_validate(settings.model_dump(mode="json")) == settings


def test_a_url_that_no_object_store_has_is_refused():
    with pytest.raises(SettingsError, match="copy_to"):
        load_settings(clean="ftp://desk/clean")


def test_a_misspelt_variable_is_refused_and_told_the_right_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COPYDESK_MIN_WORD", "3")
    with pytest.raises(SettingsError, match="COPYDESK_MIN_WORD in the environment: no such setting; min_words is one"):
        load_settings()


def test_what_a_deployment_does_not_name_is_as_in_the_file():
    written(TWO)
    named = Settings.model_validate({"clean": "blogs", "columns": {"html": "body"}, "retention": {"versions": 1}})
    settings = completed(named)
    assert (settings.raw, settings.clean, settings.min_words) == ((Path("crawl/blogs"),), Path("out/blogs"), 80)
    assert (settings.columns.html, settings.retention.versions) == ("body", 1)
    assert completed(settings) == settings


def test_a_deployment_that_names_everything_is_as_it_says():
    everything = load_settings(clean="mine").model_dump(mode="json")
    written('clean = "other"\nrules = "my-rules"')
    assert completed(Settings.model_validate(everything)) == Settings(clean=Path("mine"))


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("COPYDESK_RETENTION__VERSIONS", "some", "COPYDESK_RETENTION__VERSIONS in the environment: retention.versions = 'some': Input should be"),
        ("COPYDESK_RETENTION__VERSION", "3", "COPYDESK_RETENTION__VERSION in the environment: retention.version: no such setting; versions is one"),
        ("COPYDESK_RAW", "crawl", "COPYDESK_RAW='[\"raw\"]'"),
    ],
)
def test_a_variable_that_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: str):
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=re.escape(told)):
        load_settings()
