"""The gateway: connected until it is told to stop, whatever happens to the connection.

discord.py keeps connections that stand; here they are begun, again if need be, and ended in order.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import aiohttp
import discord

from bot.discord.app import DiscordApp
from bot.discord.breaker import Breaker
from papers.log import get_logger
from papers.logs import in_a_line
from papers.redis.failures import REDIS_FAILS
from papers.settings import DiscordSettings

_FIRST_WAIT, _LONGEST_WAIT, _MOST_DOUBLINGS = 1.0, 60.0, 10
_UNTIL_MENDED = 600.0
"""Seconds between tries where somebody has to mend something first, here or in the developer portal. This process ends
for none of these: whatever runs beside it goes on."""
_SETTLED_SECONDS = 60.0
_CLOSE_SECONDS = 4.0
_LOGIN_SECONDS = 30.0
_NOT_TAKEN = (
    "Discord does not take PAPERBOY_DISCORD_TOKEN: copy the token again from the page Bot in its developer portal, or "
    "reset it there; it is neither the application's id nor its public key"
)
_TO_MEND = {
    4004: _NOT_TAKEN,
    4010: "Discord does not know this shard: PAPERBOY_DISCORD_SHARDS must be the same for all processes",
    4011: "the bot is in more servers than these shards may have: raise PAPERBOY_DISCORD_SHARDS, or leave it out",
    4013: "Discord does not know an intent that this version asks for: install a newer Paperboy",
    4014: "Discord does not grant an intent that this version asks for: install a newer Paperboy",
}
"""Codes with which it closes for good: docs.discord.com/developers/topics/opcodes-and-status-codes."""
_OUTAGES = (discord.DiscordException, aiohttp.ClientError, OSError)

log = get_logger("discord")


async def run_discord(
    make: Callable[[], DiscordApp],
    settings: DiscordSettings,
    stop: asyncio.Event,
    *,
    breaker: Breaker,
    on_login: Callable[[DiscordApp], Awaitable[None]],
    on_ready: Callable[[DiscordApp], None],
) -> None:
    """Serve until ``stop`` is set; ``make`` an app for each connection that must be begun from nothing.

    ``on_login`` goes on beside it once Discord has taken the token; ``on_ready``: its servers are known. With a token
    that Discord does not take, as ``breaker`` knows of all processes, or settings that cannot work, it is tried again
    every ten minutes.
    """
    assert settings.token is not None  # the composition root has checked it
    token, failures, loop = settings.token.get_secret_value(), 0, asyncio.get_running_loop()
    while not stop.is_set():
        if await _waited(stop, breaker):
            continue
        began = loop.time()
        try:
            await _serve(make(), token, stop, on_login, on_ready)
        except Exception as error:  # noqa: BLE001 - whatever came over the line, what runs beside it goes on
            if not isinstance(error, _OUTAGES):
                log.error("Discord told something that is not understood", error=in_a_line(error))  # noqa: TRY400
            failures = 0 if loop.time() - began > _SETTLED_SECONDS else failures + 1
            await _pause(stop, failures, error)


async def _waited(stop: asyncio.Event, breaker: Breaker) -> bool:
    """Whether the token was refused lately, by whoever used it: then it was waited."""
    try:
        stopped = await breaker.stopped()
    except (*REDIS_FAILS, OSError):
        return False  # what is shared among processes waits for Redis by itself
    if stopped is None or not stopped.token:
        return False  # many refused calls are no reason to leave whoever asks without an answer
    log.error("not connected to Discord", reason=stopped.reason, tries_again_in=round(stopped.seconds))
    await _rest(stop, stopped.seconds)
    return True


async def _serve(
    app: DiscordApp,
    token: str,
    stop: asyncio.Event,
    on_login: Callable[[DiscordApp], Awaitable[None]],
    on_ready: Callable[[DiscordApp], None],
) -> None:
    """One connection, of all shards of this process, from its login to its end."""

    async def beside() -> None:
        await on_login(app)

    async def ready() -> None:
        await app.client.wait_until_ready()
        on_ready(app)

    connected = asyncio.create_task(_connect(app, token, beside, ready))
    ends = [asyncio.create_task(stop.wait()), asyncio.create_task(app.client.lost.wait())]
    try:
        await asyncio.wait({connected, *ends}, return_when=asyncio.FIRST_COMPLETED)
        if connected.done():
            await connected
    finally:
        for task in (connected, *ends):
            task.cancel()  # no shard connects any more
        await app.close(_CLOSE_SECONDS)
        await asyncio.gather(connected, *ends, return_exceptions=True)


async def _connect(app: DiscordApp, token: str, *beside: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async with asyncio.timeout(_LOGIN_SECONDS):
        await app.client.login(token)
    tasks = [asyncio.create_task(_noted(one())) for one in beside]
    try:
        await app.client.connect()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _noted(work: Coroutine[Any, Any, None]) -> None:
    """What goes on beside the connection must not end it."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - noted, and left at that
        log.error("something beside the connection failed", error=in_a_line(error))  # noqa: TRY400 - in one line


def _to_mend(error: Exception) -> str | None:
    """A sentence for what somebody has to mend."""
    if isinstance(error, discord.LoginFailure):
        return _NOT_TAKEN
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return _TO_MEND[4014]
    return _TO_MEND.get(error.code or 0) if isinstance(error, discord.ConnectionClosed) else None


async def _pause(stop: asyncio.Event, failures: int, error: Exception) -> None:
    if to_mend := _to_mend(error):
        log.error("not connected to Discord", reason=to_mend, tries_again_in=round(_UNTIL_MENDED))
        await _rest(stop, _UNTIL_MENDED)
        return
    seconds = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(failures, _MOST_DOUBLINGS)) * random.uniform(0.5, 1.0)
    log.warning("not connected to Discord", reason=_reason(error), tries_again_in=round(seconds, 1))
    await _rest(stop, seconds)


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


def _reason(error: Exception) -> str:
    """Never an address with a token in it."""
    cause = error.__cause__ if isinstance(error, discord.GatewayNotFound) and error.__cause__ else error
    if isinstance(cause, TimeoutError):
        return "Discord did not answer in time"
    status = getattr(cause, "status", None)
    return f"Discord answered {status}" if isinstance(status, int) else type(cause).__name__
