from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.command_table import NAMES
from bot.discord.breaker import Breaker
from paperboy.check import Check
from paperboy.doctor_discord import examine_discord
from paperboy.post import Post, open_post
from paperboy.wiring import open_app
from papers import keys
from papers.settings import DiscordSettings, Settings
from tests.fakes.discord import AppConfig, Channel, Discord, discord_fake
from tests.fakes.discord_state import PRIVATE_THREAD, VOICE
from tests.papers.subscription_builders import digest

NOW = datetime.now(UTC)
GROUP: dict[str, Any] = {
    "type": 1,
    "name": "papers",
    "description": "x",
    "options": [{"type": 1, "name": name, "description": "x"} for name in NAMES],
}


def chosen(settings: Settings, url: str, token: str) -> Settings:
    discord = DiscordSettings(api_url=url, token=token, timeout=2)
    return settings.model_copy(update={"discord": discord})


@asynccontextmanager
async def posted(settings: Settings, discord: Discord, token: str = "") -> AsyncIterator[Post]:
    named = chosen(settings, discord.api_url, token or discord.config.token)
    async with open_app(named) as app, open_post(app) as post:
        yield post


async def checks(settings: Settings, discord: Discord, *channels: Channel | str, token: str = "") -> dict[str, Check]:
    async with posted(settings, discord, token) as post:
        for one in channels:
            place = one if isinstance(one, str) else f"discord:{one.id}"
            await post.subscriptions.save(digest(place), NOW)
        return {check.name: check async for check in examine_discord(post)}


async def test_nothing_is_said_of_a_discord_that_is_not_set_up(redis: Redis, settings: Settings) -> None:
    async with open_app(settings) as app, open_post(app) as post:
        assert [check async for check in examine_discord(post)] == []


async def test_all_is_well_with_a_token_its_settings_and_its_commands(redis: Redis, settings: Settings) -> None:
    async with discord_fake() as discord:
        guild = discord.add_guild()
        discord.commands[0] = [GROUP]
        found = await checks(settings, discord, discord.add_channel(guild), discord.add_forum(guild), "discord:@12345")
        assert {name: check for name, check in found.items() if not check.ok} == {}
        assert found["discord token"].found == f"@Paperboy, application {discord.config.application_id}, in 1 server"
        assert found["discord intents"].found == "no privileged intent is asked for"
        assert found["discord gateway"].found == "1 shard advised, 1,000 of 1,000 starts of a session left"
        assert found["discord commands"].found == f"/papers with {len(NAMES)} commands"
        assert found["discord channels"].found == "2 of 2 channels looked at"
        assert discord.config.token not in str(found)
        assert discord.violations == []


async def test_a_wrong_token_is_said_to_be_so_and_not_tried_on_and_on(
    redis: Redis, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    async with discord_fake() as discord:
        for _ in range(3):
            found = await checks(settings, discord, token="wrong-and-secret")
            assert not found["discord token"].ok
            assert "Reset Token" in found["discord token"].remedy
            assert "wrong-and-secret" not in str(found)
            assert "paperboy doctor" not in str(found)
        assert len(discord.calls) == 1
        assert "for a while" not in capfd.readouterr().err
        assert "does not take the bot's token" in found["discord refusals"].found
        right = await checks(settings, discord)
        assert right["discord token"].ok


async def test_a_discord_that_is_away_is_no_traceback(redis: Redis, settings: Settings) -> None:
    nowhere = chosen(settings, "http://127.0.0.1:9/api", "token")
    async with open_app(nowhere) as app, open_post(app) as post:
        found = {check.name: check async for check in examine_discord(post)}
    assert "discord token" not in found
    assert found["discord"].found == "Discord cannot be reached"
    assert "PAPERBOY_DISCORD_API_URL" in found["discord"].remedy


async def test_more_processes_than_shards_are_said_not_to_go_together(redis: Redis, settings: Settings) -> None:
    async with discord_fake() as discord:
        shared = settings.discord.model_copy(update={"processes": 3, "shards": 2})
        named = chosen(settings, discord.api_url, discord.config.token).discord
        both = settings.model_copy(
            update={"discord": shared.model_copy(update={"token": named.token, "api_url": named.api_url})}
        )
        async with open_app(both) as app, open_post(app) as post:
            found = {check.name: check async for check in examine_discord(post)}
        assert "PAPERBOY_DISCORD_SHARDS=2" in found["discord shards"].found
        assert not found["discord shards"].ok
        assert found["discord token"].ok


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"user_installable": False}, "cannot be installed by people for themselves"),
        ({"guild_installable": False}, "cannot be installed by servers"),
    ],
)
async def test_how_it_may_be_installed_is_looked_at(
    redis: Redis, settings: Settings, config: dict[str, bool], told: str
) -> None:
    async with discord_fake(AppConfig(**config)) as discord:  # type: ignore[arg-type]
        found = await checks(settings, discord)
        assert told in found["discord app"].found
        assert "Installation Contexts" in found["discord app"].remedy


