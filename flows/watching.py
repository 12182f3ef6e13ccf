"""Who watches the flow run that is going on. Apart from the flow, which Prefect pickles to run it elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from multiprocessing.sharedctypes import Synchronized

from pipeline.run import Observer

_observer: ContextVar[Observer | None] = ContextVar("observer", default=None)
_counter: ContextVar[Synchronized[int] | None] = ContextVar("counter", default=None)


@contextmanager
def observed(observer: Observer, counter: Synchronized[int]) -> Iterator[None]:
    """Flow runs inside the block tell this observer how they go on, and count their pages into the counter."""
    tokens = _observer.set(observer), _counter.set(counter)
    try:
        yield
    finally:
        _observer.reset(tokens[0])
        _counter.reset(tokens[1])


def current_observer() -> Observer | None:
    """Returns the observer that the run was started with; None in a run that a server started."""
    return _observer.get()


def current_counter() -> Synchronized[int] | None:
    """Returns the counter that the run was started with; None in a run that a server started."""
    return _counter.get()
