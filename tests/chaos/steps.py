"""Where a process is, and an ambush that waits for it there.

A process writes each step it comes to into a file of its own, for whoever kills it at random; an ambush kills it, or
Redis, by itself at the chosen step.
"""

import asyncio
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.papers.redis.processes import redis_pids

SENDER_STEPS = (
    "claim", "claimed", "write", "commit", "committed", "send", "sent", "record", "recorded", "find", "renew", "free",
)  # fmt: skip
PLANNER_STEPS = ("plan", "planned")
Action = Literal["die", "kill redis", "freeze"]
_LONGEST = 16


@dataclass(frozen=True)
class Ambush:
    """What happens when a process comes to a step for the ``passes``-th time, ``delay`` seconds after it."""

    step: str
    passes: int = 1
    delay: float = 0.0
    action: Action = "die"


class Steps:
    """The steps of this process. ``data_dir`` is the folder of its Redis."""

    def __init__(self, name: str, track: Path, ambush: Ambush | None, data_dir: Path) -> None:
        self._name = name
        self._track = os.open(track, os.O_WRONLY | os.O_CREAT, 0o644)
        self._sprung = os.open(track.with_name("sprung"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self._ambush = ambush
        self._left = ambush.passes if ambush else 0
        self._data_dir = data_dir
        self.at("ready")

    def at(self, step: str) -> None:
        os.pwrite(self._track, step.ljust(_LONGEST).encode(), 0)
        if self._ambush is None or step != self._ambush.step:
            return
        self._left -= 1
        if self._left == 0 and self._ambush.delay:
            asyncio.get_running_loop().call_later(self._ambush.delay, self._spring)
        elif self._left == 0:
            self._spring()

    def _spring(self) -> None:
        assert self._ambush is not None
        step, action = self._ambush.step, self._ambush.action
        place = f"in {step}" if self._ambush.delay else f"before {step}"
        if action == "kill redis":
            for pid in redis_pids(self._data_dir):
                os.kill(pid, signal.SIGKILL)
                self._note(f"redis, {place}")
            return
        self._note(f"{self._name}, {place}")
        os.kill(os.getpid(), signal.SIGKILL if action == "die" else signal.SIGSTOP)

    def _note(self, line: str) -> None:
        os.write(self._sprung, f"{line}\n".encode())


def last_step(track: Path) -> str:
    """Where a process was when it was last heard of."""
    try:
        return track.read_text().strip() or "start"
    except FileNotFoundError:
        return "start"
