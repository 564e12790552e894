"""A connection that stands, but on which nothing is heard any more, is given up and made anew."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis

from bot.discord.app import make_app
from papers.settings import Settings
from tests.bot.desks import desk
from tests.fakes.discord import AppConfig, Discord, discord_fake, until, words


@asynccontextmanager
async def connected(redis: Redis, settings: Settings, discord: Discord, *, patience: float) -> AsyncIterator[None]:
    """The app in this process; without a word for so many seconds it takes its connection for dead."""
    there = settings.discord.model_copy(update={"api_url": discord.api_url})
    app = make_app(desk(redis, settings.model_copy(update={"discord": there})))
    app.client._connection.heartbeat_timeout = patience  # an option of discord.py that we leave as it is
    await app.client.login(discord.config.token)
    await app.client.tree.sync()
    connecting = asyncio.create_task(app.client.connect())
    try:
        await discord.ready()
        yield
    finally:
        await app.close()
        await asyncio.gather(connecting, return_exceptions=True)


async def test_a_zombie_is_left_for_a_connection_that_answers(redis: Redis, settings: Settings) -> None:
    async with discord_fake(AppConfig(heartbeat_seconds=0.6)) as discord:
        papers = discord.add_channel(discord.add_guild())
        ada = discord.add_user("ada", *discord.guilds.values())
        async with connected(redis, settings, discord, patience=0.9):
            (zombie,) = discord.gateway.sockets
            await until(lambda: zombie.heartbeats > 1, lambda: zombie)
            discord.gateway.fall_deaf()
            await until(lambda: zombie not in discord.gateway.sockets, lambda: discord.gateway.sockets)
            answer = await discord.command(ada, papers, "help")
            assert "/papers search" in words(await answer.message())
            await until(lambda: discord.gateway.resumed, lambda: discord.gateway.sessions)
        assert discord.violations == []