async def test_a_link_of_the_app_that_adds_no_bot_is_told(redis: Redis, settings: Settings) -> None:
    async with discord_fake(AppConfig(link_scopes=("applications.commands",))) as discord:
        found = await checks(settings, discord)
        assert "commands without the bot" in found["discord app"].found
        assert "Default Install Settings" in found["discord app"].remedy
    async with discord_fake(AppConfig(link_scopes=None)) as discord:
        assert (await checks(settings, discord))["discord app"].ok


async def test_intents_that_nobody_needs_are_named(redis: Redis, settings: Settings) -> None:
    async with discord_fake(AppConfig(privileged=frozenset({"message_content", "members"}))) as discord:
        found = await checks(settings, discord)
        assert found["discord intents"].ok
        assert "switched on without need: Server Members, Message Content" in found["discord intents"].found


async def test_sessions_that_run_out_are_told_before_they_do(redis: Redis, settings: Settings) -> None:
    async with discord_fake(replace(AppConfig(), shards=4, identifies=3)) as discord:
        found = await checks(settings, discord)
        assert not found["discord gateway"].ok
        assert "4 shards advised, 3 of" in found["discord gateway"].found


async def test_commands_that_discord_was_not_told_of_are_no_fault_before_the_first_start(
    redis: Redis, settings: Settings
) -> None:
    async with discord_fake() as discord:
        found = await checks(settings, discord)
        assert found["discord commands"].ok
        assert "when it starts" in found["discord commands"].found


async def test_commands_that_discord_could_not_be_told_of_say_why(redis: Redis, settings: Settings) -> None:
    await redis.set(keys.DISCORD_UNTOLD, "503 Service Unavailable")
    async with discord_fake() as discord:
        found = await checks(settings, discord)
        assert not found["discord commands"].ok
        assert "503 Service Unavailable" in found["discord commands"].found
        assert "tries again" in found["discord commands"].remedy


async def test_commands_that_discord_lost_are_named(redis: Redis, settings: Settings) -> None:
    await redis.set(keys.DISCORD_COMMANDS, "told once")
    async with discord_fake() as discord:
        found = await checks(settings, discord)
        assert found["discord commands"].found == "Discord knows no /papers"
        discord.commands[0] = [{**GROUP, "options": [one for one in GROUP["options"] if one["name"] != "saved"]}]
        found = await checks(settings, discord)
        assert found["discord commands"].found == "Discord does not know /papers saved"
        assert "start paperboy discord" in found["discord commands"].remedy


