"""Work that goes on after a chat has its acknowledgement: bounded in number and time, referenced, ended in order."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from bot.apologies import apology
from bot.replies import Reply
from papers.log import get_logger

BUSY = "Too much is being asked at the moment. Try again in a minute."
TOO_LONG = Reply(text="That took too long, so I stopped. Try again in a minute.")
_STOPPED = Reply(text="I am being restarted, and stopped that. Look whether it was done, and ask again in a minute.")
_APOLOGY_SECONDS = 5.0
_LAST_SECONDS = 2.0
"""At the end of the process, which somebody waits for."""
_NOTE_SECONDS = 1.0

log = get_logger("errands")


class Errands:
    """All that are taken run at once: they mostly wait, for Slack or Discord to take an answer, and making answers has
    turns of its own (bot/answer_turns.py). Beyond so many, none is taken; what one workspace asks leaves room for
    others.
    """

    def __init__(self, *, most: int = 1000, of_one: int = 400, seconds: float = 20.0) -> None:
        """``of_one``: of one workspace at most. ``seconds`` an errand may take."""
        self._most = most
        self._of_one = of_one
        self._seconds = seconds
        self._running: set[asyncio.Task[None]] = set()
        self._of: Counter[str] = Counter()
        self._refused = 0
        self._note_again = 0.0

    def start(
        self,
        work: Coroutine[Any, Any, None],
        what: str,
        tell: Callable[[Reply], Awaitable[None]] | None = None,
        *,
        whose: str = "",
        more: int = 0,
        too_long: Reply = TOO_LONG,
    ) -> bool:
        """Do it in the background; a failure is logged as ``what`` and ``tell`` hears a sentence. False: too busy.

        ``whose``: the workspace that asks. ``more``: so many more may be under way than usual. ``too_long``: what is
        told where it takes too long.
        """
        if len(self._running) >= self._most + more or self._of[whose] >= self._of_one + more:
            work.close()
            self._note_refusal(what, whose)
            return False
        task = asyncio.create_task(self._run(work, what, tell, too_long))
        self._running.add(task)
        self._of[whose] += 1
        task.add_done_callback(partial(self._ended, whose))
        return True

    def _ended(self, whose: str, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._of[whose] -= 1
        if not self._of[whose]:
            del self._of[whose]

    async def _run(
        self,
        work: Coroutine[Any, Any, None],
        what: str,
        tell: Callable[[Reply], Awaitable[None]] | None,
        too_long: Reply,
    ) -> None:
        try:
            async with asyncio.timeout(self._seconds) as limit:
                await work
        except Exception as error:  # noqa: BLE001 - the last who can tell of it
            late = isinstance(error, TimeoutError) and limit.expired()
            if late:
                log.warning("an errand took too long", errand=what, seconds=self._seconds)
            sentence = too_long if late else apology(error)
            await _told(sentence, what, tell)
        except asyncio.CancelledError:  # by ``close``: what was acknowledged is sent to nobody else
            await _told(_STOPPED, what, tell, _LAST_SECONDS)
            raise
        finally:
            work.close()

    def _note_refusal(self, what: str, whose: str) -> None:
        """Once in a while: a line for each would keep the processor from what it lacks time for."""
        self._refused += 1
        now = asyncio.get_running_loop().time()
        if now >= self._note_again:
            log.warning("too much at once, errands were not taken", the_last=what, of=whose, errands=self._refused)
            self._refused, self._note_again = 0, now + _NOTE_SECONDS

    async def close(self, seconds: float = 4.0) -> None:
        """Wait for what runs, then cancel it: whoever asked is told so."""
        if self._running:
            _, late = await asyncio.wait(set(self._running), timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


async def _told(
    sentence: Reply, what: str, tell: Callable[[Reply], Awaitable[None]] | None, seconds: float = _APOLOGY_SECONDS
) -> None:
    if tell is None:
        return
    try:
        async with asyncio.timeout(seconds):
            await tell(sentence)
    except Exception as error:  # noqa: BLE001 - nobody is left to be told
        log.warning("a person could not be told what went wrong", errand=what, error=type(error).__name__)
