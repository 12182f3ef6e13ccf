from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.records import RawPage, Reason, Unreadable
from pipeline.sources import PageFacts, find_files
from tests.sources.reading import read


def facts_of(folder: Path, name: str = "page.html") -> PageFacts | None:
    return {file.uri: file.facts for file in find_files([folder])}[name]


@pytest.mark.parametrize(
    ("sidecar", "facts"),
    [
        ("{}", PageFacts()),
        ('\ufeff{"url": " https://ledger.example/a "}', PageFacts(url="https://ledger.example/a")),
        ('{"page_url": "https://ledger.example/a", "note": [1]}', PageFacts(url="https://ledger.example/a")),
        ('{"url": ""}', PageFacts()),
        ('{"url": null}', PageFacts()),
        ('{"fetched_at": "2024-05-01T10:00:00Z"}', PageFacts(fetched_at=datetime(2024, 5, 1, 10, tzinfo=UTC))),
        ('{"crawl_date": 1714557600}', PageFacts(fetched_at=datetime(2024, 5, 1, 10, tzinfo=UTC))),
        ('{"charset": "koi8-r"}', PageFacts(charset="koi8-r")),
        ('{"Content-Type": "text/html; charset=koi8-r"}', PageFacts(content_type="text/html; charset=koi8-r", charset="koi8-r")),
    ],
)
def test_what_a_sidecar_says(tmp_path: Path, sidecar: str, facts: PageFacts):
    (tmp_path / "page.html").write_text("<p>x")
    (tmp_path / "page.json").write_text(sidecar)

    assert facts_of(tmp_path) == facts


@pytest.mark.parametrize("sidecar", ["", "{", "[]", '"x"', '{"url": 5}', "\udcff"])
def test_a_broken_sidecar_costs_its_own_page_alone(tmp_path: Path, sidecar: str):
    (tmp_path / "page.html").write_text("<p>x")
    (tmp_path / "page.json").write_text(sidecar, errors="surrogateescape")
    (tmp_path / "other.html").write_text("<p>x")

    (record,) = read(tmp_path / "page.html")
    (other,) = read(tmp_path / "other.html")

    assert isinstance(record, Unreadable)
    assert record.reason is Reason.BROKEN_RECORD
    assert "page.json" in record.detail
    assert isinstance(other, RawPage)


def test_a_manifest_tells_of_the_files_it_names(tmp_path: Path):
    for name in ("a.html", "b.html", "c.txt", "d.html"):
        (tmp_path / name).write_text("x")
    (tmp_path / "manifest.jsonl").write_text(
        '{"file": "a.html", "url": "https://ledger.example/a"}\r\n\n{"name": "./b.html", "url": "https://ledger.example/b"}\n'
        '{"path": "c.txt", "charset": "cp1252"}'
    )

    assert [(file.uri, file.facts) for file in find_files([tmp_path])] == [
        ("a.html", PageFacts(url="https://ledger.example/a")),
        ("b.html", PageFacts(url="https://ledger.example/b")),
        ("c.txt", PageFacts(charset="cp1252")),
        ("d.html", None),
    ]


def test_a_sidecar_is_nearer_than_the_manifest(tmp_path: Path):
    (tmp_path / "page.html").write_text("x")
    (tmp_path / "page.json").write_text('{"url": "https://ledger.example/sidecar"}')
    (tmp_path / "manifest.jsonl").write_text('{"file": "page.html", "url": "https://ledger.example/manifest"}')

    assert facts_of(tmp_path) == PageFacts(url="https://ledger.example/sidecar")


@pytest.mark.parametrize("broken_line", ["{", "[]", '{"url": "https://ledger.example/x"}', '{"file": "page.html", "url": 5}'])
def test_a_broken_manifest_line_holds_back_the_pages_it_may_have_named(tmp_path: Path, broken_line: str):
    for name in ("page.html", "named.html", "table.parquet"):
        (tmp_path / name).write_text("x")
    (tmp_path / "manifest.jsonl").write_text('{"file": "named.html"}\n' + broken_line)

    error = facts_of(tmp_path).error
    assert "line 2 of manifest.jsonl" in error
    assert facts_of(tmp_path, "named.html") == PageFacts()
    assert facts_of(tmp_path, "table.parquet") is None
