"""On the path of a process: whatever asks for the network in it fails."""

import sys


def refuse(event, _arguments):
    if event.startswith("socket.") and event not in {"socket.__new__", "socket.gethostname"}:
        raise RuntimeError(f"something asked for the network: {event}")


sys.addaudithook(refuse)
