"""What is kept of servers: ids, names, and their channels' ids, names and types. The rest is let go of as it comes.

Whatever an interaction needs (channel, member, permissions) comes with it.
"""

from collections.abc import Mapping
from typing import Any, cast

from discord.state import AutoShardedConnectionState

_OF_GUILD = ("id", "name", "unavailable", "system_channel_id", "preferred_locale", "member_count", "owner_id")
_OF_CHANNEL = ("id", "name", "type", "guild_id", "position", "parent_id", "bitrate", "user_limit")
_UNHEARD = (
    *("guild_role_create", "guild_role_update", "guild_role_delete"),
    *("guild_emojis_update", "guild_stickers_update", "guild_soundboard_sounds_update"),
    *("guild_soundboard_sound_create", "guild_soundboard_sound_update", "guild_soundboard_sound_delete"),
    *("thread_create", "thread_update", "thread_list_sync", "thread_member_update", "thread_members_update"),
    *("stage_instance_create", "stage_instance_update", "stage_instance_delete"),
    *("channel_pins_update", "voice_state_update", "presence_update", "typing_start"),
)


class TrimmedState(AutoShardedConnectionState[Any]):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for event in _UNHEARD:
            self.parsers.pop(event.upper(), None)

    def parse_guild_create(self, data: Any) -> None:
        super().parse_guild_create(cast(Any, trimmed_guild(data)))

    def parse_guild_update(self, data: Any) -> None:
        super().parse_guild_update(cast(Any, trimmed_guild(data)))

    def parse_channel_create(self, data: Any) -> None:
        super().parse_channel_create(cast(Any, trimmed_channel(data)))

    def parse_channel_update(self, data: Any) -> None:
        super().parse_channel_update(cast(Any, trimmed_channel(data)))


def trimmed_guild(data: Mapping[str, Any]) -> dict[str, Any]:
    """A guild's payload with what is used of it."""
    kept = {name: data[name] for name in _OF_GUILD if name in data}
    if "channels" in data:
        kept["channels"] = [trimmed_channel(channel) for channel in data["channels"]]
    return kept


def trimmed_channel(data: Mapping[str, Any]) -> dict[str, Any]:
    """A channel's payload with what is used of it; discord.py wants the empty list of overwrites."""
    return {name: data[name] for name in _OF_CHANNEL if name in data} | {"permission_overwrites": []}
