"""Whose turn it is on the processor: an answer may take seconds, an acknowledgement may not, and one loop makes both.

While the event loop is slow to go round, what just came waits that long for each step of its acknowledgement. Then no
more answers are begun, and those that are being made end soon: what is begun is what the processor has time for.
"""

import asyncio
from types import TracebackType

_QUICK = 0.01
"""Seconds in which the loop goes round where it keeps up; an acknowledgement takes some five rounds."""
_PATIENCE = 0.5
"""Seconds after which the next answer is begun all the same: the loop may be slow for something else."""


class AnswerTurns:
    """``async with turns``: some at once, begun one after another, each when the loop has gone round quickly."""

    def __init__(self, at_once: int, *, quick: float = _QUICK, patience: float = _PATIENCE) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._next = asyncio.Lock()
        self._quick = quick
        self._patience = patience

    async def __aenter__(self) -> None:
        await self._places.acquire()
        try:
            async with self._next:
                await self._quick_round()
        except BaseException:
            self._places.release()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._places.release()

    async def _quick_round(self) -> None:
        now = asyncio.get_running_loop().time
        before, give_up = now(), now() + self._patience
        while True:
            await asyncio.sleep(0)
            after = now()
            if after - before <= self._quick or after >= give_up:
                return
            before = after
