"""People, servers and channels as Discord shows them to an app, over REST and the gateway."""

from datetime import UTC, datetime

from tests.fakes.discord_clock import EPOCH
from tests.fakes.discord_state import DM, STAGE, VOICE, Channel, Guild, Json, Role, User
from tests.fakes.discord_world import World


def user_json(user: User) -> Json:
    return {
        "id": str(user.id),
        "username": user.name,
        "discriminator": "0000" if user.bot else "0",
        "global_name": None if user.bot else user.name.title(),
        "avatar": None,
        "bot": user.bot,
        "public_flags": 0,
    }


def member_json(world: World, user: User, guild: Guild, *, channel: Channel | None = None) -> Json:
    shown: Json = {
        "user": user_json(user),
        "roles": [str(role) for role in sorted(guild.members.get(user.id, ()))],
        "nick": None,
        "avatar": None,
        "joined_at": "2026-01-01T00:00:00+00:00",
        "premium_since": None,
        "communication_disabled_until": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }
    if channel is not None:
        shown["permissions"] = str(world.permissions_of(user, channel))
    return shown


def role_json(role: Role) -> Json:
    tags = {"bot_id": str(role.managed_by)} if role.managed_by else {}
    return {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(role.permissions),
        "position": 1,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": role.managed_by is not None,
        "mentionable": False,
        "flags": 0,
        "tags": tags,
    }


def guild_json(guild: Guild) -> Json:
    """As GET /guilds/{id} gives it."""
    everyone = Role(guild.id, "@everyone", guild.everyone)
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "owner_id": str(guild.owner),
        "roles": [role_json(one) for one in (everyone, *guild.roles)],
        "emojis": [],
        "stickers": [],
        "features": ["COMMUNITY"],
        "preferred_locale": guild.locale,
        "verification_level": 1,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "safety_alerts_channel_id": None,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "application_id": None,
        "description": None,
        "banner": None,
        "splash": None,
        "discovery_splash": None,
        "vanity_url_code": None,
        "region": "",
    }


def guild_create(world: World, guild: Guild) -> Json:
    """As the gateway gives it: without the intents for members and presences, only the app is a member."""
    channels = world.channels_of(guild)
    return {
        **guild_json(guild),
        "joined_at": "2026-01-01T00:00:00+00:00",
        "large": len(guild.members) > 250,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_json(world, world.app, guild)],
        "channels": [channel_json(one) for one in channels if not one.thread],
        "threads": [channel_json(one) for one in channels if one.thread and not one.archived],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def archived_at(thread: Channel) -> datetime:
    """When it was last archived, or opened again, or made."""
    at = (thread.id >> 22) / 1000 + EPOCH if thread.archived_at is None else thread.archived_at
    return datetime.fromtimestamp(at, UTC)


def channel_json(channel: Channel, world: World | None = None) -> Json:
    shown: Json = {
        "id": str(channel.id),
        "type": channel.type,
        "flags": channel.flags,
        "last_message_id": str(channel.last_message) if channel.last_message else None,
    }
    if channel.direct:
        shown["recipients"] = [user_json(world.users[one]) for one in sorted(channel.recipients)] if world else []
        if channel.type == DM and world:
            shown["recipients"] = [one for one in shown["recipients"] if one["id"] != str(world.app.id)]
        else:
            shown |= {"owner_id": str(min(channel.recipients)), "name": channel.name, "icon": None}
        return shown
    shown |= {"guild_id": str(channel.guild), "name": channel.name, "parent_id": None, "nsfw": False}
    if channel.thread:
        return shown | {
            "parent_id": str(channel.parent),
            "owner_id": str(channel.owner or channel.id),
            "message_count": 0,
            "member_count": 1,
            "total_message_sent": 0,
            "rate_limit_per_user": 0,
            "applied_tags": channel.applied_tags,
            "thread_metadata": {
                "archived": channel.archived,
                "locked": channel.locked,
                "auto_archive_duration": channel.auto_archive,
                "archive_timestamp": archived_at(channel).isoformat(),
                "create_timestamp": "2026-01-01T00:00:00+00:00",
            },
        }
    overwrites = [
        {"id": str(one.id), "type": one.type, "allow": str(one.allow), "deny": str(one.deny)}
        for one in channel.overwrites
    ]
    if channel.type in (VOICE, STAGE):
        shown |= {"bitrate": 64_000, "user_limit": 0, "rtc_region": None}
    return shown | {
        "position": 0,
        "permission_overwrites": overwrites,
        "topic": None,
        "rate_limit_per_user": 0,
        "available_tags": channel.tags,
    }


def unavailable(guild: Guild) -> Json:
    return {"id": str(guild.id), "unavailable": True}
