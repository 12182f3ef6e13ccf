"""On the path of a worker, makes it do what pages ask for: one that holds "EVIL:hang" hangs."""

import itertools
import os
import signal
import sys
import time

if "pipeline.sandbox.worker" in sys.orig_argv:
    from pipeline import drafting

    extract = drafting.draft_page

    def crash():
        raise ZeroDivisionError("by the tide")

    DEEDS = {
        "crash": crash,
        "segfault": lambda: os.kill(os.getpid(), signal.SIGSEGV),
        "abort": os.abort,
        "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
        "exit": lambda: os._exit(3),
        "loop": lambda: sum(itertools.repeat(0)),  # in C: no Python code runs any more
        "hang": lambda: time.sleep(3600),
        "memory": lambda: [bytearray(1 << 24) for _ in itertools.count()],
        "noise": lambda: os.write(1, b"garbage on standard output\n" * 1000),
    }

    def draft_page(page, *rest):
        for name, deed in DEEDS.items():
            if f"EVIL:{name}".encode() in page.body:
                deed()
        return extract(page, *rest)

    drafting.draft_page = draft_page
