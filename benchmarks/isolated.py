"""A function in a process of its own, with a limit of time for each call: a page that hangs a library, or kills it, costs one page."""

from __future__ import annotations

import multiprocessing
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Final, Self

from pipeline.lifeline import end_with

START_LIMIT_S: Final = 60.0  # importing the libraries on a busy machine
_READY: Final = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a call gave nothing: the name of what was raised, "timed out", or "died"."""

    cause: str


class Isolated:
    """Calls a function, which must stand in a module, in a child process that is started again where it hangs or dies."""

    def __init__(self, function: Callable[[bytes], str], *, limit_s: float) -> None:
        self._function = function
        self._limit_s = limit_s
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    def __call__(self, page: bytes) -> str | Failure:
        """Returns the function's answer, or why there is none."""
        try:
            self._connection.send(page)
            answer = self._answer(self._limit_s)
        except (EOFError, ConnectionError):
            answer = Failure(cause="died")
        if answer in {Failure(cause="timed out"), Failure(cause="died")}:
            self._stop()
            self._start()
        return answer

    def _answer(self, limit_s: float) -> str | Failure:
        return self._connection.recv() if self._connection.poll(limit_s) else Failure(cause="timed out")

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would copy the threads' locks
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._function, os.getpid()), daemon=True)
        self._process.start()
        theirs.close()  # else its end would never be seen here
        if self._answer(START_LIMIT_S) != _READY:
            raise RuntimeError(f"{self._function.__name__}: its process was not ready after {START_LIMIT_S:.0f} s")

    def _stop(self) -> None:
        self._connection.close()
        self._process.kill()
        self._process.join()


def _serve(connection: Connection, function: Callable[[bytes], str], parent: int) -> None:
    end_with(parent)
    warnings.simplefilter("ignore")  # the libraries' own, once a page
    connection.send(_READY)
    while True:
        try:
            page = connection.recv()
        except EOFError:
            return
        try:
            answer: str | Failure = function(page)
        except Exception as error:  # noqa: BLE001 - whatever a library raises on a page is a result of the comparison
            answer = Failure(cause=type(error).__name__)
        connection.send(answer)
