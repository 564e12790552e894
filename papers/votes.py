"""Thumbs of readers on the papers of a place's digests.

The votes on a paper in a place are one hash, which one script changes: however many vote at once, each counts once,
and the answer is the tally of that moment. Where a person voted is a list of its own, which on a Redis Cluster may lie
on another node. It is written first, and a vote that is taken back stays on it: so it may name too much, never too
little, until the history is over.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from papers import keys
from papers.delivery_models import short_digest
from papers.models import Frozen
from papers.scripts import Script
from papers.settings import Settings

if TYPE_CHECKING:
    from redis.asyncio import Redis

_SEPARATOR = "|"
_PAGE = 500
_LONGER = int(timedelta(days=1).total_seconds())
"""Seconds that the list is kept longer than the votes it leads to: their clocks are not the same."""
_vote = Script("vote")


class Tally(Frozen):
    up: int = 0
    down: int = 0
    counted: int = 0
    """When, in microseconds of Redis's clock: of two tallies the later holds."""


class Votes:
    """Votes in one Redis, one a person for a paper in a place. Kept for the history from the first one on that paper.
    Raises redis-py's errors."""

    def __init__(self, redis: "Redis", settings: Settings) -> None:
        self._redis = redis
        self._kept = int(timedelta(days=settings.delivery.history_days).total_seconds())

    async def vote(self, place: str, paper_id: str, person: str, *, up: bool, now: datetime) -> tuple[bool, Tally]:
        """Vote; the same vote again takes it back. Returns whether it now stands, and how all voted."""
        mine, over = keys.voted(person), int(now.timestamp()) - self._kept - _LONGER
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zadd(mine, {f"{place}{_SEPARATOR}{paper_id}": int(now.timestamp())})
            pipe.zremrangebyscore(mine, "-inf", over)
            pipe.expire(mine, self._kept + _LONGER)
            await pipe.execute()
        stands, up_votes, down_votes, counted = await _vote.run(
            self._redis, [keys.votes(place, paper_id)], [short_digest(person), 1 if up else -1, self._kept]
        )
        return bool(stands), Tally(up=up_votes, down=down_votes, counted=counted)

    async def tally(self, place: str, paper_id: str) -> Tally:
        cast: list[bytes] = await self._redis.execute_command("HVALS", keys.votes(place, paper_id))
        return Tally(up=cast.count(b"1"), down=cast.count(b"-1"))

    async def of_person(self, person: str) -> Mapping[tuple[str, str], int]:
        """(place, paper) -> 1 or -1, of the votes that stand."""
        where = await self._where(person)
        rows: list[bytes | None] = await self._each("HGET", where, short_digest(person))
        return {at: int(row) for at, row in zip(where, rows, strict=True) if row is not None}

    async def forget(self, person: str) -> None:
        """Erase all votes of a person; what others voted stays."""
        await self._each("HDEL", await self._where(person), short_digest(person))
        await self._redis.execute_command("DEL", keys.voted(person))

    async def _where(self, person: str) -> list[tuple[str, str]]:
        rows: list[bytes] = await self._redis.execute_command("ZRANGE", keys.voted(person), 0, -1)
        parts = [row.decode().partition(_SEPARATOR) for row in rows]
        return [(place, paper_id) for place, _, paper_id in parts]

    async def _each(self, command: str, where: Sequence[tuple[str, str]], who: str) -> list[bytes | None]:
        answers: list[bytes | None] = []
        for start in range(0, len(where), _PAGE):
            async with self._redis.pipeline(transaction=False) as pipe:
                for place, paper_id in where[start : start + _PAGE]:
                    pipe.execute_command(command, keys.votes(place, paper_id), who)
                answers += await pipe.execute()
        return answers
