import os
from dataclasses import dataclass

import pytest

from pipeline.engines import Engine, LoopEngine, PoolEngine, WorkerDied


@dataclass(frozen=True)
class Job:
    number: int


def squared(job: Job) -> int:
    return job.number**2


def dying(job: Job) -> int:
    os._exit(7 if job.number == 3 else 0)


def failing(job: Job) -> int:
    raise OSError(f"disk {job.number}")


@pytest.fixture(params=["loop", "pool"])
def engine(request: pytest.FixtureRequest):
    if request.param == "loop":
        yield LoopEngine()
    else:
        with PoolEngine(2) as pool:
            yield pool


def test_every_task_gives_its_result(engine: Engine):
    assert sorted(engine.map(squared, [Job(number) for number in range(9)])) == [number**2 for number in range(9)]


def test_an_error_of_a_task_arrives_as_it_is(engine: Engine):
    with pytest.raises(OSError, match="disk 4"):
        list(engine.map(failing, [Job(4)]))


def test_a_process_that_dies_says_what_to_do():
    with pytest.raises(WorkerDied, match="fewer --workers"), PoolEngine(1) as pool:
        list(pool.map(dying, [Job(3)]))
