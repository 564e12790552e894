"""Channels and servers as the app sees them, threads and posts in forums, and direct messages."""

from tests.fakes.discord_asked import Asked, invalid_form
from tests.fakes.discord_calls import DiscordRefusal
from tests.fakes.discord_payloads import channel_json, guild_json, member_json, role_json, user_json
from tests.fakes.discord_shown import message_json
from tests.fakes.discord_state import (
    ANNOUNCEMENT,
    ANNOUNCEMENT_THREAD,
    FORUM,
    PRIVATE_THREAD,
    THREAD,
    Channel,
    Guild,
    Json,
    Role,
)
from tests.fakes.discord_writing import written


def get(asked: Asked) -> Json:
    return channel_json(asked.world.channel(asked.args["channel_id"]), asked.world)


def start_thread(asked: Asked) -> Json:
    """A thread without a message, or a post in a forum."""
    world, given = asked.world, asked.given
    channel = world.channel(asked.args["channel_id"])
    _check_name(given)
    if channel.type == FORUM:
        return _post(asked, channel, given)
    private = given.get("type", PRIVATE_THREAD) == PRIVATE_THREAD
    world.need(channel, "create_private_threads" if private else "create_public_threads")
    thread = _thread(asked, channel, given, PRIVATE_THREAD if private else THREAD)
    return channel_json(thread)


def thread_of_message(asked: Asked) -> Json:
    world, given = asked.world, asked.given
    channel = world.channel(asked.args["channel_id"])
    _check_name(given)
    message = world.message(channel, asked.args["message_id"])
    world.need(channel, "create_public_threads")
    if message.id in world.channels:
        raise DiscordRefusal(400, 160004, "A thread has already been created for this message")
    kind = ANNOUNCEMENT_THREAD if channel.type == ANNOUNCEMENT else THREAD
    thread = _thread(asked, channel, given, kind, id_=message.id)
    return channel_json(thread)


def _post(asked: Asked, forum: Channel, given: Json) -> Json:
    world = asked.world
    world.need(forum, "send_messages")
    if not isinstance(given.get("message"), dict):
        raise invalid_form({"message": "This field is required"})
    tags = [str(one) for one in given.get("applied_tags") or []]
    if forum.flags & 1 << 4 and not tags:
        raise DiscordRefusal(400, 40067, "A tag is required to create a forum post in this channel")
    if not set(tags) <= {one["id"] for one in forum.tags}:
        raise DiscordRefusal(404, 10087, "Unknown tag")
    first = written(asked, forum, given["message"])
    thread = _thread(asked, forum, given, THREAD, id_=first.id)
    thread.applied_tags = tags
    first.channel = thread.id
    world.keep(first)
    forum.last_message = thread.id
    return {**channel_json(thread), "message": message_json(world, first)}


def _thread(asked: Asked, channel: Channel, given: Json, kind: int, *, id_: int | None = None) -> Channel:
    world = asked.world
    thread = Channel(id_ or world.snowflake(), kind, given["name"], channel.guild, parent=channel.id)
    thread.owner = world.app.id
    thread.members = {world.app.id}
    thread.auto_archive = given.get("auto_archive_duration") or 1440
    return world.add(thread)


def _check_name(given: Json) -> None:
    if not 1 <= len(str(given.get("name", "")).strip()) <= 100:
        raise invalid_form({"name": "Must be between 1 and 100 in length."})


def join_thread(asked: Asked) -> None:
    asked.world.channel(asked.args["channel_id"])


def typing(asked: Asked) -> None:
    asked.world.channel(asked.args["channel_id"])


def guild(asked: Asked) -> Json:
    return guild_json(_guild(asked))


def guild_channels(asked: Asked) -> list[Json]:
    return [channel_json(one) for one in asked.world.channels_of(_guild(asked)) if not one.thread]


def guild_roles(asked: Asked) -> list[Json]:
    found = _guild(asked)
    return [role_json(one) for one in (Role(found.id, "@everyone", found.everyone), *found.roles)]


def member(asked: Asked) -> Json:
    found = _guild(asked)
    given = asked.args.get("user_id", "@me")
    user = asked.world.users.get(int(given) if given.isdigit() else asked.world.app.id)
    if user is None:
        raise DiscordRefusal(404, 10013, "Unknown User")
    if user.id not in found.members:
        raise DiscordRefusal(404, 10007, "Unknown Member")
    return member_json(asked.world, user, found)


def leave(asked: Asked) -> None:
    found = _guild(asked)
    found.app = False
    found.members.pop(asked.world.app.id, None)


def own_guilds(asked: Asked) -> list[Json]:
    world = asked.world
    shown = [one for one in sorted(world.guilds.values(), key=lambda one: one.id) if one.app]
    if "after" in asked.query:
        shown = [one for one in shown if one.id > int(asked.query["after"])]
    return [
        {
            "id": str(one.id),
            "name": one.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "features": [],
            "permissions": str(world.guild_permissions(world.app, one)),
            **(
                {"approximate_member_count": len(one.members)}
                if asked.query.get("with_counts") in ("true", "1")
                else {}
            ),
        }
        for one in shown[: int(asked.query.get("limit", 200))]
    ]


def open_direct(asked: Asked) -> Json:
    world = asked.world
    given = str(asked.given.get("recipient_id", ""))
    user = world.users.get(int(given)) if given.isdigit() else None
    if user is None or user.id == world.app.id:
        raise DiscordRefusal(400, 50033, "Invalid Recipient(s)")
    if not world.may_open_direct(user):
        world.violation("POST /users/@me/channels: direct messages are opened too fast")
        raise DiscordRefusal(403, 40003, "You are opening direct messages too fast")
    return channel_json(world.direct(user), world)


def user(asked: Asked) -> Json:
    found = asked.world.users.get(int(asked.args["user_id"])) if asked.args["user_id"].isdigit() else None
    if found is None:
        raise DiscordRefusal(404, 10013, "Unknown User")
    return user_json(found)


def _guild(asked: Asked) -> Guild:
    given = asked.args["guild_id"]
    found = asked.world.guilds.get(int(given)) if given.isdigit() else None
    if found is None:
        raise DiscordRefusal(404, 10004, "Unknown Guild")
    if not found.app:
        raise DiscordRefusal(403, 50001, "Missing Access")
    return found
