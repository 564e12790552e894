"""Where messages go: channels as they are, the direct messages with a person, and what was learnt of a channel.

Nothing is asked of a channel before something is sent there: most take a message as it is. What one refuses because of
its kind is remembered in Redis, so that all processes learn of it once.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.discord.answers import Task
from bot.discord.calls import Calls
from papers import keys
from papers.errors import TryLater

if TYPE_CHECKING:
    from redis.asyncio import Redis

_MOST_REMEMBERED = 10_000
_LEARNT_FOR = 3 * 86_400
"""Seconds: then it is tried anew, since permissions change."""
_FORUMS = frozenset({15, 16})
"""Types of channels in which each message is a post: forums and media."""
_TAG_REQUIRED = 1 << 4


class Learnt(StrEnum):
    FORUM = "forum"
    THREADS = "threads"
    """They can be opened there."""
    NO_THREADS = "no threads"
    """None can be opened there, or not by us."""


@dataclass(frozen=True)
class Room:
    """A channel to write in."""

    id: str
    direct: bool = False
    """It is the conversation with one person."""


@dataclass(frozen=True)
class Forum:
    guild: str
    tags: tuple[str, ...] = ()
    """Those that its posts must have."""


class Rooms:
    def __init__(self, redis: "Redis", calls: Calls) -> None:
        self._redis = redis
        self._calls = calls
        self._conversations: dict[str, str] = {}

    async def room(self, address: str) -> Room:
        """Of a destination's address; opens the conversation with a person. Raises DeliveryErrors."""
        person = address.removeprefix("@")
        if person == address:
            return Room(address)
        if person not in self._conversations:
            while len(self._conversations) >= _MOST_REMEMBERED:
                self._conversations.pop(next(iter(self._conversations)))
            self._conversations[person] = await self._open(person)
        return Room(self._conversations[person], direct=True)

    async def _open(self, person: str) -> str:
        answer = await self._calls.ask(Task.OPEN_DM, "POST", "/users/@me/channels", body={"recipient_id": person})
        channel = told_id(answer.data)
        if channel is None:
            raise TryLater("Discord opened a conversation without saying which")
        return channel

    async def learnt(self, room: Room) -> Learnt | None:
        """What is known of it. Raises redis-py's errors."""
        if room.direct:
            return None
        found: bytes | None = await self._redis.execute_command("GET", keys.discord_room(room.id))
        return Learnt(found.decode()) if found else None

    async def learn(self, room: Room, what: Learnt) -> None:
        """Raises redis-py's errors."""
        await self._redis.set(keys.discord_room(room.id), what, ex=_LEARNT_FOR)

    async def forum(self, room: Room) -> Forum | None:
        """What a forum wants of its posts; None: it is none. Raises DeliveryErrors and redis-py's errors."""
        channel = (await self._calls.ask(Task.ASK, "GET", f"/channels/{room.id}")).data
        if not isinstance(channel, dict) or channel.get("type") not in _FORUMS:
            return None
        tags = channel.get("available_tags") or () if channel.get("flags", 0) & _TAG_REQUIRED else ()
        usable = [str(tag["id"]) for tag in tags if not tag.get("moderated")]
        return Forum(str(channel.get("guild_id")), tuple(usable[:1]))


def told_id(data: Any) -> str | None:
    """The id of what was made, if the answer has one."""
    found = data.get("id") if isinstance(data, dict) else None
    return found if isinstance(found, str) and found.isdecimal() else None
