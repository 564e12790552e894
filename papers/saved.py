"""The papers a person keeps."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from papers import keys
from papers.errors import BadInput
from papers.scripts import Script

if TYPE_CHECKING:
    from redis.asyncio import Redis

MOST = 1000
"""Papers a person may keep."""
_TOO_MANY = -1
_keep = Script("keep_paper")


class SavedPapers:
    """Saved papers in one Redis, by the reference of a person. Raises redis-py's errors."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def save(self, person: str, paper_id: str, now: datetime) -> bool:
        """Keep it. Returns whether it was not kept before. Raises BadInput if there are too many."""
        answer = int(await _keep.run(self._redis, [keys.saved(person)], [paper_id, now.timestamp(), MOST]))
        if answer == _TOO_MANY:
            raise BadInput(f"{MOST:,} saved papers are the most: remove some first")
        return bool(answer)

    async def remove(self, person: str, paper_id: str) -> bool:
        """Keep it no more. Returns whether it was kept."""
        return bool(await self._redis.execute_command("ZREM", keys.saved(person), paper_id))

    async def listed(self, person: str, *, limit: int = 50, offset: int = 0) -> list[tuple[str, datetime]]:
        """Ids with the times they were saved, the last saved first."""
        first = max(offset, 0)  # from a button: to Redis a negative one is counted from the end
        last = first + limit - 1
        rows: list[Any] = await self._redis.zrevrange(keys.saved(person), first, last, withscores=True)
        return [(paper.decode(), datetime.fromtimestamp(float(when), UTC)) for paper, when in rows]

    async def count(self, person: str) -> int:
        return int(await self._redis.zcard(keys.saved(person)))

    async def forget(self, person: str) -> None:
        await self._redis.execute_command("DEL", keys.saved(person))
