"""Whether a message is in a channel, by the mark that its components carry.

Who may not read a channel's history is given an empty list and no error, so that emptiness proves nothing there:
https://discord.com/developers/docs/resources/message#get-channel-messages
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.discord.answers import UNREADABLE, Task, code_of
from bot.discord.calls import Calls
from bot.discord.marks import is_marked
from bot.discord.rooms import Room, told_id
from papers.adapters import ABSENT, CANNOT_SAY, Sighting, seen
from papers.delivery_models import Delivery
from papers.errors import DeliveryError, TryLater
from papers.server_time import server_time

if TYPE_CHECKING:
    from redis.asyncio import Redis

NONCE_REMEMBERED = timedelta(seconds=60)
"""Until then after a message left, sending it again with its nonce gives the one that is there. Discord: "the past few
minutes"; what is sent then is on its way within seconds."""
_PAGE = 100
_MOST_PAGES = 20
_SKEW = timedelta(seconds=60)
"""How far our clock may be from Discord's."""
_ON_ITS_WAY = timedelta(seconds=60)
"""How long a message may take from its commit until it is there."""
_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
"""Where Discord's ids begin to count: https://discord.com/developers/docs/reference#snowflakes"""


class Sightings:
    def __init__(self, redis: "Redis", calls: Calls) -> None:
        self._redis = redis
        self._calls = calls
        self._me: str | None = None

    async def look(self, room: Room, delivery: Delivery) -> Sighting:
        """In a channel, a thread or a conversation. Raises DeliveryErrors and redis-py's errors.

        While its nonce is remembered, sending it again does no harm: it is told to be absent where nobody can say.
        """
        try:
            found = await self._in_history(room, delivery)
        except DeliveryError as error:
            if code_of(error.__cause__) not in UNREADABLE:
                raise
            found = CANNOT_SAY
        return found if found.known or not await self.nonce_is_remembered(delivery) else ABSENT

    async def _in_history(self, room: Room, delivery: Delivery) -> Sighting:
        after, until = window(delivery)
        proven = room.direct
        for _ in range(_MOST_PAGES):
            page = await self._get(f"/channels/{room.id}/messages", limit=str(_PAGE), after=str(after))
            messages = [message for message in page if isinstance(message, dict)] if isinstance(page, list) else []
            for message in messages:
                if is_marked(message, delivery.id) and await self.is_ours(message):
                    return seen(f"{room.id}/{message['id']}")
            proven = proven or bool(messages)
            newest = max((int(message["id"]) for message in messages), default=after)
            if len(messages) < _PAGE or newest >= until:
                return ABSENT if proven or await self._may_read(room) else CANNOT_SAY
            after = newest
        return CANNOT_SAY

    async def _may_read(self, room: Room) -> bool:
        """Whether anything can be seen there, or there is nothing to be seen."""
        if await self._get(f"/channels/{room.id}/messages", limit="1"):
            return True
        channel = await self._get(f"/channels/{room.id}")
        return isinstance(channel, dict) and channel.get("last_message_id") is None

    async def is_ours(self, message: Mapping[str, Any]) -> bool:
        """Another bot may number its components the same. Raises DeliveryErrors and redis-py's errors."""
        author = message.get("author")
        return isinstance(author, dict) and str(author.get("id")) == await self.me()

    async def me(self) -> str:
        """The id of the bot's user. Raises DeliveryErrors."""
        if self._me is None:
            found = told_id(await self._get("/users/@me"))
            if found is None:
                raise TryLater("Discord does not tell whose the token is")
            self._me = found
        return self._me

    async def nonce_is_remembered(self, delivery: Delivery) -> bool:
        return delivery.left is not None and await server_time(self._redis) - delivery.left < NONCE_REMEMBERED

    async def _get(self, path: str, **query: str) -> Any:
        return (await self._calls.ask(Task.READ, "GET", path, query=query or None)).data


def snowflake(moment: datetime) -> int:
    """The smallest id that Discord gives at that time."""
    return max(int((moment - _EPOCH) / timedelta(milliseconds=1)), 0) << 22


def window(delivery: Delivery) -> tuple[int, int]:
    """Between which ids the message is, if it is there."""
    if delivery.left is None:
        # Its record was lost with Redis's last second: it left some time after it was due.
        return snowflake(delivery.due - _SKEW), 1 << 63
    return snowflake(delivery.left - _SKEW), snowflake(delivery.left + _ON_ITS_WAY + _SKEW)
