"""Ports for servers that must be told theirs: nobody else on this machine is given them meanwhile.

A port that the system chose and that was given back may be chosen again at once, for anybody's server or connection.
These lie below those it chooses from, and each process of the tests has some of its own.
"""

import itertools
import os
import socket

_FIRST, _EACH, _PROCESSES = 12_000, 2_000, 10
_worker = int("".join(filter(str.isdigit, os.environ.get("PYTEST_XDIST_WORKER", ""))) or _PROCESSES - 1) % _PROCESSES
_numbers = itertools.count(os.getpid())


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens."""
    for number in itertools.islice(_numbers, _EACH):
        port = _FIRST + _worker * _EACH + number % _EACH
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
