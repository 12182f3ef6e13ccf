from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.planning import check_paths
from pipeline.settings import Settings
from pipeline.sources import InputError, find_files


def write(root: Path, *names: str, text: str = "x") -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def uris(*roots: Path) -> list[str]:
    return [file.uri for file in find_files(roots)]


def test_files_come_in_a_stable_order_with_uris_relative_to_their_root(tmp_path: Path):
    write(tmp_path / "b", "z.html", "a/2.html", "a/10.html", "a.html")
    write(tmp_path / "a", "m.txt")

    assert uris(tmp_path / "b", tmp_path / "a") == ["a.html", "a/10.html", "a/2.html", "z.html", "m.txt"]


def test_a_root_may_be_a_file(tmp_path: Path):
    write(tmp_path, "page.html", "other.html")

    assert uris(tmp_path / "page.html") == ["page.html"]


@pytest.mark.parametrize("hidden", [".page.html", ".git/page.html", "a/.cache/page.html"])
def test_hidden_files_and_folders_are_passed_over(tmp_path: Path, hidden: str):
    write(tmp_path, hidden, "page.html")

    assert uris(tmp_path) == ["page.html"]


@pytest.mark.parametrize(
    ("page", "sidecar"),
    [
        ("page.html", "page.json"),
        ("page.html", "page.html.json"),
        ("page.html.gz", "page.json"),
        ("page.html.gz", "page.html.json"),
        ("page.html.zst", "page.html.zst.json"),
        ("notes.txt", "notes.json"),
        ("article", "article.json"),
        ("article.php", "article.php.json"),
    ],
)
def test_a_sidecar_tells_of_its_page_and_is_no_input(tmp_path: Path, page: str, sidecar: str):
    write(tmp_path, page)
    write(tmp_path, sidecar, text='{"url": "https://ledger.example/a"}')

    (file,) = find_files([tmp_path])

    assert (file.uri, file.facts and file.facts.url) == (page, "https://ledger.example/a")
    assert find_files([tmp_path / page])[0].facts == file.facts


@pytest.mark.parametrize("name", ["table.json", "table.parquet.json"])
def test_json_beside_a_table_is_no_sidecar(tmp_path: Path, name: str):
    write(tmp_path, "table.parquet", name, text="{}")

    assert uris(tmp_path) == sorted(["table.parquet", name])


def test_a_changed_sidecar_changes_the_digest(tmp_path: Path):
    write(tmp_path, "page.html", "bare.html")
    digests = set()
    for url in ("https://ledger.example/a", "https://ledger.example/b"):
        write(tmp_path, "page.json", text=f'{{"url": "{url}"}}')
        bare, page = find_files([tmp_path])
        digests.add(page.facts_digest)
        assert bare.facts_digest == ""

    assert len(digests) == 2
    assert all(len(digest) == 64 for digest in digests)


def test_a_missing_root_is_named(tmp_path: Path):
    with pytest.raises(InputError, match=r"there is no .*nowhere"):
        find_files([tmp_path / "nowhere"])


def test_a_pipe_is_refused_and_within_a_folder_counted(tmp_path: Path):
    write(tmp_path, "page.html")
    os.mkfifo(tmp_path / "pipe.html")
    with pytest.raises(InputError, match=r"pipe\.html is a pipe or a device"):
        find_files([tmp_path / "pipe.html"])
    assert [(file.uri, file.never_opened) for file in find_files([tmp_path])] == [("page.html", ""), ("pipe.html", "pipe or device")]


def test_two_files_with_one_uri_are_refused(tmp_path: Path):
    write(tmp_path, "a/page.html", "b/page.html")

    with pytest.raises(InputError, match=r"a/page\.html and .*b/page\.html would both be known as page\.html"):
        find_files([tmp_path / "a", tmp_path / "b"])


@pytest.mark.parametrize(("one", "other"), [("raw", "raw"), ("raw", "raw/2024"), ("raw/2024", "raw"), ("raw", "raw/2024/page.html")])
def test_overlapping_roots_are_refused(tmp_path: Path, one: str, other: str):
    write(tmp_path, "raw/2024/page.html")

    with pytest.raises(InputError, match="overlap"):
        find_files([tmp_path / one, tmp_path / other])


@pytest.mark.parametrize(
    ("raw", "copy"),
    [("s3://desk/crawl", "s3://desk/crawl/clean"), ("s3://desk/crawl/2031", "s3://desk/crawl"), ("s3://desk/crawl", "s3://desk/crawl/")],
)
def test_a_copy_that_would_be_read_is_refused(raw: str, copy: str):
    with pytest.raises(InputError, match=f"{copy} and {raw} lie in each other"):
        check_paths(Settings(raw=("s3://desk/feeds", raw), copy_to=copy))


def test_a_copy_beside_what_is_read_is_none_of_it():
    check_paths(Settings(raw=("s3://desk/crawl",), copy_to="s3://desk/crawl-clean"))


@pytest.mark.parametrize("target", ["secret.txt", "folder"])
def test_a_link_out_of_the_root_is_counted_and_never_followed(tmp_path: Path, target: str):
    write(tmp_path, "secret.txt", "folder/secret.txt", "raw/page.html")
    (tmp_path / "raw" / "link.txt").symlink_to(tmp_path / target)

    link, page = find_files([tmp_path / "raw"])

    assert (link.uri, link.never_opened, page.never_opened) == ("link.txt", "link out of its root", "")


def test_links_inside_the_root_give_files_and_no_loop(tmp_path: Path):
    write(tmp_path, "a/page.html")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "again.html").symlink_to(tmp_path / "a" / "page.html")

    assert uris(tmp_path) == ["a/page.html", "again.html"]


def test_a_name_that_is_not_utf8_gets_a_uri_that_is(tmp_path: Path):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.html")).write_text("x")

    assert uris(tmp_path) == ["caf\\xe9.html"]


@pytest.mark.parametrize("target", ["loop.html", "page.html/x", "nothing.html"])
def test_a_link_that_leads_nowhere_is_counted(tmp_path: Path, target: str):
    write(tmp_path, "page.html")
    (tmp_path / "loop.html").symlink_to(target)
    assert [(file.uri, file.never_opened) for file in find_files([tmp_path])] == [("loop.html", "link to nothing"), ("page.html", "")]
