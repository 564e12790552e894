"""Messages and interactions as Discord shows them to an app."""

from datetime import UTC, datetime

from tests.fakes.discord_payloads import channel_json, member_json, user_json
from tests.fakes.discord_pings import mentioned
from tests.fakes.discord_state import DM, Channel, File, Interaction, Json, Message
from tests.fakes.discord_world import World


def stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def file_json(world: World, file: File) -> Json:
    address = f"{world.base_url}/attachments/{file.id}/{file.name}"
    return {
        "id": str(file.id),
        "filename": file.name,
        "size": len(file.content),
        "url": address,
        "proxy_url": address,
        "content_type": file.content_type,
    }


def message_json(world: World, message: Message, *, whole: bool = False) -> Json:
    """``whole``: also what an app without the Message Content intent is not shown."""
    channel = world.channels[message.channel]
    author = world.users[message.author]
    seen = (
        whole
        or message.author == world.app.id
        or channel.direct
        or "message_content" in world.config.privileged
        or f"<@{world.app.id}>" in message.content
    )
    users = [int(one[2:-1]) for one in mentioned(message.content) if one.startswith("<@") and one[2:-1].isdigit()]
    shown: Json = {
        "id": str(message.id),
        "channel_id": str(message.channel),
        "type": 0,
        "content": message.content if seen else "",
        "embeds": message.embeds if seen else [],
        "components": message.components if seen else [],
        "attachments": [file_json(world, one) for one in message.files] if seen else [],
        "author": user_json(author),
        "timestamp": stamp(message.at),
        "edited_timestamp": stamp(message.edited_at) if message.edited_at else None,
        "flags": message.flags,
        "tts": message.tts,
        "pinned": False,
        "mention_everyone": "@everyone" in message.pings,
        "mentions": [user_json(world.users[one]) for one in users if one in world.users],
        "mention_roles": [],
    }
    if message.reference:
        shown |= {"type": 19, "message_reference": {"message_id": str(message.reference), "type": 0}}
    if message.author == world.app.id:
        shown["application_id"] = str(world.app.id)
    if message.interaction is not None:
        asked = message.interaction
        shown |= {
            "type": 20 if asked.type == 2 else 0,
            "webhook_id": str(world.app.id),
            "interaction_metadata": {
                "id": str(asked.id),
                "type": asked.type,
                "user": user_json(asked.user),
                "authorizing_integration_owners": {},
            },
        }
    return shown


def interaction_json(world: World, asked: Interaction) -> Json:
    """INTERACTION_CREATE."""
    channel, user = asked.channel, asked.user
    guild = world.guilds.get(channel.guild) if channel.guild is not None else None
    owners: Json = {}
    if guild is not None and (guild.app or guild.commands):
        owners["0"] = str(guild.id)
    if channel.type == DM and not user.installed:
        owners["0"] = "0"
    if user.installed:
        owners["1"] = str(user.id)
    shown: Json = {
        "id": str(asked.id),
        "application_id": str(world.app.id),
        "type": asked.type,
        "token": asked.token,
        "version": 1,
        "channel_id": str(channel.id),
        "channel": {**channel_json(channel, world), "permissions": str(world.permissions_of(user, channel))},
        "locale": user.locale,
        "entitlements": [],
        "authorizing_integration_owners": owners,
        "context": 0 if guild is not None else 1 if channel.type == DM else 2,
        "attachment_size_limit": 10 * 1024 * 1024,
        "app_permissions": str(_of_the_app(world, channel)),
    }
    if asked.data:
        shown["data"] = asked.data
    if asked.message is not None:
        shown["message"] = message_json(world, asked.message, whole=True)
    if guild is None:
        return shown | {"user": user_json(user)}
    return shown | {
        "guild_id": str(guild.id),
        "guild_locale": guild.locale,
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
        "member": member_json(world, user, guild, channel=channel),
    }


def _of_the_app(world: World, channel: Channel) -> int:
    if channel.guild is None or world.guilds[channel.guild].app:
        return world.permissions_of(world.app, channel)
    return 1 << 14 | 1 << 15 | 1 << 18  # what an app gets that only a person installed
