"""What discord.py is refused counts as well."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import discord
import pytest
from redis.asyncio import Redis

from bot.discord.api import use_api
from bot.discord.breaker import Breaker
from bot.discord.counting import counting
from papers.errors import TryLater
from papers.settings import load_settings
from tests.fakes.discord import Discord, discord_fake
from tests.fakes.discord_webhooks import TOKEN_SECONDS


@asynccontextmanager
async def client_of(
    fake: Discord, breaker: Breaker, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[discord.Client]:
    """One of discord.py's, whose calls are counted."""
    monkeypatch.setenv("PAPERBOY_DISCORD_API_URL", fake.api_url)
    monkeypatch.setattr(discord.http.Route, "BASE", "")
    use_api(load_settings(data_dir=data_dir).discord)
    async with discord.Client(intents=discord.Intents.none(), http_trace=counting(breaker)) as client:
        yield client


async def test_what_discord_py_is_refused_is_counted_too(
    redis: Redis, redis_server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaker = Breaker(redis, "token")
    async with discord_fake() as fake, client_of(fake, breaker, redis_server, monkeypatch) as client:
        channel = fake.add_channel(fake.add_guild())
        fake.deny(channel, "view_channel")
        await client.login(fake.config.token)
        with pytest.raises(discord.Forbidden):
            await client.fetch_channel(channel.id)
    assert await breaker.invalid() == 1


async def test_a_token_that_discord_does_not_take_stops_whoever_has_it(
    redis: Redis, redis_server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaker = Breaker(redis, "token")
    async with discord_fake() as fake, client_of(fake, breaker, redis_server, monkeypatch) as client:
        with pytest.raises(discord.LoginFailure):
            await client.login("another token")
    with pytest.raises(TryLater, match="PAPERBOY_DISCORD_TOKEN"):
        await breaker.check()


async def test_an_answer_after_its_quarter_of_an_hour_stops_nobody(
    redis: Redis, redis_server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord says 401 to that, too, of the interaction's token."""
    breaker = Breaker(redis, "token")
    async with discord_fake() as fake, client_of(fake, breaker, redis_server, monkeypatch) as client:
        channel, ada = fake.add_channel(fake.add_guild()), fake.add_user("ada")
        asked = fake.asked(2, ada, channel, {"name": "papers"})
        asked.response = {"type": 5, "data": {}}
        await client.login(fake.config.token)
        fake.forward(TOKEN_SECONDS + 1)
        with pytest.raises(discord.HTTPException) as refused:
            await discord.Webhook.partial(fake.app.id, asked.token, client=client).send("Here it is.")
    assert (refused.value.status, refused.value.code) == (401, 50027)
    assert await breaker.invalid() == 1
    await breaker.check()
