"""Connected until told to stop, whatever comes over the line: in this process, against a Discord of our own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from discord import AutoShardedClient
from pydantic import SecretStr
from redis.asyncio import Redis
from yarl import URL

from bot.discord import client
from bot.discord.app import DiscordApp, make_app
from bot.discord.breaker import Breaker
from bot.discord.running import run_discord
from papers.settings import DiscordSettings, Settings
from tests.bot.desks import desk
from tests.fakes.discord import AppConfig, Discord, discord_fake, until

GATEWAY = "GET /gateway/bot"
CONFIG = AppConfig(identify_seconds=0.0)


@asynccontextmanager
async def running(redis: Redis, settings: Settings, discord: Discord, *, processes: int = 1) -> AsyncIterator[None]:
    """The app runs, as one of so many processes, and has not ended by itself."""
    token = SecretStr(discord.config.token)
    set_to = DiscordSettings(api_url=discord.api_url, token=token, processes=processes, timeout=2)
    settings = settings.model_copy(update={"discord": set_to})
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


@pytest.mark.parametrize(
    "garbage", [b"garbage\x00\x00\xff\xff", b"\x1f" * 40 + b"\x00\x00\xff\xff"], ids=["words", "bytes"]
)
async def test_what_cannot_be_unpacked_costs_a_connection_and_no_more(
    redis: Redis, settings: Settings, garbage: bytes
) -> None:
    async with discord_fake(CONFIG) as discord:
        discord.add_guild()
        async with running(redis, settings, discord):
            await discord.ready()
            (garbled,) = discord.gateway.sockets
            await garbled.web.send_bytes(garbage)
            await until(lambda: len(discord.gateway.identified) == 2, lambda: discord.gateway.identified, 60)
            await discord.ready()


async def test_discord_py_that_gives_up_at_the_start_is_begun_anew(
    redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of its tries calls the next: after 82 minutes without a gateway there is no room for another."""
    launch, given_up = AutoShardedClient.launch_shard, list[int]()

    async def launch_shard(self: AutoShardedClient, gateway: URL, shard_id: int, **more: bool) -> None:
        if not given_up:
            given_up.append(shard_id)
            raise RecursionError("maximum recursion depth exceeded")
        await launch(self, gateway, shard_id, **more)

    monkeypatch.setattr(AutoShardedClient, "launch_shard", launch_shard)
    async with discord_fake(CONFIG) as discord, running(redis, settings, discord):
        await discord.ready()
        assert given_up == [0]


async def test_discord_that_does_not_say_where_its_gateway_is_is_asked_again(redis: Redis, settings: Settings) -> None:
    async with discord_fake(CONFIG) as discord:
        discord.add_guild()
        for _ in range(2):
            discord.faults.late(GATEWAY, 90)
        async with running(redis, settings, discord):
            await discord.ready(seconds=60)


async def test_who_waits_for_discord_keeps_no_part_of_the_shards_from_others(
    redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asks again once it has its part, as what it was told may be old by then."""
    monkeypatch.setattr(client, "_STALE", -1.0)
    async with discord_fake(CONFIG) as discord:
        discord.add_guild()
        discord.faults.late(GATEWAY, 0)
        discord.faults.late(GATEWAY, 90)
        async with running(redis, settings, discord, processes=2):
            await until(discord.gateway.connected, lambda: discord.gateway.sessions, 60)
            assert [one.shard for one in discord.gateway.connected()] == [0], "the part that it had was not given back"


async def test_after_an_outage_that_its_session_did_not_survive_it_begins_anew(
    redis: Redis, settings: Settings
) -> None:
    async with discord_fake(CONFIG) as discord:
        guild = discord.add_guild()
        papers, ada = discord.add_channel(guild), discord.add_user("ada", guild)
        async with running(redis, settings, discord):
            await discord.ready()
            discord.gateway.closed = True
            discord.gateway.cut()
            await until(lambda: not discord.gateway.connected(), lambda: discord.gateway.sockets)
            discord.forward(CONFIG.resumable_seconds + 60)
            discord.gateway.closed = False
            await until(lambda: len(discord.gateway.identified) == 2, lambda: discord.gateway.sessions, 60)
            await discord.ready()
            assert await (await discord.command(ada, papers, "help")).message()
            assert discord.gateway.resumed == 0
