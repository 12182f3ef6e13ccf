"""A Prefect server for tests of runs that need none of their own, which takes its time to start."""

import os
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import httpx
import pytest

from flows.server import api_server


class Server(NamedTuple):
    """A Prefect server, and the environment that makes runs use it."""

    url: str
    environment: Mapping[str, str]

    def found(self, kind: str, **query: object) -> Any:
        """What the server answers when it is asked for all of a kind, e.g. of flow runs."""
        user, password = self.environment["PREFECT_API_AUTH_STRING"].split(":")
        return httpx.post(f"{self.url}/{kind}/filter", json=query, auth=(user, password)).raise_for_status().json()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with api_server(tmp_path_factory.mktemp("prefect")) as url:
        environment = {name: value for name, value in os.environ.items() if name.startswith("PREFECT_")}
        for name in environment:  # a run uses it where a test says so
            del os.environ[name]
        yield Server(url, environment)
