"""Who asks, out of payloads as Discord sends them."""

from typing import Any

import discord
import pytest
from discord.app_commands import AppCommandChannel

from bot.discord.app import DiscordApp
from bot.discord.callers import caller_in, caller_of
from bot.discord.client import PaperboyClient

USER = {"id": "20000", "username": "ada", "discriminator": "0", "avatar": None}
MANAGE, NOTHING = "16", "0"


@pytest.fixture
async def client(app: DiscordApp) -> PaperboyClient:
    made = app.client
    made._connection.user = discord.ClientUser(state=made._connection, data={**USER, "id": "2"})  # type: ignore[typeddict-item]
    return made


def _interaction(client: PaperboyClient, **changed: Any) -> discord.Interaction[Any]:
    payload = {
        "id": "1",
        "application_id": "2",
        "type": 2,
        "token": "t",
        "version": 1,
        "locale": "de",
        "attachment_size_limit": 1,
        "entitlements": [],
        "authorizing_integration_owners": {},
        **changed,
    }
    return discord.Interaction(data=payload, state=client._connection)  # type: ignore[arg-type]


def _in_server(client: PaperboyClient, permissions: str, *, installed: bool, kind: int = 0) -> discord.Interaction[Any]:
    member: dict[str, Any] = {
        "user": USER,
        "roles": [],
        "permissions": permissions,
        "joined_at": None,
        "deaf": False,
        "mute": False,
    }
    return _interaction(
        client,
        guild_id="30000",
        guild={"id": "30000", "locale": "en-US", "features": []},
        channel={"id": "40000", "type": kind, "name": "papers", "guild_id": "30000", "position": 0},
        member={**member, "flags": 0},
        authorizing_integration_owners={"0": "30000"} if installed else {"1": "20000"},
    )


def _joined(client: PaperboyClient) -> None:
    """The bot is a member of the server."""
    server = discord.Guild(data={"id": 30000, "unavailable": True}, state=client._connection)  # type: ignore[typeddict-item]
    client._connection._add_guild(server)


async def test_a_member_in_a_channel(client: PaperboyClient) -> None:
    _joined(client)
    caller = caller_of(_in_server(client, NOTHING, installed=True))
    assert (caller.person, caller.place, caller.place_name) == ("discord:@20000", "discord:40000", "#papers")
    assert not caller.may_manage
    assert caller.language == "de"
    assert caller.zone is None


async def test_whoever_may_manage_the_channel(client: PaperboyClient) -> None:
    assert caller_of(_in_server(client, MANAGE, installed=True)).may_manage


async def test_where_a_person_brought_the_app_along_nothing_can_be_posted(client: PaperboyClient) -> None:
    caller = caller_of(_in_server(client, MANAGE, installed=False))
    assert caller.place is None
    assert caller.person == "discord:@20000"


async def test_where_a_server_has_only_the_commands_nothing_can_be_posted_either(client: PaperboyClient) -> None:
    caller = caller_of(_in_server(client, MANAGE, installed=True))
    assert caller.place is None
    assert not caller.hindrance
    assert "not its bot" in caller.placeless
    assert "https://discord.com/oauth2/authorize?client_id=2&integration_type=0&scope=bot" in caller.placeless
    assert caller_of(_in_server(client, MANAGE, installed=False)).placeless == ""


@pytest.mark.parametrize(("bits", "may"), [(16 | 1024, True), (16, False), (1024, False)])
async def test_who_does_not_see_the_channel_that_they_name_manages_nothing_there(
    client: PaperboyClient, bits: int, may: bool
) -> None:
    _joined(client)
    told: Any = {"id": "40001", "type": 0, "name": "secret", "permissions": str(bits), "guild_id": "30000"}
    named = AppCommandChannel(state=client._connection, data=told, guild_id=30000)
    caller = caller_in(_in_server(client, MANAGE, installed=True), named)
    assert caller.place == "discord:40001"
    assert caller.may_manage is may


@pytest.mark.parametrize("kind", [1, 3])
async def test_in_direct_messages_and_groups_there_is_no_place(client: PaperboyClient, kind: int) -> None:
    channel = {"id": "50000", "type": kind, "recipients": [USER], "name": "us", "icon": None, "owner_id": "1"}
    caller = caller_of(_interaction(client, channel=channel, user=USER))
    assert (caller.person, caller.place) == ("discord:@20000", None)
