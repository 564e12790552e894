"""How a job's end is settled, in this process."""

import asyncio
from typing import Any

from redis.asyncio import Redis

from papers import keys
from tests.workers.conftest import LEASE, eventually
from tests.workers.sample_worker import Work
from workers.broker import enqueue, make_broker
from workers.receiver import serve_jobs


async def test_a_job_that_hangs_is_ended_at_its_time_limit_and_given_up_after_three(redis: Redis) -> None:
    async def hang(payload: dict[str, Any]) -> None:
        await asyncio.Event().wait()

    broker = make_broker(redis, lease=LEASE)
    broker.register_task(hang, task_name=Work.job)
    await enqueue(broker, Work(name="a"))
    stop = asyncio.Event()
    serving = asyncio.create_task(serve_jobs(broker, stop, concurrency=1, time_limit=0.3))

    async def given_up() -> bool:
        return bool(await redis.xlen(keys.JOBS) == 0)

    await eventually(given_up)
    stop.set()
    await serving
    (dead,) = await broker.queue.dead()
    assert dead.tries == 3
    assert "still running after 0.005 minutes" in dead.reason


async def test_no_more_jobs_run_at_once_than_were_allowed(redis: Redis) -> None:
    running, most = 0, 0

    async def count(payload: dict[str, Any]) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1

    broker = make_broker(redis)
    broker.register_task(count, task_name=Work.job)
    for number in range(12):
        await enqueue(broker, Work(name=str(number)))
    stop = asyncio.Event()
    serving = asyncio.create_task(serve_jobs(broker, stop, concurrency=3, time_limit=10))

    async def all_done() -> bool:
        return bool(await redis.xlen(keys.JOBS) == 0)

    await eventually(all_done)
    stop.set()
    await serving
    assert most == 3
