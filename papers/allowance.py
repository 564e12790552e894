"""What a platform takes in a second is shared by messages and by the calls around them: opened conversations, threads,
looks. The ledger counts the messages as they are claimed; who makes another call takes its place here.
"""

import asyncio
from typing import TYPE_CHECKING

from papers import keys
from papers.adapters import Rate
from papers.scripts import Script

if TYPE_CHECKING:
    from redis.asyncio import Redis

_spend, _pause = Script("spend_rate", prelude="ledger"), Script("pause_rate", prelude="ledger")


class Allowance:
    """One of the ledger's token buckets, as ``platform:discord``, for calls that are no deliveries."""

    def __init__(self, redis: "Redis", bucket: str, rate: Rate, *, patience: float) -> None:
        """``patience``: the seconds that a call would wait for its place."""
        self._redis = redis
        self._arguments = (bucket, 1000 / rate.per_second, rate.burst, 1000 * patience)
        self._patience = patience

    async def take(self) -> float:
        """Wait for the next place, among all processes; those who came earlier have theirs before.

        Returns 0; or the seconds that it would take, if they are too many: then no place is taken. Raises redis-py's
        errors.
        """
        wait = await _spend.run(self._redis, [keys.LEDGER], list(self._arguments)) / 1000
        if wait > self._patience:
            return float(wait)
        await asyncio.sleep(wait)
        return 0.0

    async def pause(self, seconds: float) -> None:
        """Nobody takes a place for so long. Raises redis-py's errors."""
        await _pause.run(self._redis, [keys.LEDGER], [self._arguments[0], int(1000 * seconds)])
