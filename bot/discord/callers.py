"""Who asks, for bot/commands.py, out of an interaction. Pure: Discord tells all that is needed with each of them."""

from typing import TYPE_CHECKING, Any

from bot.caller import Caller
from bot.discord.invite import invite_url
from bot.discord.permissions import Place, how_to_mend, missing_in, place_of
from papers.destinations import Platform
from papers.display import one_line

if TYPE_CHECKING:
    import discord
    from discord.app_commands import AppCommandChannel, AppCommandThread

    Interaction = discord.Interaction[Any]

COMMAND = "/papers"
_MANAGER = "somebody with the permission “Manage Channels” in it"
_ANNOUNCEMENTS = 5
"""Discord's number for this type of channel."""


def caller_of(interaction: "Interaction") -> Caller:
    """The person; the channel where the bot is a member of the server, and may be asked to post."""
    posts = _may_be_posted(interaction)
    return Caller(
        person=person(interaction.user.id),
        place=place(interaction.channel_id) if posts and interaction.channel_id else None,
        place_name=channel_name(interaction.channel) if posts else "this channel",
        parent=_parent(interaction.channel) if posts else None,
        may_manage=interaction.permissions.manage_channels,
        manager=_MANAGER,
        may_speak=_may_speak(interaction),
        may_publish=posts and _announces(interaction.channel),
        hindrance=_hindrance(interaction) if posts else "",
        placeless="" if posts else _placeless(interaction),
        language=interaction.locale.value,
        command=COMMAND,
        named_options=True,
    )


def caller_in(interaction: "Interaction", channel: "AppCommandChannel | AppCommandThread") -> Caller:
    """The same person speaking of another channel of the server, with what they may do there."""
    here = caller_of(interaction)
    if here.place is None:
        return here
    there = {
        "place": place(channel.id),
        "place_name": channel_name(channel),
        "parent": _parent(channel),
        "may_manage": channel.permissions.manage_channels and channel.permissions.view_channel,
        "may_publish": _announces(channel),
        "hindrance": "",  # Discord tells what the bot may do here, not there
    }
    return here.model_copy(update=there)


def person(user: int) -> str:
    return f"{Platform.DISCORD}:@{user}"


def place(channel: int) -> str:
    return f"{Platform.DISCORD}:{channel}"


def channel_name(channel: object) -> str:
    """``#papers``, as people there know it; threads and posts of forums are written like that as well."""
    name = one_line(str(getattr(channel, "name", None) or ""))
    return f"#{name}" if name else "this channel"


def _parent(channel: object) -> str | None:
    """The channel or forum that a thread or post is in: permissions there are those in it."""
    above = getattr(channel, "parent_id", None)
    return place(above) if above else None


def _announces(channel: object) -> bool:
    kind = getattr(channel, "type", None)
    return getattr(kind, "value", None) == _ANNOUNCEMENTS


def _may_speak(interaction: "Interaction") -> bool:
    """Discord lets whoever may use commands have an app answer everybody; it does not ask whether they may write."""
    allowed, channel = interaction.permissions, interaction.channel
    if channel is None or place_of(channel.type.value) is not Place.THREAD:
        return allowed.send_messages
    locked = getattr(channel, "locked", False) and not allowed.manage_threads
    return allowed.send_messages_in_threads and not locked


def _hindrance(interaction: "Interaction") -> str:
    """What the bot lacks to post here, for people."""
    if interaction.channel is None:
        return ""
    here = place_of(interaction.channel.type.value)
    return how_to_mend(missing_in(interaction.app_permissions.value, here), channel_name(interaction.channel), here)


def _may_be_posted(interaction: "Interaction") -> bool:
    """Not in direct messages, nor where a person brought the app along, nor where a server has only its commands."""
    return interaction.guild_id is not None and interaction.client.get_guild(interaction.guild_id) is not None


def _placeless(interaction: "Interaction") -> str:
    """A server may be given the commands alone (the scope applications.commands), without the bot to post there."""
    if interaction.guild_id is None or not interaction.is_guild_integration():
        return ""
    return (
        "Paperboy can post nothing in this server, which has its commands and not its bot. Somebody with the "
        f"permission “Manage Server” can add it: {invite_url(interaction.application_id)}"
    )
