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
from papers.adapters import Rate, Scope
from papers.allowance import Allowance
from papers.conversations import Conversations
from papers.destinations import Destination
from papers.errors import TryLater

if TYPE_CHECKING:
    from redis.asyncio import Redis

OPENINGS = Rate(per_second=0.8, burst=10)
"""Conversations that are opened for the first time. Discord says "not a significant amount too quickly", and no figure:
https://discord.com/developers/docs/resources/user#create-dm"""
_OPENINGS_PATIENCE = 3.0
"""Seconds that a message would wait for its turn; longer, and it makes room for others."""
_LEARNT_FOR, _TOLD_IN_TIME = 3 * 86_400, 30 * 86_400
"""Seconds: then it is found out anew, since permissions change; of what works Discord itself tells when it ends."""
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
class Sent:
    """A message that is there."""

    room: Room
    message: str
    room_in: float = 0.0
    """Seconds until the channel takes another."""
    in_thread: bool = False
    """The room is a thread that was made for this message."""

    def __str__(self) -> str:
        return f"{self.room.id}/{self.message}"


@dataclass(frozen=True)
class Forum:
    guild: str
    tags: tuple[str, ...] = ()
    """Those that its posts must have."""


class Rooms:
    def __init__(self, redis: "Redis", calls: Calls) -> None:
        self._redis = redis
        self._calls = calls
        self._conversations = Conversations(redis)
        self._openings = Allowance(redis, "opening:discord", OPENINGS, patience=_OPENINGS_PATIENCE)

    async def room(self, destination: Destination) -> Room:
        """Opens the conversation with a person, if it never was. Raises DeliveryErrors and redis-py's errors."""
        if not destination.address.startswith("@"):
            return Room(destination.address)
        known = await self._conversations.of(str(destination))
        if known is None:
            known = await self._open(destination.address.removeprefix("@"))
            await self._conversations.keep(str(destination), known)
        return Room(known, direct=True)

    async def shut(self, destination: Destination) -> None:
        """The conversation is no more: the next time another is opened. Raises redis-py's errors."""
        await self._conversations.forget(str(destination))

    async def _open(self, person: str) -> str:
        if wait := await self._openings.take():
            raise TryLater("many direct messages are being opened", seconds=wait)
        try:
            answer = await self._calls.ask(Task.OPEN_DM, "POST", "/users/@me/channels", body={"recipient_id": person})
        except TryLater as error:
            # Whoever it is to be opened with: Discord counts them together.
            if error.seconds and error.scope == Scope.CHANNEL:
                await self._openings.pause(error.seconds)
            raise
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
        seconds = _LEARNT_FOR if what is Learnt.NO_THREADS else _TOLD_IN_TIME
        await self._redis.set(keys.discord_room(room.id), what, ex=seconds)

    async def forum(self, room: Room) -> Forum | None:
        """What a forum wants of its posts; None: it is none. Raises DeliveryErrors and redis-py's errors.

        That it is one is remembered.
        """
        channel = (await self._calls.ask(Task.ASK, "GET", f"/channels/{room.id}")).data
        if not isinstance(channel, dict) or channel.get("type") not in _FORUMS:
            return None
        await self.learn(room, Learnt.FORUM)
        tags = channel.get("available_tags") or () if channel.get("flags", 0) & _TAG_REQUIRED else ()
        usable = [str(tag["id"]) for tag in tags if not tag.get("moderated")]
        return Forum(str(channel.get("guild_id")), tuple(usable[:1]))


def told_id(data: Any) -> str | None:
    """The id of what was made, if the answer has one."""
    found = data.get("id") if isinstance(data, dict) else None
    return found if isinstance(found, str) and found.isdecimal() else None
