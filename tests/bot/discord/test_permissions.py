"""The least the bot must be allowed, and what is said where it lacks some of it."""

import discord
import pytest

from bot.discord.granting import Overwrite, granted
from bot.discord.permissions import ASKED, BITS, NEEDED, REASONS, Permission, Place, how_to_mend, missing_in, place_of
from tests.fakes.discord_permissions import DEFAULT
from tests.fakes.discord_world import World

P = Permission


def test_each_permission_has_the_bit_that_discord_gives_it_and_a_reason() -> None:
    named = discord.Permissions(
        view_channel=True,
        send_messages=True,
        send_messages_in_threads=True,
        create_public_threads=True,
        read_message_history=True,
        connect=True,
    )
    assert named.value == ASKED
    assert set(BITS) == set(REASONS) == set(P)
    assert frozenset().union(*NEEDED.values()) == set(P)


def test_nothing_is_asked_for_that_lets_it_change_a_server() -> None:
    asked = discord.Permissions(ASKED)
    elevated = discord.Permissions.elevated()
    assert not asked.value & elevated.value
    assert not asked.mention_everyone


@pytest.mark.parametrize("kind", list(discord.ChannelType))
def test_every_kind_of_channel_has_its_needs(kind: discord.ChannelType) -> None:
    assert Permission.VIEW in NEEDED[place_of(int(kind.value))]


def test_a_thread_wants_other_permissions_than_a_channel() -> None:
    assert missing_in(BITS[P.VIEW] | BITS[P.SEND] | BITS[P.HISTORY], Place.THREAD) == (P.SEND_IN_THREADS,)
    assert missing_in(BITS[P.VIEW] | BITS[P.SEND] | BITS[P.HISTORY], Place.CHANNEL) == (
        P.SEND_IN_THREADS,
        P.OPEN_THREADS,
    )
    assert missing_in(BITS[P.VIEW] | BITS[P.SEND] | BITS[P.HISTORY], Place.VOICE) == (P.CONNECT,)


def test_an_administrator_lacks_nothing() -> None:
    assert missing_in(discord.Permissions(administrator=True).value, Place.CHANNEL) == ()


def test_what_is_asked_for_is_enough_everywhere() -> None:
    assert {place: missing_in(ASKED, place) for place in Place if missing_in(ASKED, place)} == {}


def test_the_sentence_names_what_is_missing_who_can_give_it_and_where() -> None:
    assert how_to_mend([], "#papers") == ""
    assert how_to_mend([P.SEND], "#papers") == (
        "Paperboy lacks the permission “Send Messages” in #papers. Somebody with the permission “Manage Permissions” "
        "there can give it to Paperboy, in the channel’s settings, under Permissions."
    )
    threads = how_to_mend([P.SEND_IN_THREADS], "#reading", Place.FORUM)
    assert "“Send Messages in Posts” in #reading" in threads
    post = how_to_mend([P.SEND_IN_THREADS], "#on robots", place_of(11, 15))
    assert "“Send Messages in Posts” in #on robots" in post
    assert "the channel that it belongs to" in post
    several = how_to_mend([P.VIEW, P.SEND, P.HISTORY], "#reading", Place.FORUM)
    assert "permissions “View Channel”, “Create Posts” and “Read Post History” in #reading" in several
    assert "the channel that it belongs to" in how_to_mend([P.SEND_IN_THREADS], "#a thread", Place.THREAD)


def test_exceptions_of_a_channel_go_everybody_then_roles_then_oneself() -> None:
    everybody, role, other, me = Overwrite(id="1", deny=3), Overwrite(id="2", allow=1), Overwrite(id="3", deny=1), "9"
    roles = {"1": 7, "2": 0, "3": 0}
    assert granted("1", roles, ["2"], me, [everybody]) == 4
    assert granted("1", roles, ["2"], me, [everybody, role]) == 5
    assert granted("1", roles, ["2", "3"], me, [everybody, role, other]) == 5  # a role that allows wins
    assert granted("1", roles, ["2"], me, [everybody, role, Overwrite(id=me, deny=1, allow=2)]) == 6
    assert granted("1", roles, [], me, [role]) == 7


def test_it_reckons_as_discord_does() -> None:
    world = World()
    guild = world.add_guild(permissions=("manage_channels",))
    channel = world.add_channel(guild)
    world.deny(channel, "send_messages", "embed_links")
    told = [Overwrite(id=str(one.id), allow=one.allow, deny=one.deny) for one in channel.overwrites]
    roles = {str(role.id): role.permissions for role in guild.roles} | {str(guild.id): DEFAULT}
    held = [str(role) for role in guild.members[world.app.id]]
    reckoned = granted(str(guild.id), roles, held, str(world.app.id), told)
    assert reckoned == world.permissions_of(world.app, channel)
    assert missing_in(reckoned, Place.CHANNEL) == (P.SEND,)
