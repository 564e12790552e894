"""What the bot lacks in a channel, asked of Discord: for channels that nobody speaks from at the moment."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.discord.granting import Overwrite, granted
from bot.discord.permissions import Permission, Place, missing_in, place_of
from papers.errors import TryLater
from papers.models import Frozen

Ask = Callable[[str], Awaitable[Any]]
"""A path of the REST API -> the JSON that is there."""


class Reach(Frozen):
    """How far the bot gets in a channel."""

    name: str
    """``#papers``"""
    place: Place
    missing: tuple[Permission, ...] = ()


class Reaches:
    """Asks once about each server. Raises TryLater for an answer that is not understood, and what ``ask`` raises."""

    def __init__(self, ask: Ask, bot: int) -> None:
        """``bot``: id of its user."""
        self._ask = ask
        self._bot = str(bot)
        self._guilds: dict[str, tuple[dict[str, int], list[str]]] = {}

    async def of(self, channel: str) -> Reach:
        """``channel``: its id."""
        try:
            return await self._of(channel)
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
            raise TryLater("Discord told of a channel in a way that is not understood") from error

    async def _of(self, channel: str) -> Reach:
        told = await self._ask(f"/channels/{channel}")
        place = place_of(told["type"])
        guild = str(told["guild_id"])
        above = told
        if place is Place.THREAD:
            above = await self._ask(f"/channels/{told['parent_id']}")
            place = place_of(told["type"], above["type"])
        overwrites = [
            Overwrite(id=str(one["id"]), allow=int(one["allow"]), deny=int(one["deny"]))
            for one in above.get("permission_overwrites") or ()
        ]
        roles, held = await self._in(guild)
        bits = granted(guild, roles, held, self._bot, overwrites)
        return Reach(name=f"#{told['name']}", place=place, missing=missing_in(bits, place))

    async def _in(self, guild: str) -> tuple[dict[str, int], list[str]]:
        """The server's roles with their permissions, and those of the bot."""
        if guild not in self._guilds:
            roles = await self._ask(f"/guilds/{guild}/roles")
            member = await self._ask(f"/guilds/{guild}/members/{self._bot}")
            bits = {str(role["id"]): int(role["permissions"]) for role in roles}
            self._guilds[guild] = bits, [str(role) for role in member["roles"]]
        return self._guilds[guild]
