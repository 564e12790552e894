"""What a platform takes in a second is shared by messages and by the calls around them: opened conversations, threads,
looks. The ledger counts the messages as they are claimed; who makes another call takes its place here.
"""

import asyncio
from typing import TYPE_CHECKING

from papers import keys
from papers.adapters import Rate, Scope
from papers.destinations import Platform
from papers.scripts import Script

if TYPE_CHECKING:
    from redis.asyncio import Redis

_spend = Script("spend_rate", prelude="ledger")


class Allowance:
    """A platform's rate, as its adapter declares it, for the calls that are no deliveries. Raises redis-py's errors."""

    def __init__(self, redis: "Redis", platform: Platform, rate: Rate) -> None:
        self._redis = redis
        self._arguments = (f"{Scope.PLATFORM}:{platform}", 1000 / rate.per_second, rate.burst)

    async def take(self) -> None:
        """Wait for the next place, among all processes; those who came earlier have theirs before."""
        wait: int = await _spend.run(self._redis, [keys.LEDGER], list(self._arguments))
        if wait:
            await asyncio.sleep(wait / 1000)
