"""Whose turn it is on the processor: an answer may take seconds, an acknowledgement may not, and one loop makes both.

While the event loop is slow to go round, what just came waits that long for each step of its acknowledgement. Then
only a few answers are made at once, and many where it keeps up: the steps of an answer take a millisecond or more.
"""

import asyncio
from types import TracebackType

_FEW = 2
"""Answers that are made at once however slow the loop is: it may be slow for something else."""
_QUICK = 0.01
"""Seconds in which the loop goes round where it keeps up; an acknowledgement takes some five rounds."""


class AnswerTurns:
    """``async with turns``: begun one after another, each when the loop has gone round quickly, or few are made."""

    def __init__(self, at_once: int, *, few: int = _FEW, quick: float = _QUICK) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._next = asyncio.Lock()
        self._few = few
        self._quick = quick
        self._making = 0

    async def __aenter__(self) -> None:
        await self._places.acquire()
        try:
            async with self._next:
                await self._quick_round()
        except BaseException:
            self._places.release()
            raise
        self._making += 1

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._making -= 1
        self._places.release()

    async def _quick_round(self) -> None:
        now = asyncio.get_running_loop().time
        before = now()
        while self._making >= self._few:
            await asyncio.sleep(0)
            after = now()
            if after - before <= self._quick:
                return
            before = after
