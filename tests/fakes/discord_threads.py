"""Threads that are looked for, and opened again."""

from tests.fakes.discord_asked import Asked
from tests.fakes.discord_calls import DiscordRefusal
from tests.fakes.discord_payloads import channel_json
from tests.fakes.discord_state import Channel, Json


def active(asked: Asked) -> Json:
    """All of a server that the app sees."""
    world = asked.world
    given = asked.args["guild_id"]
    guild = world.guilds.get(int(given)) if given.isdigit() else None
    if guild is None or not guild.app:
        raise DiscordRefusal(403, 50001, "Missing Access")
    there = [one for one in world.channels_of(guild) if one.thread and not one.archived]
    seen = [one for one in there if world.sees(one)]
    return _listed(seen)


def archived(asked: Asked) -> Json:
    world = asked.world
    channel = world.channel(asked.args["channel_id"])
    world.need(channel, "read_message_history")
    return {**_listed([one for one in world.threads_of(channel) if one.archived]), "has_more": False}


def change(asked: Asked) -> Json:
    """Only of a thread, whether it is archived."""
    world = asked.world
    channel = world.channel(asked.args["channel_id"])
    if not channel.thread:
        world.need(channel, "manage_channels")
    if channel.locked:
        world.need(channel, "manage_threads")
    channel.archived = bool(asked.given.get("archived", channel.archived))
    return channel_json(channel)


def remove(asked: Asked) -> Json:
    """Only a thread."""
    world = asked.world
    channel = world.channel(asked.args["channel_id"])
    world.need(channel, "manage_threads" if channel.thread else "manage_channels")
    del world.channels[channel.id]
    return channel_json(channel)


def _listed(threads: list[Channel]) -> Json:
    newest = sorted(threads, key=lambda one: one.id, reverse=True)
    return {"threads": [channel_json(one) for one in newest], "members": []}
