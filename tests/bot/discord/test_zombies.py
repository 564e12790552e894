"""A connection that stands, but on which nothing is heard any more, is given up and made anew."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis

from bot.discord.app import DiscordApp, make_app
from papers.settings import Settings
from tests.bot.desks import desk
from tests.fakes.discord import AppConfig, Discord, discord_fake, until, words


@asynccontextmanager
async def connected(redis: Redis, settings: Settings, discord: Discord) -> AsyncIterator[DiscordApp]:
    """The app in this process."""
    there = settings.discord.model_copy(update={"api_url": discord.api_url})
    app = make_app(desk(redis, settings.model_copy(update={"discord": there})))
    await app.client.login(discord.config.token)
    await app.client.tree.sync()
    connecting = asyncio.create_task(app.client.connect())
    try:
        await discord.ready()
        yield app
    finally:
        await app.close()
        await asyncio.gather(connecting, return_exceptions=True)


async def test_a_zombie_is_left_for_a_connection_that_answers(redis: Redis, settings: Settings) -> None:
    async with discord_fake(AppConfig(heartbeat_seconds=0.6)) as discord:
        papers = discord.add_channel(discord.add_guild())
        ada = discord.add_user("ada", *discord.guilds.values())
        async with connected(redis, settings, discord) as app:
            (zombie,) = discord.gateway.sockets
            await until(lambda: zombie.heartbeats > 1, lambda: zombie)
            discord.gateway.fall_deaf()
            # So many seconds without a word and it takes its connection for dead; in real life it is a minute.
            app.client._get_websocket(shard_id=0)._keep_alive.heartbeat_timeout = 0.9  # type: ignore[union-attr]
            await until(lambda: zombie not in discord.gateway.sockets, lambda: discord.gateway.sockets)
            answer = await discord.command(ada, papers, "help")
            assert "/papers search" in words(await answer.message())
            await until(lambda: discord.gateway.resumed, lambda: discord.gateway.sessions)
        assert discord.violations == []
