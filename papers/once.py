"""What is done once only, however often it is asked: an event that is delivered again, a card a day."""

from typing import TYPE_CHECKING

from papers import keys
from papers.delivery_models import short_digest

if TYPE_CHECKING:
    from redis.asyncio import Redis


class Once:
    """A memory of what was done, in one Redis, for all processes. Raises redis-py's errors."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def first(self, *what: str, seconds: int) -> bool:
        """Whether nobody has asked this of the same thing in the last so many seconds. Atomic."""
        key = keys.once(short_digest("\n".join(what)))
        return await self._redis.execute_command("SET", key, 1, "NX", "EX", seconds) is not None

    async def undo(self, *what: str) -> None:
        """It was not done after all: the next may."""
        await self._redis.execute_command("DEL", keys.once(short_digest("\n".join(what))))
