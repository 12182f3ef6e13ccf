"""Processes that must not outlive the one that started them, however that one ends."""

from __future__ import annotations

import os
import threading
import time
from typing import Final

_CHECK_S: Final = 1.0


def end_with(parent: int) -> None:
    """From now on this process ends within a second or so of its parent's death, kill -9 included.

    `parent` is the parent's id as the parent gave it: asked for here, it might be the adopter's already.
    """
    threading.Thread(target=_watch, args=(parent,), name="lifeline", daemon=True).start()


def _watch(parent: int) -> None:
    # An orphan is handed to another parent: polling that needs no signal, no privilege, and works from any thread.
    while os.getppid() == parent:
        time.sleep(_CHECK_S)
    os._exit(1)
