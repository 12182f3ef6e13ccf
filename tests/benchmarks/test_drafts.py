"""The pages that the draft benchmark is measured on; how fast they are cleaned, it says itself."""

import json
from pathlib import Path

from benchmarks.drafts import written_pages


def test_pages_are_as_many_and_as_large_as_said_and_the_same_every_time(tmp_path: Path):
    folders = [written_pages(tmp_path / name, 20, seed=1, file_pages=8) for name in ("one", "two")]
    files = [[file.read_bytes() for file in sorted(folder.iterdir())] for folder in folders]
    assert files[0] == files[1]
    assert len(files[0]) == 3
    lines = [line for file in files[0] for line in file.splitlines()]
    assert len({json.loads(line)["url"] for line in lines}) == 20
    assert 40_000 < sum(map(len, lines)) / 20 < 65_000
