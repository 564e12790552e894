"""In which conversation a person is written to, where a platform minds that it is opened often."""

from datetime import timedelta
from typing import TYPE_CHECKING

from papers import keys

if TYPE_CHECKING:
    from redis.asyncio import Redis

_KEPT = int(timedelta(days=90).total_seconds())


class Conversations:
    """By the reference of a person. Raises redis-py's errors."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def of(self, person: str) -> str | None:
        """What the platform calls it; kept for 90 days from the last time it was asked for."""
        found: bytes | None = await self._redis.execute_command("GETEX", keys.conversation(person), "EX", _KEPT)
        return None if found is None else found.decode()

    async def keep(self, person: str, conversation: str) -> None:
        await self._redis.execute_command("SET", keys.conversation(person), conversation, "EX", _KEPT)

    async def forget(self, person: str) -> None:
        await self._redis.execute_command("DEL", keys.conversation(person))
