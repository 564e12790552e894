"""Starts of sessions: in turn among all processes, and none where Discord allows no more.

Discord takes an identify each five seconds of shards that have the same ``shard_id % max_concurrency``, and so many a
day; whoever starts more has the bot's token taken away. So each process takes what it needs of what is left, before it
starts anything.

Source: https://discord.com/developers/docs/events/gateway#rate-limiting, …#sharding-max-concurrency
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from secrets import token_hex
from typing import TYPE_CHECKING

from papers import keys
from papers.log import get_logger
from papers.logs import in_a_line
from papers.redis.failures import REDIS_FAILS
from papers.scripts import Script

if TYPE_CHECKING:
    from redis.asyncio import Redis

APART = 5.25
"""Seconds between identifies of a bucket: Discord's five, and what the way there may take more or less."""
_LOOKS = 600.0
"""Seconds after which Discord is asked again how many are left."""
_TOLD_WITHIN = 32
"""Minutes until Discord's answer has what was started: it does at once, a proxy may keep an answer for half an hour."""

Limits = Mapping[str, int]
"""Discord's ``session_start_limit``: total, remaining, reset_after (ms), max_concurrency."""
_reserve = Script("reserve_starts")
log = get_logger("discord")


class Identifying:
    """For one process. ``ask`` asks Discord for the limits."""

    def __init__(self, redis: "Redis", ask: Callable[[], Awaitable[Limits]], *, apart: float = APART) -> None:
        self._apart = apart
        self._redis = redis
        self._ask = ask
        self._allowed, self._until = 0, float("-inf")
        """Starts that were taken for this process, and when others do not count them any more."""
        self._concurrency = 1

    async def allow(self, starts: int, limits: Limits | None = None) -> None:
        """Wait until so many sessions may be started, and take them. ``limits``: as they were told just now."""
        limits = limits or await self._ask()
        while (left := await self._left(starts, limits["remaining"])) < starts:
            wait = min(_LOOKS, limits["reset_after"] / 1000 + 1)
            log.error(
                f"Discord allows {max(0, left)} more starts of a session today, and {starts} are needed: "
                "nothing is started until it allows more; see in the log what was restarted so often",
                allows_more_in=round(limits["reset_after"] / 1000),
            )
            await asyncio.sleep(wait)
            limits = await self._ask()
        self._allowed, self._until = starts, time.monotonic() + 60 * (_TOLD_WITHIN - 1)
        self._concurrency = max(1, limits["max_concurrency"])

    async def _left(self, starts: int, told: int) -> int:
        """How many of what was told others have left. This process has its starts if they are enough."""
        try:
            return int(await _reserve.run(self._redis, [keys.DISCORD_STARTS], [starts, told, _TOLD_WITHIN]))
        except (*REDIS_FAILS, OSError) as error:
            log.warning("cannot know how many sessions other processes start", error=in_a_line(error))
            return told

    async def turn(self, shard: int) -> None:
        """Wait until this shard may identify."""
        if self._allowed == 0 or time.monotonic() > self._until:
            await self.allow(1)
        self._allowed -= 1
        try:
            await self._in_turn(keys.discord_identify(shard % self._concurrency))
        except asyncio.CancelledError:  # discord.py waits for a minute, and connects again
            self._allowed += 1
            raise

    async def _in_turn(self, bucket: str) -> None:
        mine = token_hex(8).encode()
        try:
            # A command whose connection breaks is sent again: it must not take its own mark for another's.
            while await self._redis.set(bucket, mine, nx=True, get=True, px=int(1000 * self._apart)) not in {
                None,
                mine,
            }:
                left = max(0, await self._redis.pttl(bucket)) / 1000
                await asyncio.sleep(left + random.uniform(0.0, 0.05))
        except (*REDIS_FAILS, OSError) as error:
            log.warning("identifies, and cannot know who else does", error=in_a_line(error))
            await asyncio.sleep(self._apart)
