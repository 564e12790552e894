"""Calls of Discord's REST API for commands, which deliver nothing and say themselves what was refused.

They keep to the limits and the counts of all processes.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from bot.discord.adapter import LIMITS
from bot.discord.answers import Task
from bot.discord.breaker import Breaker
from bot.discord.calls import Calls
from bot.discord.reach import Ask
from bot.discord.rest import Rest
from papers.adapters import Scope
from papers.allowance import Allowance
from papers.settings import Settings

if TYPE_CHECKING:
    from redis.asyncio import Redis


_PATIENCE = 10.0
"""Seconds that a call waits for its place among those of all processes."""


@asynccontextmanager
async def open_calls(settings: Settings, redis: "Redis") -> AsyncIterator[Calls]:
    """``settings`` must have a token."""
    assert settings.discord.token is not None
    rest = Rest(settings, Breaker(redis, settings.discord.token.get_secret_value(), logs=False))
    try:
        yield Calls(rest, Allowance(redis, "platform:discord", LIMITS[Scope.PLATFORM], patience=_PATIENCE))
    finally:
        await rest.close()


def asker(calls: Calls) -> Ask:
    """What is at a path. Raises DeliveryErrors, of which DestinationGone says that it is not there for us."""

    async def ask(path: str) -> Any:
        return (await calls.ask(Task.ASK, "GET", path)).data

    return ask
