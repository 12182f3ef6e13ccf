"""RAW in an object store, over a real S3 API on loopback."""

import gzip
import json
from pathlib import Path

import obstore
import pytest

from pipeline.records import RawPage
from pipeline.settings import ColumnNames, Settings
from pipeline.sources import Cutting, InputError, find_files, objects, plan_slices, read_slice
from tests.invented import page
from tests.object_store import ObjectStore
from tests.running import ROOT, content, run
from tests.sources.test_splitting import warc

RAW = "s3://desk/crawl"


def put(store: ObjectStore, key: str, body: bytes, root: str = RAW) -> None:
    obstore.put(store.at(root), key, body)


def upload(store: ObjectStore, folder: Path) -> None:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            put(store, file.relative_to(folder).as_posix(), file.read_bytes())


def uris(*roots: Path | str) -> list[str]:
    return [file.uri for file in find_files(roots)]


def test_the_samples_come_out_as_from_a_folder(object_store: ObjectStore, tmp_path: Path):
    upload(object_store, ROOT / "raw")
    run(Settings(raw=(RAW,), clean=tmp_path / "stored"))
    run(Settings(raw=(ROOT / "raw",), clean=tmp_path / "local"))
    assert content(tmp_path / "stored") == content(tmp_path / "local")


def test_what_is_known_is_not_read_again(object_store: ObjectStore, tmp_path: Path):
    for number in range(2):
        put(object_store, f"{number}.jsonl", json.dumps(page(number)).encode())
    settings = Settings(raw=(RAW,), clean=tmp_path / "clean")
    run(settings)
    object_store.requests.clear()
    assert run(settings).pages_known == 2
    assert {method for method, path, _ in object_store.requests if path.endswith(".jsonl")} == set()
    put(object_store, "1.jsonl", json.dumps(page(7)).encode())
    again = run(settings)
    assert (again.new, again.pages_known) == (1, 1)


def test_a_store_that_is_busy_now_and_then_costs_nothing(object_store: ObjectStore, tmp_path: Path):
    for number in range(6):
        put(object_store, f"{number}.jsonl", json.dumps(page(number)).encode())
    object_store.fails_every = 3
    assert run(Settings(raw=(RAW,), clean=tmp_path / "clean")).new == 6


def test_a_large_archive_is_read_by_ranges(object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(objects, "_RANGE_BYTES", 50_000)
    lines = [json.dumps(page(number)) for number in range(40)]
    put(object_store, "feed.jsonl", "\n".join(lines).encode())
    (file,) = find_files([RAW])
    object_store.requests.clear()
    slices = plan_slices(file, ColumnNames())
    assert isinstance(slices, list)
    assert sum(isinstance(record, RawPage) for piece in slices for record in read_slice(piece, ColumnNames())) == 40
    gets = [range_ for method, _, range_ in object_store.requests if method == "GET"]
    assert len(gets) > 3
    assert all(range_.startswith("bytes=") for range_ in gets)


def test_a_slice_of_an_object_fetches_no_more_than_itself(object_store: ObjectStore, tmp_path: Path):
    put(object_store, "crawl.warc", warc(200))
    (file,) = find_files([RAW])
    slices = plan_slices(file, ColumnNames(), Cutting(pages=20, bytes=file.size // 10, indexes=tmp_path / "indexes"))
    assert isinstance(slices, list)
    object_store.requests.clear()
    assert sum(len(list(read_slice(piece, ColumnNames()))) for piece in slices) == 200
    ranges = [range_.removeprefix("bytes=").split("-") for method, _, range_ in object_store.requests if method == "GET"]
    assert sum(int(last) - int(first) + 1 for first, last in ranges) < 1.1 * file.size


def test_compressed_objects_and_sidecars(object_store: ObjectStore):
    put(object_store, "a/story.html.gz", gzip.compress(str(page(1)["html"]).encode()))
    put(object_store, "a/story.html.json", b'{"url": "https://heron.example/story"}')
    put(object_store, "a/.hidden/old.html", b"<p>old")
    (file,) = find_files([RAW])
    assert (file.uri, file.facts and file.facts.url) == ("a/story.html.gz", "https://heron.example/story")
    slices = plan_slices(file, ColumnNames())
    assert isinstance(slices, list)
    (record,) = read_slice(slices[0], ColumnNames())
    assert isinstance(record, RawPage)
    assert record.body.decode() == page(1)["html"]


def test_an_object_alone_and_beside_a_folder(object_store: ObjectStore, tmp_path: Path):
    put(object_store, "feed.jsonl", json.dumps(page(1)).encode())
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "story.html").write_text(str(page(2)["html"]))
    assert uris(f"{RAW}/feed.jsonl", tmp_path / "raw") == ["feed.jsonl", "story.html"]


@pytest.mark.parametrize(
    ("roots", "why"),
    [
        ((f"{RAW}/nowhere",), "there is nothing at s3://desk/crawl/nowhere"),
        ((RAW, f"{RAW}/deeper/"), "overlap"),
    ],
)
def test_roots_that_cannot_be_read(object_store: ObjectStore, roots: tuple[str, ...], why: str):
    put(object_store, "deeper/feed.jsonl", b"{}")
    with pytest.raises(InputError, match=why):
        find_files(roots)


def test_an_object_replaced_while_it_is_read_is_an_error(object_store: ObjectStore):
    put(object_store, "story.html", b"<p>first")
    (file,) = find_files([RAW])
    put(object_store, "story.html", b"<p>later")
    with pytest.raises(OSError, match="the object store failed") as raised:
        plan_slices(file, ColumnNames())
    assert raised.value.filename == f"{RAW}/story.html"


@pytest.mark.usefixtures("object_store")
def test_a_bucket_that_is_not_there():
    with pytest.raises(OSError, match="the object store failed"):
        find_files(["s3://nobodys/crawl"])
