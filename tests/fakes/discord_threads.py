"""Threads that are looked for, and opened again."""

from datetime import datetime

from tests.fakes.discord_asked import Asked, invalid_form
from tests.fakes.discord_calls import DiscordRefusal
from tests.fakes.discord_payloads import archived_at, channel_json
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
    return _listed(sorted(seen, key=lambda one: one.id, reverse=True))


def archived(asked: Asked) -> Json:
    """Those first that were archived last; ``before`` such a time."""
    world = asked.world
    channel = world.channel(asked.args["channel_id"])
    world.need(channel, "read_message_history")
    limit = int(asked.query.get("limit", 50))
    if not 2 <= limit <= 100:
        raise invalid_form({"limit": "int value should be between 2 and 100."})
    there = sorted((one for one in world.threads_of(channel) if one.archived), key=archived_at, reverse=True)
    if "before" in asked.query:
        before = datetime.fromisoformat(asked.query["before"])
        there = [one for one in there if archived_at(one) < before]
    return {**_listed(there[:limit]), "has_more": len(there) > limit}


def change(asked: Asked) -> Json:
    """Only of a thread, whether it is archived."""
    world = asked.world
    channel = world.channel(asked.args["channel_id"])
    if not channel.thread:
        world.need(channel, "manage_channels")
    if channel.locked:
        world.need(channel, "manage_threads")
    if "archived" in asked.given:
        channel.archived, channel.archived_at = bool(asked.given["archived"]), world.now()
    return channel_json(channel)


def remove(asked: Asked) -> Json:
    """Only a thread."""
    world = asked.world
    channel = world.channel(asked.args["channel_id"])
    world.need(channel, "manage_threads" if channel.thread else "manage_channels")
    del world.channels[channel.id]
    return channel_json(channel)


def _listed(threads: list[Channel]) -> Json:
    return {"threads": [channel_json(one) for one in threads], "members": []}
