from datetime import UTC, datetime

import simcord

from bot.desk import Desk
from bot.discord.app import DiscordApp
from papers.following import DigestOptions
from papers.schedule import Schedule
from papers.wishes import digest_subscription
from tests.papers.waiting import eventually

NOW = datetime(2026, 3, 1, tzinfo=UTC)


async def _subscribe(shelf: Desk, place: str) -> None:
    wish = digest_subscription(
        owner=place, destination=place, schedule=Schedule(), options=DigestOptions(), now=NOW, notify=None
    )
    await shelf.subscriptions.save(wish, NOW)


async def test_a_server_that_is_left_ends_what_came_to_its_channels(
    discord_env: simcord.Env, app: DiscordApp, shelf: Desk
) -> None:
    guild = discord_env.create_guild()
    left = f"discord:{guild.create_text_channel('papers').id}"
    await _subscribe(shelf, left)
    await _subscribe(shelf, "discord:999999")
    app.client._connection.parse_guild_delete({"id": str(guild.id)})

    async def ended() -> bool:
        return not await shelf.subscriptions.of_destination(left)

    await eventually(ended)
    assert await shelf.subscriptions.of_destination("discord:999999")


async def test_an_outage_ends_nothing(discord_env: simcord.Env, app: DiscordApp, shelf: Desk) -> None:
    guild = discord_env.create_guild()
    place = f"discord:{guild.create_text_channel('papers').id}"
    await _subscribe(shelf, place)
    app.client._connection.parse_guild_delete({"id": str(guild.id), "unavailable": True})
    await discord_env.settle()
    assert await shelf.subscriptions.of_destination(place)


async def test_a_server_that_is_added_again_meanwhile_keeps_its_channels(
    discord_env: simcord.Env, app: DiscordApp, shelf: Desk
) -> None:
    guild = discord_env.create_guild()
    channel = guild.create_text_channel("papers").id
    place, state = f"discord:{channel}", app.client.kept
    await _subscribe(shelf, place)
    state.parse_guild_delete({"id": str(guild.id)})
    again = {"id": str(guild.id), "name": "Lab", "channels": [{"id": str(channel), "type": 0}], "roles": []}
    state.parse_guild_create(again)

    async def ended() -> bool:
        return not await shelf.subscriptions.of_destination(place)

    await eventually(ended)
    await discord_env.settle()
    assert state.channels_of(guild.id) == [channel]
