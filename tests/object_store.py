"""A real S3 API on loopback, which counts what it is asked and can be told to fail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import obstore
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from obstore.store import S3Store, from_url
from werkzeug.serving import make_server

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
BUCKET = "desk"
_BUSY = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
_BROKEN = b"<?xml version='1.0'?><Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>"


class ObjectStore:
    """The API, with one bucket. `requests` are (method, path, Range) in their order; every `fails_every`-th of them is refused, 0: none."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, str]] = []
        self.fails_every = 0
        self._api = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.environment = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self._server.port}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "desk",
            "AWS_SECRET_ACCESS_KEY": "desk",
            "AWS_REGION": "us-east-1",
        }

    @contextmanager
    def serving(self) -> Iterator[ObjectStore]:
        """Serves until the block ends."""
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()

    def at(self, url: str) -> S3Store:
        """Returns the store below a URL, for a test to write to and to look into."""
        store = from_url(url)
        assert isinstance(store, S3Store)
        return store

    def keys(self, url: str) -> list[str]:
        """Returns all keys below a URL, relative to it."""
        return sorted(meta["path"] for chunk in obstore.list(self.at(url)) for meta in chunk)

    def _answer(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self.requests.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("HTTP_RANGE", "")))
        number = len(self.requests)
        if self.fails_every and number % self.fails_every == 0:
            busy = number % (2 * self.fails_every) == 0
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            start_response("503 Slow Down" if busy else "500 Internal Server Error", [("Content-Type", "application/xml")])
            return [_BUSY if busy else _BROKEN]
        return self._api(environ, start_response)  # type: ignore[no-any-return, no-untyped-call]  # moto has no types
