"""Interactions in their turn: done once, answered directly where that is quick, else deferred in time.

Discord takes a first answer for three seconds, and what follows for fifteen minutes. Whoever asked is told that it
failed if there was none: work that changes something is announced first (``Answering.defer``), and left undone where
that is not taken any more.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from bot.discord.answering import Answering
from bot.discord.quiet import Untold, heard
from bot.discord.replying import Replies
from bot.errands import BUSY, Errands
from bot.replies import Reply
from papers.log import get_logger
from papers.once import Once
from papers.redis.failures import REDIS_FAILS

if TYPE_CHECKING:
    import discord

    Interaction = discord.Interaction[Any]
    Work = Callable[[Answering], Awaitable[Reply | None]]

SOON = 1.5
"""Seconds after which an answer is announced, so that whoever asked knows of it."""
LAST = 2.2
"""The same where only a first answer will do: a modal."""
_CROWD, _SOON_IN_A_CROWD = 24, 0.05
"""With more interactions under way than this an answer takes its time: then that is said within so many seconds."""
_TOKEN_SECONDS = 15 * 60
_MOST_TOLD = 2000
"""People who are told that there is too much to do, at once: as many as can be told before Discord tells them that it
failed. That takes about a millisecond of the processor each."""

log = get_logger("discord")


class Turns:
    """Never raises; answers every interaction, but for one that came before."""

    def __init__(self, replies: Replies, once: Once, errands: Errands, *, seconds: float) -> None:
        """``seconds`` a call to Discord may take."""
        self._replies = replies
        self._once = once
        self._errands = errands
        self._seconds = seconds
        self._under_way = 0

    def take(self, interaction: "Interaction", what: str, work: "Work", *, soon: float = SOON) -> None:
        """Do the work in the background and send its reply; None where it has answered by itself."""
        at = Answering(interaction, seconds=self._seconds)

        async def tell(reply: Reply) -> None:
            await self._replies.send(at, reply)

        whose = str(interaction.guild_id or interaction.user.id)
        if not self._errands.start(self._answer(at, work, soon), what, tell, whose=whose):
            self._errands.start(tell(Reply(text=BUSY)), "busy", whose=whose, more=_MOST_TOLD)

    async def _answer(self, at: Answering, work: "Work", soon: float) -> None:
        self._under_way += 1
        try:
            await self._answered(at, work, soon)
        finally:
            self._under_way -= 1

    async def _answered(self, at: Answering, work: "Work", soon: float) -> None:
        working = asyncio.create_task(self._work(at, work))
        try:
            await self._patiently(working, soon)
            if not working.done():
                with heard("an announcement"):
                    await at.defer()
            reply = await working
        except Untold:
            return  # nobody would hear of it, so it is not done
        finally:
            working.cancel()
        if reply is not None:
            await self._replies.send(at, reply)

    async def _patiently(self, working: "asyncio.Task[Any]", soon: float) -> None:
        """Wait for it, but no longer than may be waited before it is announced."""
        waited = 0.0
        while not working.done() and waited < soon:
            step = min(_SOON_IN_A_CROWD, soon - waited)
            await asyncio.wait({working}, timeout=step)
            waited += step
            if self._under_way > _CROWD and soon <= SOON:
                return

    async def _work(self, at: Answering, work: "Work") -> Reply | None:
        return await work(at) if await self._first(at.interaction) else None

    async def _first(self, interaction: "Interaction") -> bool:
        """Whether it did not come before. Without Redis nobody knows: then the work itself tells what is wrong."""
        try:
            return await self._once.first("discord", str(interaction.id), seconds=_TOKEN_SECONDS)
        except (*REDIS_FAILS, OSError) as error:
            log.warning("nobody knows what was done before", error=type(error).__name__)
            return True
