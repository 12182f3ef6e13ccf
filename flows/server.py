"""A Prefect API server of our own, on loopback, for runs where none is configured. It answers that run alone, and ends with the process that started it.

Run as a module, it is that server: `python -m flows.server FD PARENT` serves on the listening socket that it inherits.
"""

from __future__ import annotations

import gc
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from flows.database import begin_database, empty_database
from pipeline.lifeline import end_with

START_DEADLINE_S: Final = 120.0  # 4 s on an idle machine; thirty times that on one that is busy
STOP_DEADLINE_S: Final = 10.0
_POLL_S: Final = 0.1
_LOOPBACK: Final = "127.0.0.1"
_SCHEDULES: Final = "schedules"
# Python's default of 700 looks through some 400,000 objects again and again while prefect is imported: a quarter of the server's start.
_OBJECTS_TO_COLLECT: Final = 50_000

# No telemetry, no line a task, and the server's writes in batches. Set before prefect is imported, for server and client.
_QUIET: Final = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL": "WARNING",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "copydesk",
}
# Of our own server alone. Kinds of blocks are for forms of the UI, which it has not; one that is saved by code registers its kind itself.
_BARE: Final = {
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
    "PREFECT_MEMOIZE_BLOCK_AUTO_REGISTRATION": "false",
}


class ServerFailed(Exception):  # noqa: N818 - reads as what happened
    """The API server did not start, or does not answer; the message names its log or its address."""


@contextmanager
def api_server(home: Path, *, schedules: bool = False, meanwhile: Callable[[], object] = lambda: None) -> Iterator[str]:
    """Yields the URL of the Prefect API: the configured one, else that of a server of our own, which ends with the block.

    `home` keeps our server's database and log. With `schedules` it also starts what is due, which costs it CPU all the time. Sets the environment that
    prefect reads, so it must not be imported before; `meanwhile` is called when it may be, which for our server is while that starts, on another core.
    """
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    if configured := os.environ.get("PREFECT_API_URL"):
        meanwhile()
        _check_answers(configured)
        yield configured
        return
    home.mkdir(parents=True, exist_ok=True)
    begin_database(home, empty_database())
    os.environ["PREFECT_HOME"] = str(home)
    # Whoever may use the API may run any flow: other users of this machine must not.
    password = os.environ["PREFECT_API_AUTH_STRING"] = f"copydesk:{secrets.token_urlsafe()}"
    with socket.create_server((_LOOPBACK, 0)) as listener, (home / "server.log").open("ab") as log:
        url = f"http://{_LOOPBACK}:{listener.getsockname()[1]}/api"
        command = [sys.executable, "-m", "flows.server", str(listener.fileno()), str(os.getpid()), *([_SCHEDULES] if schedules else [])]
        environment = os.environ | _BARE | {"PREFECT_SERVER_API_AUTH_STRING": password}
        # A session of its own: Ctrl-C is for the run, which still has to tell the server how it ended.
        server = subprocess.Popen(  # noqa: S603 - our own module
            command, pass_fds=[listener.fileno()], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True
        )
    try:
        os.environ["PREFECT_API_URL"] = url
        meanwhile()
        _wait_until_ready(server, url, home / "server.log")
        yield url
    finally:
        _stop(server)
        for name in ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING"):
            os.environ.pop(name, None)


def _check_answers(url: str) -> None:
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - prefect reads its environment when it is imported

    with get_client(sync_client=True) as client:
        if error := client.api_healthcheck():
            raise ServerFailed(f"{url} (PREFECT_API_URL) does not answer: {error}. Start that server, or unset the variable for one of our own")


def _wait_until_ready(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_DEADLINE_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise ServerFailed(f"the Prefect API server ended at once with code {server.returncode}; see {log}")
        try:
            if httpx.get(f"{url}/health", timeout=5.0, trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass  # it listens before it answers
        time.sleep(_POLL_S)
    raise ServerFailed(f"the Prefect API server did not answer within {START_DEADLINE_S:.0f} s; see {log}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(STOP_DEADLINE_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _serve(descriptor: int, parent: int, *, schedules: bool) -> None:
    end_with(parent)
    gc.set_threshold(_OBJECTS_TO_COLLECT)
    import uvicorn  # noqa: PLC0415 - only the server's own process pays for these imports
    from prefect.server.api.server import create_app  # noqa: PLC0415

    # Prefect's own word for a server that one run starts: it records runs, tasks, events and assets, and looks for nothing that is due or late.
    app = create_app(ephemeral=not schedules)
    uvicorn.run(app, fd=descriptor, log_level="warning", timeout_graceful_shutdown=2, lifespan="on")


if __name__ == "__main__":
    _serve(int(sys.argv[1]), int(sys.argv[2]), schedules=_SCHEDULES in sys.argv)