async def test_permissions_that_are_missing_in_a_channel_are_named(redis: Redis, settings: Settings) -> None:
    async with discord_fake() as discord:
        guild = discord.add_guild()
        good, mute, hidden = (discord.add_channel(guild, name) for name in ("good", "mute", "hidden"))
        forum = discord.add_forum(guild, "reading")
        thread, post = discord.add_thread(mute, "a thread"), discord.add_thread(forum, "a post")
        talk = discord.add_channel(guild, "talk", VOICE)
        discord.deny(mute, "send_messages", "read_message_history")
        discord.deny(hidden, "view_channel")
        discord.deny(talk, "connect")
        discord.deny(forum, "send_messages", "send_messages_in_threads")
        found = await checks(settings, discord, post, talk)
        told = found["discord channels"]
        assert f"discord:{post.id} (#a post): Paperboy lacks Send Messages in Posts" in told.found
        assert f"discord:{talk.id} (#talk): Paperboy lacks Connect" in told.found
        await redis.flushdb()
        found = await checks(settings, discord, good, mute, hidden, forum, thread, "discord:123")
        told = found["discord channels"]
        assert not told.ok
        assert f"discord:{good.id}" not in told.found
        assert f"discord:{mute.id} (#mute): Paperboy lacks Send Messages, Read Message History" in told.found
        assert f"discord:{forum.id} (#reading): Paperboy lacks Create Posts, Send Messages in Posts" in told.found
        assert f"discord:{thread.id} (#a thread): Paperboy lacks Read Message History" in told.found
        assert (
            f"discord:{hidden.id}: Paperboy cannot see this channel: give it the permission View Channel" in told.found
        )
        assert "discord:123: Discord knows no such channel" in told.found
        assert "Manage Permissions" in told.remedy
        assert "subscriptions remove" in told.remedy


async def test_a_private_thread_without_the_bot_is_told_how_to_let_it_in(redis: Redis, settings: Settings) -> None:
    async with discord_fake() as discord:
        papers = discord.add_channel(discord.add_guild())
        secret = discord.add_thread(papers, "secret plans", type=PRIVATE_THREAD)
        told = (await checks(settings, discord, secret))["discord channels"]
        assert "in a private thread, mention @Paperboy" in told.found


async def test_a_channel_that_was_deleted_is_no_matter_of_permissions(redis: Redis, settings: Settings) -> None:
    async with discord_fake() as discord:
        found = await checks(settings, discord, "discord:123")
        assert "it was deleted" in found["discord channels"].found
        assert "Permissions" not in found["discord channels"].remedy
        assert "paperboy subscriptions remove" in found["discord channels"].remedy


async def test_a_wait_is_not_told_of_a_channel_that_nobody_asked_of(redis: Redis, settings: Settings) -> None:
    async with discord_fake() as discord:
        discord.faults.too_many("GET /applications/{application_id}/commands")
        discord.faults.too_many("GET /gateway/bot")
        found = await checks(settings, discord)
        for name in ("discord gateway", "discord commands"):
            assert not found[name].ok
            assert found[name].found == "Discord asks us to wait"
            assert found[name].remedy == "wait a while, and ask again"


async def test_a_channel_that_could_not_be_looked_at_is_not_counted(redis: Redis, settings: Settings) -> None:
    async with discord_fake() as discord:
        channel = discord.add_channel(discord.add_guild())
        discord.faults.too_many("GET /channels/{channel_id}")
        found = await checks(settings, discord, channel)
        assert found["discord channels"].found == "0 of 1 channels looked at; of others: Discord asks us to wait"


async def test_of_many_channels_some_are_looked_at_and_a_server_is_asked_about_once(
    redis: Redis, settings: Settings
) -> None:
    async with discord_fake() as discord:
        guild = discord.add_guild()
        found = await checks(settings, discord, *(discord.add_channel(guild, f"c{number}") for number in range(55)))
        assert found["discord channels"].found == "50 of 55 channels looked at"
        assert len(discord.calls_of("GET /channels/{channel_id}")) == 50
        assert len(discord.calls_of("GET /guilds/{guild_id}/roles")) == 1


async def test_refused_calls_are_counted_and_a_pause_is_told(redis: Redis, settings: Settings) -> None:
    async with discord_fake() as discord:
        breaker = Breaker(redis, discord.config.token, most=3)
        await breaker.note(403)
        found = await checks(settings, discord)
        assert found["discord refusals"].ok
        assert found["discord refusals"].found.startswith("1 refused call in ten minutes")
        for _ in range(3):
            await breaker.note(403)
        found = await checks(settings, discord)
        assert "nothing is asked of Discord for 10 minutes" in found["discord refusals"].found
        assert not found["discord"].ok
        assert found["discord"].remedy == "wait a while, and ask again"
        await redis.delete(keys.DISCORD_STOPPED)
