"""Messages in channels: sent, looked for, changed, deleted, passed on."""

from tests.fakes.discord_asked import Asked, invalid_form
from tests.fakes.discord_calls import DiscordRefusal
from tests.fakes.discord_permissions import bits
from tests.fakes.discord_shown import message_json
from tests.fakes.discord_state import (
    ANNOUNCEMENT,
    CROSSPOSTED,
    FORUM,
    STAGE,
    VOICE,
    Channel,
    Json,
    Message,
)
from tests.fakes.discord_writing import changed, written

NONCE_SECONDS = 300.0
"""How long a nonce is remembered: Discord says “a few minutes”."""


def create(asked: Asked) -> Json:
    world, given = asked.world, asked.given
    channel = world.channel(asked.args["channel_id"])
    nonce = _nonce(given)
    _check_may_write(asked, channel, given)
    if nonce and given.get("enforce_nonce") and (before := _sent_before(asked, channel, nonce)):
        return {**message_json(world, before), "nonce": given["nonce"]}
    message = world.keep(written(asked, channel, given))
    channel.archived = False
    if nonce:
        world.nonces[channel.id, nonce] = (message, world.now())
    shown = message_json(world, message)
    return {**shown, "nonce": given["nonce"]} if nonce else shown


def _nonce(given: Json) -> str:
    nonce = given.get("nonce")
    if nonce is None:
        return ""
    if len(str(nonce)) > 25:
        raise invalid_form({"nonce": "Must be 25 or fewer in length."})
    return str(nonce)


def _sent_before(asked: Asked, channel: Channel, nonce: str) -> Message | None:
    found = asked.world.nonces.get((channel.id, nonce))
    if found is None or asked.world.now() - found[1] > NONCE_SECONDS:
        return None
    return found[0]


def _check_may_write(asked: Asked, channel: Channel, given: Json) -> None:
    world = asked.world
    if channel.direct:
        for one in channel.recipients - {world.app.id}:
            person = world.users[one]
            if not world.mutual(person):
                raise DiscordRefusal(403, 50278, "Cannot send messages to this user due to having no mutual guilds")
            if person.dms_closed:
                raise DiscordRefusal(403, 50007, "Cannot send messages to this user")
        return
    if channel.type == FORUM:
        raise DiscordRefusal(400, 50008, "Cannot send messages in a non-text channel")
    world.need(channel, "send_messages_in_threads" if channel.thread else "send_messages")
    if channel.thread and channel.locked and channel.archived:
        raise DiscordRefusal(400, 50083, "Thread is archived")
    if channel.locked and not world.permissions_of(world.app, channel) & bits("manage_threads"):
        raise DiscordRefusal(403, 160005, "Thread is locked")
    if given.get("embeds"):
        world.need(channel, "embed_links")
    if asked.files:
        world.need(channel, "attach_files")
    if given.get("message_reference"):
        world.need(channel, "read_message_history")


def list_(asked: Asked) -> list[Json]:
    world = asked.world
    channel = world.channel(asked.args["channel_id"])
    if channel.type in (VOICE, STAGE) and not world.permissions_of(world.app, channel) & bits("connect"):
        raise DiscordRefusal(403, 50001, "Missing Access")
    if not channel.direct and not world.permissions_of(world.app, channel) & bits("read_message_history"):
        return []
    limit = int(asked.query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise invalid_form({"limit": "int value should be between 1 and 100."})
    there = world.in_channel(channel)
    if "before" in asked.query:
        there = [one for one in there if one.id < int(asked.query["before"])]
    if "after" in asked.query:
        there = [one for one in there if one.id > int(asked.query["after"])][:limit]
    if "around" in asked.query:
        middle = int(asked.query["around"])
        near = sorted(there, key=lambda one: abs(one.id - middle))[:limit]
        there = sorted(near, key=lambda one: one.id)
    return [message_json(world, one) for one in reversed(there[-limit:])]


def get(asked: Asked) -> Json:
    channel = asked.world.channel(asked.args["channel_id"])
    asked.world.need(channel, "read_message_history")
    return message_json(asked.world, asked.world.message(channel, asked.args["message_id"]))


def update(asked: Asked) -> Json:
    return message_json(asked.world, changed(asked, _own(asked), asked.given))


def delete(asked: Asked) -> None:
    world = asked.world
    channel = world.channel(asked.args["channel_id"])
    message = world.message(channel, asked.args["message_id"])
    if message.author != world.app.id:
        world.need(channel, "manage_messages")
    message.deleted = True


def crosspost(asked: Asked) -> Json:
    message = _own(asked)
    channel = asked.world.channels[message.channel]
    if channel.type != ANNOUNCEMENT:
        raise DiscordRefusal(400, 50024, "Cannot execute action on this channel type")
    asked.world.need(channel, "send_messages")
    if message.flags & CROSSPOSTED:
        raise DiscordRefusal(400, 40033, "This message has already been crossposted")
    message.flags |= CROSSPOSTED
    return message_json(asked.world, message)


def _own(asked: Asked) -> Message:
    world = asked.world
    channel = world.channel(asked.args["channel_id"])
    message = world.message(channel, asked.args["message_id"])
    if message.author != world.app.id:
        raise DiscordRefusal(403, 50005, "Cannot edit a message authored by another user")
    if channel.thread and channel.archived:
        raise DiscordRefusal(400, 50083, "Thread is archived")
    return message
