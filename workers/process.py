"""A process of ours from its start to its end: signals become an event, and the end comes in time."""

import asyncio
import ctypes
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from papers.log import get_logger

END_WITHIN = 9.5
"""Seconds from SIGTERM to the end; supervisors and container runtimes usually kill after 10."""
_PR_SET_PDEATHSIG = 1

log = get_logger("process")


def run_process(main: Callable[[asyncio.Event], Awaitable[int]], *, end_within: float = END_WITHIN) -> int:
    """Run ``main(stop)`` in an event loop; SIGTERM, SIGINT and SIGHUP set ``stop``. Returns main's exit code.

    If the process has not ended ``end_within`` seconds after the first signal it is ended hard: a thread that
    encodes a batch, say, cannot be interrupted, and Python would wait for it.
    """

    async def run() -> int:
        stop = asyncio.Event()
        deadline = _Deadline(end_within)

        def on_signal(number: signal.Signals) -> None:
            if not stop.is_set():
                log.info("stopping", signal=number.name)
                deadline.start()
                stop.set()

        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) == signal.SIG_IGN:
                continue  # as nohup asks
            loop.add_signal_handler(number, on_signal, number)
        deadline.exit_code = await main(stop)
        return deadline.exit_code

    return asyncio.run(run())


class _Deadline(threading.Thread):
    """Ends the process when its time is up. A daemon thread, so that the interpreter does not wait for it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(name="deadline", daemon=True)
        self.exit_code = 1
        self._seconds = seconds

    def run(self) -> None:
        threading.Event().wait(self._seconds)
        sys.stderr.flush()
        os._exit(self.exit_code)


def end_with_parent(parent: int) -> Callable[[], Any] | None:
    """What a child calls between fork and exec so that it gets SIGTERM when ``parent`` dies; None off Linux."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def arrange() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return arrange
