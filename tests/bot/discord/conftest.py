"""For tests within this process a simulated Discord, over a real Redis with a handful of papers; for those of the bot
as its own process a stage for each file: what Discord has against anything fails the test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
import simcord
from redis.asyncio import Redis

from bot.desk import Desk
from bot.discord.app import DiscordApp, make_app
from papers.deliveries import Ledger
from papers.settings import Settings, load_settings
from tests.bot.desks import desk, fill
from tests.bot.desks import papers as eight_papers
from tests.bot.discord.post_office import PostOffice, served
from tests.bot.discord.stage import Stage, on_stage
from tests.fakes.discord import Channel, Guild, User
from tests.fakes.discord_world import World
from tests.papers.word_encoder import WordEncoder


@pytest.fixture
async def shelf(redis: Redis, settings: Settings) -> Desk:
    """A desk with eight papers on robots."""
    encoder = WordEncoder()
    # The simulated Discord has the paths of the real one's address; nothing is sent there.
    discord = settings.discord.model_copy(update={"api_url": "https://discord.com/api"})
    made = desk(redis, settings.model_copy(update={"discord": discord}), encoder=encoder)
    await fill(made.store, eight_papers(), encoder)
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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running() -> AsyncIterator[Stage]:
    async with on_stage() as stage:
        yield stage


@pytest.fixture
def stage(running: Stage) -> Iterator[Stage]:
    running.discord.violations.clear()
    yield running
    assert running.discord.violations == []


@pytest.fixture
def ada(stage: Stage) -> User:
    """Who may subscribe channels."""
    return stage.manager()


@pytest.fixture
def papers(stage: Stage) -> Channel:
    return stage.channel()


@pytest.fixture
async def office(redis: Redis, redis_server: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PostOffice]:
    world = World()
    async with served(world) as api_url:
        monkeypatch.setenv("PAPERBOY_DISCORD_API_URL", api_url)
        monkeypatch.setenv("PAPERBOY_DISCORD_TOKEN", world.config.token)
        monkeypatch.setenv("PAPERBOY_DISCORD_TIMEOUT", "2")
        settings = load_settings(data_dir=redis_server)
        office = PostOffice(world, redis, settings, Ledger(redis, settings, lease=60))
        yield office
        await office.close()


@pytest.fixture
def guild(office: PostOffice) -> Guild:
    return office.world.add_guild()


@pytest.fixture
def channel(office: PostOffice, guild: Guild) -> Channel:
    return office.world.add_channel(guild)
