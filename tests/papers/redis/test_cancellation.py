import asyncio
from collections.abc import Awaitable, Callable

import pytest
from redis.asyncio import Redis


async def _command(redis: Redis) -> None:
    await redis.execute_command("GET", "x")


async def _pipeline(redis: Redis) -> None:
    async with redis.pipeline(transaction=False) as pipe:
        for _ in range(50):
            pipe.execute_command("GET", "x")
        await pipe.execute()


@pytest.mark.parametrize("use", [_command, _pipeline])
async def test_a_cancelled_task_ends_whatever_redis_was_doing(
    redis: Redis, use: Callable[[Redis], Awaitable[None]]
) -> None:
    async def work() -> None:
        for _ in range(100):
            await use(redis)
        await asyncio.sleep(30)

    for turns in range(60):
        task = asyncio.create_task(work())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=20)
        assert done, f"it went on after a cancellation in turn {turns}"
        assert task.cancelled()
    assert await redis.ping()
