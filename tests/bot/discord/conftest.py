"""A simulated Discord with the app in it, over a real Redis with a handful of papers."""

from collections.abc import AsyncIterator

import pytest
import simcord
from redis.asyncio import Redis

from bot.desk import Desk
from bot.discord.app import DiscordApp, make_app
from papers.settings import Settings
from tests.bot.desks import desk, fill, papers
from tests.papers.word_encoder import WordEncoder


@pytest.fixture
async def shelf(redis: Redis, settings: Settings) -> Desk:
    """A desk with eight papers on robots."""
    encoder = WordEncoder()
    # The simulated Discord has the paths of the real one's address; nothing is sent there.
    discord = settings.discord.model_copy(update={"api_url": "https://discord.com/api"})
    made = desk(redis, settings.model_copy(update={"discord": discord}), encoder=encoder)
    await fill(made.store, papers(), encoder)
    return made


@pytest.fixture
async def app(shelf: Desk) -> AsyncIterator[DiscordApp]:
    made = make_app(shelf)
    yield made
    await made.errands.close()


@pytest.fixture
async def discord_env(app: DiscordApp) -> AsyncIterator[simcord.Env]:
    """Discord, with the app's commands told to it."""
    env = simcord.Env(app.client, shard_count=1)
    await env.start()
    await app.client.tree.sync()
    yield env
    await app.errands.close()
    await env.shutdown()
    env._raise_errors_since(env._errors_acknowledged)  # as simcord's own fixture does
