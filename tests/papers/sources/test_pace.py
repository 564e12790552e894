import asyncio
import json
import multiprocessing
import os
import signal
import time
from itertools import pairwise
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from papers import keys
from papers.errors import StoreUnavailable
from papers.sources.pace import OneAtATime, Paused, Quota
from tests.papers.waiting import eventually

INTERVAL = 0.3


def hold_a_turn(socket: str, held: Event) -> None:
    """In another process: takes a turn and never gives it back."""

    async def hold() -> None:
        redis = Redis(unix_socket_path=socket)
        async with OneAtATime(redis, "arxiv", INTERVAL).turn(60):
            held.set()
            await asyncio.sleep(60)

    asyncio.run(hold())


async def turns(redis: Redis, count: int, *, work: float = 0.0) -> list[tuple[float, float]]:
    """Start and end of ``count`` turns that are all asked for at once, each by a pace of its own."""
    taken: list[tuple[float, float]] = []

    async def one() -> None:
        async with OneAtATime(redis, "arxiv", INTERVAL).turn(60):
            start = time.monotonic()
            await asyncio.sleep(work)
            taken.append((start, time.monotonic()))

    await asyncio.gather(*(one() for _ in range(count)))
    return taken


async def stands(redis: Redis, count: int) -> bool:
    """Whether so many wait for their turn."""
    return len(json.loads(await redis.execute_command("GET", keys.pace("arxiv")))["queue"]) == count


async def test_turns_are_an_interval_apart_whoever_takes_them(redis: Redis) -> None:
    taken = await turns(redis, 4)
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(taken)]
    assert min(gaps) >= INTERVAL - 0.02


async def test_a_long_request_is_alone_until_it_ends(redis: Redis) -> None:
    taken = await turns(redis, 2, work=1.5)  # longer than the lease of a second
    assert taken[1][0] >= taken[0][1] + INTERVAL - 0.02


async def test_waiters_are_served_in_the_order_of_asking(redis: Redis) -> None:
    pace = OneAtATime(redis, "arxiv", 0.1)
    order: list[int] = []

    async def one(number: int) -> None:
        async with pace.turn(60):
            order.append(number)

    waiting = []
    async with pace.turn(60):
        for number in range(5):
            waiting.append(asyncio.create_task(one(number)))
            await eventually(lambda number=number: stands(redis, number + 1))  # type: ignore[misc]
    await asyncio.gather(*waiting)
    assert order == [0, 1, 2, 3, 4]


async def test_a_killed_holder_blocks_nobody_for_long(redis: Redis, redis_socket: str) -> None:
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    process = context.Process(target=hold_a_turn, args=(redis_socket, held))
    process.start()
    assert await asyncio.to_thread(held.wait, 30)
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    await asyncio.to_thread(process.join)
    async with asyncio.timeout(20), OneAtATime(redis, "arxiv", INTERVAL).turn(60):
        pass


async def test_a_waiter_that_gives_up_is_not_waited_for(redis: Redis) -> None:
    pace = OneAtATime(redis, "arxiv", INTERVAL)
    async with pace.turn(60):
        waiter = asyncio.create_task(pace.turn(60).__aenter__())
        await eventually(lambda: stands(redis, 1))
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)
        assert await stands(redis, 0)


async def test_a_failed_request_gives_its_turn_back(redis: Redis) -> None:
    pace = OneAtATime(redis, "arxiv", 0)
    with pytest.raises(ZeroDivisionError):
        async with pace.turn(60):
            raise ZeroDivisionError
    assert "holder" not in json.loads(await redis.execute_command("GET", keys.pace("arxiv")))


async def test_a_pause_holds_for_everybody_and_a_long_one_is_an_error(redis: Redis) -> None:
    for mine, other in (
        (OneAtATime(redis, "arxiv", 0), OneAtATime(redis, "arxiv", 0)),
        (Quota(redis, "huggingface", 5, 60), Quota(redis, "huggingface", 5, 60)),
    ):
        start = time.monotonic()
        await mine.pause(0.4)
        async with other.turn(60):
            assert time.monotonic() - start >= 0.38
        await mine.pause(100)
        with pytest.raises(Paused) as caught:
            async with other.turn(60):
                pass
        assert 80 < caught.value.seconds <= 100


async def test_a_quota_counts_the_calls_of_all(redis: Redis) -> None:
    ours, theirs = Quota(redis, "huggingface", 4, 2), Quota(redis, "huggingface", 4, 2)
    start = time.monotonic()
    for pace in (ours, theirs, ours, theirs):
        async with pace.turn(60):
            pass
    assert time.monotonic() - start < 2
    async with ours.turn(60):
        assert time.monotonic() - start >= 1.98


async def test_a_quota_believes_the_upstream_that_less_is_left(redis: Redis) -> None:
    quota = Quota(redis, "huggingface", 500, 300)
    start = time.monotonic()
    await quota.learn(0, 0.5)
    async with quota.turn(60):
        assert time.monotonic() - start >= 0.48


async def test_without_redis_nobody_knows_the_pace(tmp_path: Path) -> None:
    nowhere = Redis(unix_socket_path=str(tmp_path / "no.sock"), retry=Retry(NoBackoff(), 0))
    with pytest.raises(StoreUnavailable, match="pace of requests"):
        async with OneAtATime(nowhere, "arxiv", 0).turn(60):
            pass
