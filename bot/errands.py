"""Work that goes on after a chat has its acknowledgement: bounded in number and time, referenced, ended in order."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bot.apologies import apology
from bot.replies import Reply
from papers.log import get_logger

BUSY = "Too much is being asked at the moment. Try again in a minute."
_TOO_LONG = Reply(text="That took too long, so I stopped. Try again in a minute.")
_APOLOGY_SECONDS = 5.0
_NOTE_SECONDS = 1.0

log = get_logger("errands")


class Errands:
    """Some run at once, some more wait for their turn; beyond that none is taken.

    The more run at once, the longer an acknowledgement waits for its turn on the processor.
    """

    def __init__(self, *, at_once: int = 50, waiting: int = 350, seconds: float = 20.0) -> None:
        """``seconds`` an errand may take from when it is taken."""
        self._turn = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._seconds = seconds
        self._running: set[asyncio.Task[None]] = set()
        self._refused = 0
        self._note_again = 0.0

    def start(
        self,
        work: Coroutine[Any, Any, None],
        what: str,
        tell: Callable[[Reply], Awaitable[None]] | None = None,
        *,
        more: int = 0,
    ) -> bool:
        """Do it in the background; a failure is logged as ``what`` and ``tell`` hears a sentence. False: too busy.

        ``more``: so many more may be under way than usual.
        """
        if len(self._running) >= self._most + more:
            work.close()
            self._note_refusal(what)
            return False
        task = asyncio.create_task(self._run(work, what, tell))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return True

    async def _run(
        self, work: Coroutine[Any, Any, None], what: str, tell: Callable[[Reply], Awaitable[None]] | None
    ) -> None:
        try:
            async with asyncio.timeout(self._seconds) as limit, self._turn:
                await work
        except Exception as error:  # noqa: BLE001 - the last who can tell of it
            late = isinstance(error, TimeoutError) and limit.expired()
            if late:
                log.warning("an errand took too long", errand=what, seconds=self._seconds)
            sentence = _TOO_LONG if late else apology(error)
            await _told(sentence, what, tell)
        finally:
            work.close()

    def _note_refusal(self, what: str) -> None:
        """Once in a while: a line for each would keep the processor from what it lacks time for."""
        self._refused += 1
        now = asyncio.get_running_loop().time()
        if now >= self._note_again:
            log.warning("too much at once, errands were not taken", the_last=what, errands=self._refused)
            self._refused, self._note_again = 0, now + _NOTE_SECONDS

    async def close(self, seconds: float = 4.0) -> None:
        """Wait for what runs, then cancel it."""
        if self._running:
            _, late = await asyncio.wait(set(self._running), timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


async def _told(sentence: Reply, what: str, tell: Callable[[Reply], Awaitable[None]] | None) -> None:
    if tell is None:
        return
    try:
        async with asyncio.timeout(_APOLOGY_SECONDS):
            await tell(sentence)
    except Exception as error:  # noqa: BLE001 - nobody is left to be told
        log.warning("a person could not be told what went wrong", errand=what, error=type(error).__name__)
