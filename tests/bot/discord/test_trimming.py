import discord
import pytest

from bot.discord.client import PaperboyClient
from bot.discord.trimming import trimmed_guild
from papers.settings import Settings

CHANNELS = [{"id": str(10 + kind), "type": kind, "name": "one", "guild_id": "1"} for kind in (0, 2, 4, 5, 13, 15)]
GUILD = {"id": "1", "name": "Lab", "channels": CHANNELS, "roles": [{"id": "1"}], "emojis": [{"id": "4"}]}


async def test_of_a_server_only_what_is_used_is_kept() -> None:
    assert trimmed_guild(GUILD) == {"id": "1", "name": "Lab"}
    client = PaperboyClient(Settings())
    client.kept.parse_guild_create(GUILD)
    guild = client.get_guild(1)
    assert isinstance(guild, discord.Guild)
    assert list(guild.channels) == []
    assert client.kept.channels_of(1) == [10, 12, 14, 15, 23, 25]


async def test_channels_come_and_go() -> None:
    client = PaperboyClient(Settings())
    client.kept.parse_guild_create(GUILD)
    for channel in ({"id": "30", "type": 0, "guild_id": "1"}, {"id": "31", "type": 0, "guild_id": "2"}):
        client.kept.parse_channel_create(channel)
    client.kept.parse_channel_delete(CHANNELS[0])
    client.kept.parse_channel_delete({"id": "99", "type": 0, "guild_id": "7"})
    assert client.kept.channels_of(1) == [12, 14, 15, 23, 25, 30]
    client.kept.forget(1)
    assert client.kept.channels_of(1) == []


def test_an_outage_stays_an_outage() -> None:
    assert trimmed_guild({"id": "1", "unavailable": True}) == {"id": "1", "unavailable": True}


async def test_an_event_that_cannot_be_read_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    client = PaperboyClient(Settings())
    for _ in range(3):
        client.kept.parsers["INTERACTION_CREATE"]({"id": "1"})
    client.kept.parsers["GUILD_CREATE"](GUILD)
    assert client.get_guild(1) is not None
    assert caplog.text.count("could not be read") == 1


async def test_a_beginning_that_cannot_be_read_is_a_connection_to_be_tried_again() -> None:
    with pytest.raises(ConnectionError):
        PaperboyClient(Settings()).kept.parsers["READY"]({})
