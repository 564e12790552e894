"""Identifies in turn, among processes, against a real Redis."""

import asyncio
import time

from redis.asyncio import Redis

from bot.discord.identifying import Identifying, Limits
from papers import keys

APART = 0.3


class Said:
    """What Discord says of its limits, in order; the last of them from then on."""

    def __init__(self, *remaining: int, concurrency: int = 1) -> None:
        self._left = list(remaining)
        self._concurrency = concurrency
        self.asked = 0

    async def __call__(self) -> Limits:
        self.asked += 1
        left = self._left.pop(0) if len(self._left) > 1 else self._left[0]
        return {"total": 1000, "remaining": left, "reset_after": -900, "max_concurrency": self._concurrency}


def process(redis: Redis, said: Said, apart: float = APART) -> Identifying:
    return Identifying(redis, said, apart=apart)


async def test_processes_identify_one_after_another(redis: Redis) -> None:
    said, times, began = Said(1000), list[float](), time.monotonic()

    async def start(shard: int) -> None:
        await process(redis, said).turn(shard)
        times.append(time.monotonic())

    await asyncio.gather(*(start(shard) for shard in range(4)))
    assert all(moment - began > number * APART - 0.02 for number, moment in enumerate(sorted(times)))


async def test_buckets_identify_beside_one_another(redis: Redis) -> None:
    said, apart = Said(1000, concurrency=4), 2.0
    began = time.monotonic()
    await asyncio.gather(*(process(redis, said, apart).turn(shard) for shard in range(4)))
    assert time.monotonic() - began < apart
    await process(redis, said, apart).turn(5)
    assert time.monotonic() - began > apart - 0.02


async def test_nothing_is_started_while_discord_allows_too_few(redis: Redis) -> None:
    said = Said(1, 3, 8)
    one = process(redis, said)
    await one.allow(4)
    assert said.asked == 3
    for shard in range(4):
        await redis.delete(keys.discord_identify(0))
        await one.turn(shard)
    assert said.asked == 3
    await redis.delete(keys.discord_identify(0))
    await one.turn(0)
    assert said.asked == 4


async def test_without_redis_it_waits_as_long_as_another_might_need() -> None:
    nowhere = Redis(host="127.0.0.1", port=9)
    began = time.monotonic()
    await process(nowhere, Said(1000)).turn(0)
    assert time.monotonic() - began > APART - 0.02
    await nowhere.aclose()
