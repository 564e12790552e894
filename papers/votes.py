"""Thumbs of readers on the papers of a place's digests."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from papers import keys
from papers.delivery_models import short_digest
from papers.models import Frozen
from papers.settings import Settings

if TYPE_CHECKING:
    from redis.asyncio import Redis

_SEPARATOR = "|"


class Tally(Frozen):
    up: int = 0
    down: int = 0


class Votes:
    """Votes in one Redis, one a person for a paper in a place. Raises redis-py's errors."""

    def __init__(self, redis: "Redis", settings: Settings) -> None:
        self._redis = redis
        self._kept = int(timedelta(days=settings.delivery.history_days).total_seconds())

    async def vote(self, place: str, paper_id: str, person: str, *, up: bool, now: datetime) -> tuple[bool, Tally]:
        """Vote; the same vote again takes it back. Returns whether it now stands, and how all voted."""
        key, who, value = keys.votes(place, paper_id), short_digest(person), b"1" if up else b"-1"
        before: bytes | None = await self._redis.execute_command("HGET", key, who)
        stands = before != value
        mine = f"{place}{_SEPARATOR}{paper_id}"
        if stands:
            await self._redis.execute_command("ZADD", keys.voted(person), int(now.timestamp()), mine)
            await self._redis.execute_command("EXPIRE", keys.voted(person), self._kept)
            await self._redis.execute_command("HSET", key, who, value)
            await self._redis.execute_command("EXPIRE", key, self._kept)
        else:
            await self._redis.execute_command("HDEL", key, who)
            await self._redis.execute_command("ZREM", keys.voted(person), mine)
        return stands, await self.tally(place, paper_id)

    async def tally(self, place: str, paper_id: str) -> Tally:
        cast: list[bytes] = await self._redis.execute_command("HVALS", keys.votes(place, paper_id))
        return Tally(up=cast.count(b"1"), down=cast.count(b"-1"))

    async def of_person(self, person: str) -> Mapping[tuple[str, str], int]:
        """(place, paper) -> 1 or -1."""
        rows: list[bytes] = await self._redis.execute_command("ZRANGE", keys.voted(person), 0, -1)
        found = {}
        for row in rows:
            place, _, paper_id = row.decode().partition(_SEPARATOR)
            value = await self._redis.execute_command("HGET", keys.votes(place, paper_id), short_digest(person))
            if value is not None:
                found[place, paper_id] = int(value)
        return found

    async def forget(self, person: str) -> None:
        for place, paper_id in await self.of_person(person):
            await self._redis.execute_command("HDEL", keys.votes(place, paper_id), short_digest(person))
        await self._redis.execute_command("DEL", keys.voted(person))
