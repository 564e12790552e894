"""What discord.py is refused counts as well."""

from pathlib import Path

import discord
import pytest
from redis.asyncio import Redis

from bot.discord.api import use_api
from bot.discord.breaker import Breaker
from bot.discord.counting import counting
from papers.settings import load_settings
from tests.bot.discord.post_office import served
from tests.fakes.discord_world import World


async def test_what_discord_py_is_refused_is_counted_too(
    redis: Redis, redis_server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, breaker = World(), Breaker(redis, "token")
    channel = world.add_channel(world.add_guild())
    world.deny(channel, "view_channel")
    async with served(world) as api_url:
        monkeypatch.setenv("PAPERBOY_DISCORD_API_URL", api_url)
        monkeypatch.setattr(discord.http.Route, "BASE", "")
        use_api(load_settings(data_dir=redis_server).discord)
        async with discord.Client(intents=discord.Intents.none(), http_trace=counting(breaker)) as client:
            await client.login(world.config.token)
            with pytest.raises(discord.Forbidden):
                await client.fetch_channel(channel.id)
    assert await breaker.invalid() == 1
