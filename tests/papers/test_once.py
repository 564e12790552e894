"""What is done once is done once, whoever asks and whatever breaks."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from papers.once import Before, Once


@pytest.fixture
def once(redis: Redis) -> Once:
    return Once(redis)


async def test_of_many_at_once_one_is_first(redis: Redis) -> None:
    books = [Once(redis) for _ in range(50)]
    assert sum(await asyncio.gather(*(one.first("event", "Ev1", seconds=60) for one in books))) == 1


async def test_things_are_told_apart(once: Once) -> None:
    assert await once.first("event", "Ev1", seconds=60)
    assert await once.first("event", "Ev2", seconds=60)
    assert await once.first("card", "Ev1", seconds=60)
    assert not await once.first("event", "Ev1", seconds=60)


async def test_after_its_time_it_may_be_done_again(once: Once, redis: Redis) -> None:
    assert await once.first("card", seconds=1)
    (key,) = [key async for key in redis.scan_iter("pb:once:*")]
    assert 0 < await redis.pttl(key) <= 1000
    await asyncio.sleep(1.1)
    assert await once.first("card", seconds=1)


async def test_what_failed_may_be_done_by_the_next(once: Once, redis: Redis) -> None:
    await once.first("event", seconds=60)
    await once.undo("event")
    assert [key async for key in redis.scan_iter()] == []
    assert await once.first("event", seconds=60)
    await once.undo("never asked")


async def test_what_may_be_done_seldom_is_done_so_often_and_no_oftener_however_many_ask_at_once(once: Once) -> None:
    asked = await asyncio.gather(*(once.seldom("share", "ada", most=3, seconds=60) for _ in range(10)))
    assert sum(asked) == 3
    assert not await once.seldom("share", "ada", most=3, seconds=60)
    assert await once.seldom("share", "bob", most=3, seconds=60)


async def test_it_may_be_done_again_as_each_is_long_enough_ago(once: Once, redis: Redis) -> None:
    assert [await once.seldom("share", most=2, seconds=60) for _ in range(3)] == [True, True, False]
    oldest = await anext(redis.scan_iter("pb:once:*"))
    await redis.delete(oldest)  # as Redis does when its seconds are over
    assert [await once.seldom("share", most=2, seconds=60) for _ in range(2)] == [True, False]


async def test_several_things_are_asked_of_at_once(once: Once, redis: Redis) -> None:
    assert await once.first("event", "Ev1", seconds=60)
    assert await once.begin({("signature", "a"): 5, ("event", "Ev1"): 60}) == [Before.NEVER, Before.UNDER_WAY]
    assert await once.begin({("signature", "a"): 5, ("event", "Ev2"): 60}) == [Before.UNDER_WAY, Before.NEVER]
    lives = sorted([await redis.ttl(key) async for key in redis.scan_iter("pb:once:*")])
    assert lives[0] <= 5 < lives[1]


async def test_what_is_under_way_is_told_from_what_is_done(once: Once, redis: Redis) -> None:
    event = ("event", "Ev1")
    seen = [await once.begin({event: 5}) for _ in range(2)]
    await once.done(*event, seconds=60)
    seen += [await once.begin({event: 5})]
    assert [one for (one,) in seen] == [Before.NEVER, Before.UNDER_WAY, Before.DONE]
    (key,) = [key async for key in redis.scan_iter("pb:once:*")]
    assert await redis.ttl(key) > 5
    assert not await once.first(*event, seconds=5)


class SentTwice:
    """A client whose answers are lost the first time, so that it sends each command again, as redis-py does."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def set(self, name: str, value: bytes, **options: Any) -> object:
        await self._redis.set(name, value, **options)
        return await self._redis.set(name, value, **options)


async def test_whoever_has_to_send_the_question_again_is_still_the_first(redis: Redis) -> None:
    unlucky = Once(SentTwice(redis))  # type: ignore[arg-type]  # has the one method that is used
    assert await unlucky.first("event", seconds=60)
    assert not await unlucky.first("event", seconds=60)
    assert not await Once(redis).first("event", seconds=60)


async def test_any_text_will_do(once: Once) -> None:
    assert await once.first("\ud800 half a character", "\x00", "x" * 10_000, seconds=60)
    assert not await once.first("\ud800 half a character", "\x00", "x" * 10_000, seconds=60)
