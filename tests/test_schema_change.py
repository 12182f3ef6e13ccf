"""From schema version 1 to a toy version 2, as docs/contract.md says: the old dataset is refused, a new one made from the old one's drafts."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from pipeline.contract import check_contract
from pipeline.settings import Settings
from tests.invented import page, write_pages
from tests.running import ROOT, rows, run

# What a copydesk of version 2 would be: a column is of another type.
TOY = """
import pipeline.store.schema as schema
schema.SCHEMA_VERSION = 2
place = schema.ARTICLES.get_field_index("word_count")
schema.ARTICLES = schema.ARTICLES.set(place, schema.ARTICLES.field(place).with_type(schema.pa.int64()))
schema.ARTICLES = schema.ARTICLES.with_metadata(schema.ARTICLES.metadata | {b"copydesk.schema_version": b"2"})
schema.DATASETS["articles"] = schema.ARTICLES

import sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.contract import check_contract
from pipeline.settings import Settings
from tests.running import run

raw, clean = map(Path, sys.argv[1:])
summary = run(Settings(raw=(raw,), clean=clean))
print(summary.new, summary.batches_reused, summary.batches, list(check_contract(clean, max_drop=0.1, max_age=None, now=datetime.now(UTC))))
"""


def run_toy(raw: Path, clean: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", TOY, str(raw), str(clean)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.slow
def test_the_next_version_is_made_beside_the_old_one_from_its_drafts(tmp_path: Path):
    settings = Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")
    write_pages(tmp_path / "raw" / "one.jsonl", [page(number) for number in range(4)])
    run(settings)
    before = rows(settings.clean)

    refused = run_toy(settings.raw[0], settings.clean)
    assert refused.returncode != 0
    assert "is of schema version 1, and this copydesk writes version 2: clean into a new folder" in refused.stderr
    assert rows(settings.clean) == before

    new = settings.model_copy(update={"clean": tmp_path / "clean-2"})
    shutil.copytree(settings.state_dir / "drafts", new.state_dir / "drafts")
    made = run_toy(settings.raw[0], new.clean)
    assert made.stdout.split() == ["4", "1", "1", "[]"], made.stderr
    found = {str(row["id"]): row for row in rows(new.clean)}
    assert {str(row["id"]): row["text"] for row in before} == {name: row["text"] for name, row in found.items()}
    assert {file.physical_schema.field("word_count").type for file in ds.dataset(new.clean / "articles").get_fragments()} == {pa.int64()}
    assert rows(settings.clean) == before  # readers of the old one see what they saw
    told = list(check_contract(new.clean, max_drop=0.1, max_age=None, now=datetime.now(UTC)))
    assert told == ["schema version 2, and this copydesk knows version 1"]
