"""The starts of sessions that Discord allows a day are shared by all processes, against a real Redis."""

import asyncio

import pytest
from redis.asyncio import Redis

from bot.discord import identifying
from bot.discord.identifying import Identifying, Limits
from papers import keys
from tests.fakes.discord import until


class Told:
    """What Discord, or a proxy before it, says is left: the same until it is changed."""

    def __init__(self, remaining: int) -> None:
        self.remaining = remaining

    async def __call__(self) -> Limits:
        return {"total": 1000, "remaining": self.remaining, "reset_after": -900, "max_concurrency": 16}


async def test_what_another_has_taken_is_not_there_any_more_though_discord_tells_it(redis: Redis) -> None:
    told = Told(3)
    await Identifying(redis, told).allow(2)
    second = asyncio.create_task(Identifying(redis, told).allow(2))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(second), 0.5)
    told.remaining = 4
    await asyncio.wait_for(second, 10)


async def test_of_many_who_begin_at_once_no_more_begin_than_may(redis: Redis) -> None:
    told = Told(5)
    beginning = [asyncio.create_task(Identifying(redis, told).allow(2)) for _ in range(6)]
    await until(lambda: sum(one.done() for one in beginning) == 2, lambda: beginning)
    await asyncio.wait(beginning, timeout=0.5)
    assert sum(one.done() for one in beginning) == 2
    told.remaining = 12
    await asyncio.wait_for(asyncio.gather(*beginning), 10)


async def test_who_begins_again_takes_a_start_each_time(redis: Redis) -> None:
    told = Told(2)
    one = Identifying(redis, told)
    await one.turn(0)
    await one.turn(1)
    third = asyncio.create_task(one.turn(2))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(third), 0.5)
    told.remaining = 3
    await asyncio.wait_for(third, 10)


async def test_who_gives_up_waiting_for_its_turn_keeps_its_start_for_the_next_time(redis: Redis) -> None:
    await redis.set(keys.discord_identify(0), "another", px=60_000)
    slow = Identifying(redis, Told(1000))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(slow.turn(0), 0.5)
    await redis.delete(keys.discord_identify(0))
    await slow.turn(0)
    assert await redis.hvals(keys.DISCORD_STARTS) == [b"1"]


async def test_what_was_taken_long_ago_is_in_what_discord_tells(redis: Redis) -> None:
    seconds, _ = await redis.time()
    await redis.hset(keys.DISCORD_STARTS, mapping={str(seconds // 60 - 40): 900, str(seconds // 60 - 20): 3})
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(Identifying(redis, Told(6)).allow(4), 0.5)
    await asyncio.wait_for(Identifying(redis, Told(7)).allow(4), 10)
    assert sorted(map(int, await redis.hvals(keys.DISCORD_STARTS))) == [3, 4]
    assert 0 < await redis.ttl(keys.DISCORD_STARTS) <= 33 * 60


async def test_what_was_taken_and_not_begun_for_long_is_taken_again(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identifying, "_TOLD_WITHIN", 1)  # this minute and the one before: nobody counts on it now
    slow = Identifying(redis, Told(3))
    await slow.allow(2)
    await slow.turn(0)
    assert sum(map(int, await redis.hvals(keys.DISCORD_STARTS))) == 3


async def test_without_redis_it_is_believed_what_discord_tells() -> None:
    nowhere = Redis(host="127.0.0.1", port=9)
    await asyncio.wait_for(Identifying(nowhere, Told(2)).allow(2), 10)
    await nowhere.aclose()
