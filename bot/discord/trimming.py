"""What is kept of servers: their ids and names, and the ids of their channels. The rest is let go of as it comes.

Whatever an interaction needs (channel, member, permissions) comes with it.
"""

from array import array
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, cast

from discord.state import AutoShardedConnectionState

from papers.log import get_logger
from papers.logs import in_a_line

Parser = Callable[[Any], Any]
log = get_logger("discord")

_OF_GUILD = ("id", "name", "unavailable", "preferred_locale", "owner_id")
_UNHEARD = (
    *("guild_role_create", "guild_role_update", "guild_role_delete"),
    *("guild_emojis_update", "guild_stickers_update", "guild_soundboard_sounds_update"),
    *("guild_soundboard_sound_create", "guild_soundboard_sound_update", "guild_soundboard_sound_delete"),
    *("thread_create", "thread_update", "thread_list_sync", "thread_member_update", "thread_members_update"),
    *("stage_instance_create", "stage_instance_update", "stage_instance_delete"),
    *("channel_update", "channel_pins_update", "voice_state_update", "presence_update", "typing_start"),
)


class TrimmedState(AutoShardedConnectionState[Any]):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._channels: dict[int, array[int]] = {}
        for event in _UNHEARD:
            self.parsers.pop(event.upper(), None)
        for event, parse in self.parsers.items():
            self.parsers[event] = survived(event, parse)

    def channels_of(self, guild: int) -> list[int]:
        """Ids of the channels that a server has, or had when it was left; without threads."""
        return list(self._channels.get(guild, ()))

    def forget(self, guild: int) -> None:
        """A server was left, and what is to be done about its channels was done."""
        self._channels.pop(guild, None)

    def parse_guild_create(self, data: Any) -> None:
        self._channels[int(data["id"])] = array("Q", [int(channel["id"]) for channel in data.get("channels", ())])
        super().parse_guild_create(cast(Any, trimmed_guild(data)))

    def parse_guild_update(self, data: Any) -> None:
        super().parse_guild_update(cast(Any, trimmed_guild(data)))

    def parse_channel_create(self, data: Any) -> None:
        if "guild_id" in data:
            self._channels.setdefault(int(data["guild_id"]), array("Q")).append(int(data["id"]))

    def parse_channel_delete(self, data: Any) -> None:
        with suppress(KeyError, ValueError):
            self._channels[int(data["guild_id"])].remove(int(data["id"]))


def survived(event: str, parse: Parser) -> Parser:
    """What reads events of this name, so that an odd one is noted and let go of: else discord.py ends with it.

    Each kind of oddness is noted once. A beginning that cannot be read is a connection lost, and tried again.
    """
    noted: set[type[Exception]] = set()

    def parsed(data: Any) -> None:
        try:
            parse(data)
        except Exception as error:
            if type(error) not in noted:
                noted.add(type(error))
                log.error("an event could not be read", event_name=event, error=in_a_line(error))  # noqa: TRY400
            if event == "READY":
                raise ConnectionError("Discord began in a way that is not understood") from error

    return parsed


def trimmed_guild(data: Mapping[str, Any]) -> dict[str, Any]:
    """A guild's payload with what is used of it."""
    return {name: data[name] for name in _OF_GUILD if name in data}
