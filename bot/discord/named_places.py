"""The channel that a command named with ``channel:``, for the buttons of its answer.

Discord tells with a command what its asker may do in a channel that it names, and with a press only what they may do
where they press. So it is remembered for an hour, under the interaction that made the message: Discord itself says
with each press which that was, and nobody can forge it.
"""

from typing import TYPE_CHECKING, Any

from bot.caller import Caller
from bot.discord.callers import caller_of
from papers import keys

if TYPE_CHECKING:
    import discord
    from redis.asyncio import Redis

    Interaction = discord.Interaction[Any]

_KEPT = 3600
"""Seconds. Who may manage a channel changes: it is not believed for longer."""
_OF_PLACE = {"place", "place_name", "parent", "may_manage", "may_publish"}


class NamedPlaces:
    """Raises redis-py's errors."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def keep(self, interaction: "Interaction", caller: Caller, seconds: int = _KEPT) -> None:
        """What is answered to this interaction is about the place of this caller."""
        kept = caller.model_dump_json(include=_OF_PLACE | {"person"})
        await self._redis.set(keys.discord_named(interaction.id), kept, ex=seconds)

    async def caller(self, interaction: "Interaction") -> Caller:
        """Who presses, or hands in: in the place that the pressed answer is about, where one was named."""
        here, message = caller_of(interaction), interaction.message
        made_by = message.interaction_metadata if message is not None and message.flags.ephemeral else None
        if made_by is None:
            return here
        key = keys.discord_named(made_by.id)
        found: bytes | None = await self._redis.execute_command("GET", key)
        named = Caller.model_validate_json(found) if found else None
        if named is None or named.person != here.person:
            return here
        there = here.model_copy(update={name: getattr(named, name) for name in _OF_PLACE} | {"hindrance": ""})
        await self.keep(interaction, there, max(1, await self._redis.ttl(key)))  # its own answers are about it, too
        return there
