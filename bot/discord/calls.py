"""Calls of the REST API in delivery's terms: within Discord's limits, failing with what that means for a message."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.discord.answers import Task, understood
from bot.discord.rest import Answer, Rest
from papers.adapters import Scope
from papers.allowance import Allowance
from papers.errors import TryLater
from papers.log import get_logger
from papers.logs import in_a_line
from papers.redis.failures import REDIS_FAILS

log = get_logger("discord")


class Calls:
    """All that is asked of Discord to deliver. Methods raise DeliveryErrors and redis-py's errors."""

    def __init__(self, rest: Rest, allowance: Allowance) -> None:
        self._rest = rest
        self._allowance = allowance

    async def ready(self) -> None:
        """Raises TryLater while nothing may be asked of Discord."""
        await self._rest.breaker.check()

    @property
    def calm(self) -> bool:
        """Whether something may be tried that is refused in some places, and that nobody has to have."""
        return self._rest.breaker.calm

    async def turn(self) -> None:
        """Wait for a place among all calls. Raises TryLater where that takes too long."""
        await self.ready()
        if wait := await self._allowance.take():
            raise TryLater("Discord is asked for more than it answers", seconds=wait, scope=Scope.PLATFORM)

    async def ask(
        self, task: Task, method: str, path: str, *, body: Any = None, query: dict[str, str] | None = None
    ) -> Answer:
        """A call by which no message of a delivery appears. Waits for its place among all calls."""
        await self.turn()
        async with self._heeding():
            with understood(task):
                return await self._rest.call(method, path, body=body, query=query)

    async def hand_over(self, task: Task, path: str, body: Any) -> Answer:
        """The one request that makes a message appear, at once: its place is taken already."""
        async with self._heeding():
            with understood(task, handed_over=True):
                return await self._rest.call("POST", path, body=body)

    async def hand_over_more(self, task: Task, path: str, body: Any) -> Answer:
        """The same for what follows a message, of which the ledger does not know."""
        await self.turn()
        return await self.hand_over(task, path, body)

    @asynccontextmanager
    async def _heeding(self) -> AsyncIterator[None]:
        """A wait that holds for all calls is told to all processes at once."""
        try:
            yield
        except TryLater as error:
            if getattr(error.__cause__, "status", None) == 429 and error.scope == Scope.PLATFORM and error.seconds:
                try:
                    await self._allowance.pause(error.seconds)
                except (*REDIS_FAILS, OSError) as failed:
                    log.warning("a wait was not told to others, Redis cannot be used", error=in_a_line(failed))
            raise
