"""``paperboy up``: several processes as one tree. Starts them, passes on what they print, restarts one that dies,
and ends them together: on a signal in order, and on Linux also when this process itself is killed."""

import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO

from papers.log import get_logger
from workers.part import Output, Part

END_WITHIN = 8.5
"""Seconds all parts together have to end in; then they are killed."""

log = get_logger("up")


@dataclass(frozen=True)
class RestartPolicy:
    first_wait: float = 0.5
    """Seconds before a part is started again; doubles with each early death in a row."""
    longest_wait: float = 30.0
    settled_after: float = 60.0
    """A part that ran this many seconds had a good start: earlier deaths are forgotten."""
    give_up_after: int = 5
    """Early deaths in a row after which the whole tree ends."""
    hopeless: frozenset[int] = frozenset({2})
    """Exit codes that a restart does not mend: 2 is a wrong setting or command line."""

    def wait(self, early_deaths: int) -> float:
        """Seconds to wait before the start after this many early deaths in a row."""
        return min(self.longest_wait, self.first_wait * 2.0 ** max(early_deaths - 1, 0))


class GaveUp(Exception):
    """A part does not stay alive; the sentence says which and why."""


async def run_tree(
    parts: Mapping[str, Sequence[str]],
    stop: asyncio.Event,
    *,
    policy: RestartPolicy | None = None,
    prefix: bool = True,
    stream: TextIO | None = None,
    end_within: float = END_WITHIN,
) -> int:
    """Keep the parts (name -> argv) running until ``stop`` is set or one is given up.

    Returns the exit code: 0 after ``stop``, 1 when a part was given up. ``prefix`` puts a part's name before each
    of its lines; JSON logs carry it themselves.
    """
    policy = policy or RestartPolicy()
    output = Output(stream or sys.stderr, list(parts) if prefix else [])
    running = [Part(name, argv, output) for name, argv in parts.items()]
    keepers = [asyncio.create_task(_keep_running(part, policy)) for part in running]
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({stopped, *keepers}, return_when=asyncio.FIRST_COMPLETED)
        errors = [keeper.exception() for keeper in keepers if keeper.done()]
    finally:
        for task in (stopped, *keepers):
            task.cancel()
        await asyncio.gather(stopped, *keepers, return_exceptions=True)
        deadline = time.monotonic() + end_within
        await asyncio.gather(*(part.end(deadline) for part in running))
    for error in errors:
        if not isinstance(error, GaveUp):
            raise error or RuntimeError("a part's keeper ended by itself")
        log.error("giving up", reason=str(error))
    return 1 if errors else 0


async def _keep_running(part: Part, policy: RestartPolicy) -> None:
    early_deaths = 0
    while True:
        started = time.monotonic()
        code = await part.run()
        lived = time.monotonic() - started
        early_deaths = 1 if lived >= policy.settled_after else early_deaths + 1
        how = f"exit code {code}" if code >= 0 else f"signal {-code}"
        if code in policy.hopeless:
            raise GaveUp(
                f"{part.name} ended with {how}, which a restart does not mend; its last line: {part.last_line}"
            )
        if early_deaths >= policy.give_up_after:
            raise GaveUp(
                f"{part.name} ended {early_deaths} times in a row within {policy.settled_after:.0f} s of its start, "
                f"at last with {how}; its last line: {part.last_line}"
            )
        wait = policy.wait(early_deaths)
        log.warning("part died and is started again", part=part.name, after=f"{lived:.1f} s", how=how, in_seconds=wait)
        await asyncio.sleep(wait)
