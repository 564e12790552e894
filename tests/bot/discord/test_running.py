"""Connected until told to stop, whatever comes over the line: in this process, against a Discord of our own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.discord.app import DiscordApp, make_app
from bot.discord.breaker import Breaker
from bot.discord.running import run_discord
from papers.settings import DiscordSettings, Settings
from tests.bot.desks import desk
from tests.fakes.discord import AppConfig, Discord, discord_fake, until

CONFIG = AppConfig(identify_seconds=0.0)


@asynccontextmanager
async def running(redis: Redis, settings: Settings, discord: Discord) -> AsyncIterator[None]:
    """The app runs, and has not ended by itself."""
    token = SecretStr(discord.config.token)
    settings = settings.model_copy(update={"discord": DiscordSettings(api_url=discord.api_url, token=token, timeout=1)})
    stop, shelf = asyncio.Event(), desk(redis, settings)

    async def logged_in(app: DiscordApp) -> None:
        await app.client.tree.sync()

    run = run_discord(
        lambda: make_app(shelf),
        settings.discord,
        stop,
        breaker=Breaker(redis, discord.config.token),
        on_login=logged_in,
        on_ready=lambda app: None,
    )
    task = asyncio.create_task(run)
    try:
        yield
        assert not task.done()
    finally:
        stop.set()
        await asyncio.wait_for(task, 20)


@pytest.mark.parametrize("garbage", [b"garbage\x00\x00\xff\xff", b"\x1f" * 40 + b"\x00\x00\xff\xff"])
async def test_what_cannot_be_unpacked_costs_a_connection_and_no_more(
    redis: Redis, settings: Settings, garbage: bytes
) -> None:
    async with discord_fake(CONFIG) as discord:
        discord.add_guild()
        async with running(redis, settings, discord):
            await discord.ready()
            (garbled,) = discord.gateway.sockets
            await garbled.web.send_bytes(garbage)
            await until(lambda: len(discord.gateway.identified) == 2, lambda: discord.gateway.identified, 30)
            await discord.ready()
