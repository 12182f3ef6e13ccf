"""What a person who is short of disk sees of the cache: what goes, what stays, and in which order."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.store.cache import cached_files, mark_used, prune_cache

TODAY = "x-2"
# (extractor version, name, bytes, seconds since 1970 when it was used last)
FILES = [("x-1", "old", 10, 500), ("x-2", "a", 20, 100), ("x-2", "b", 30, 300), ("x-2", "c", 40, 200)]


def put(state: Path, version: str, name: str, size: int, used: int) -> Path:
    path = state / "drafts" / version / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    os.utime(path, (used, used))
    return path


def names(state: Path) -> list[str]:
    return [file.path.stem for file in cached_files(state)]


@pytest.mark.parametrize(
    ("keep_bytes", "deleted", "kept"),
    [
        pytest.param(100, [], ["old", "a", "b", "c"], id="all fits"),
        pytest.param(99, ["old"], ["a", "b", "c"], id="drafts of an older extractor go first, however fresh"),
        pytest.param(70, ["old", "a"], ["b", "c"], id="then what was used longest ago"),
        pytest.param(69, ["old", "a", "c"], ["b"], id="and next longest"),
        pytest.param(29, ["old", "a", "c", "b"], [], id="a file that is larger than what may be kept goes too"),
        pytest.param(0, ["old", "a", "c", "b"], [], id="nothing is to be kept"),
    ],
)
def test_pruning_keeps_what_is_used_and_fits(tmp_path: Path, keep_bytes: int, deleted: list[str], kept: list[str]):
    for file in FILES:
        put(tmp_path, *file)
    assert [file.path.stem for file in prune_cache(tmp_path, TODAY, keep_bytes)] == deleted
    assert names(tmp_path) == kept


def test_a_file_that_a_run_reads_again_outlives_one_that_it_does_not(tmp_path: Path):
    first = put(tmp_path, TODAY, "first", 10, 100)
    put(tmp_path, TODAY, "second", 10, 200)
    mark_used(first)
    prune_cache(tmp_path, TODAY, 10)
    assert names(tmp_path) == ["first"]


def test_the_folder_of_a_version_goes_with_its_last_file(tmp_path: Path):
    put(tmp_path, "x-1", "old", 10, 100)
    put(tmp_path, TODAY, "new", 10, 100)
    prune_cache(tmp_path, TODAY, 10)
    assert [folder.name for folder in (tmp_path / "drafts").iterdir()] == [TODAY]


def test_no_cache_is_an_empty_one(tmp_path: Path):
    assert list(cached_files(tmp_path)) == []
    assert prune_cache(tmp_path, TODAY, 0) == []


@given(
    files=st.dictionaries(st.tuples(st.sampled_from(["x-1", TODAY]), st.sampled_from("abcdef")), st.tuples(st.integers(0, 9), st.integers(0, 9))),
    keep_bytes=st.integers(0, 60),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_no_more_is_left_than_may_be_and_nothing_goes_in_vain(
    tmp_path_factory: pytest.TempPathFactory, files: Mapping[tuple[str, str], tuple[int, int]], keep_bytes: int
):
    state = tmp_path_factory.mktemp("state")
    for (version, name), (size, used) in files.items():
        put(state, version, name, size, used)
    pruned = prune_cache(state, TODAY, keep_bytes)
    left = list(cached_files(state))
    assert sum(file.bytes for file in left) <= keep_bytes
    if pruned:
        assert sum(file.bytes for file in [*left, pruned[-1]]) > keep_bytes
    assert len(left) + len(pruned) == len(files)
