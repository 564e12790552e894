"""What happens to jobs when workers come late, die, are slow, or are told to stop: with real processes."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis

from papers import keys
from tests.workers.conftest import LEASE, Process, eventually
from tests.workers.sample_worker import DONE, STARTED, Crash, Fail, Unknown, Work
from workers.broker import QueueBroker, enqueue
from workers.queue import GROUP, JobQueue

StartWorker = Callable[[], Awaitable[Process]]


async def names(redis: Redis, key: str) -> list[str]:
    return [name.decode() for name in await redis.execute_command("LRANGE", key, 0, -1)]


async def wait_for(redis: Redis, key: str, count: int, *, within: float = 20) -> None:
    async def enough() -> bool:
        return len(await names(redis, key)) >= count

    await eventually(enough, lambda: f"{key} never had {count}", within=within)


async def wait_until_empty(redis: Redis) -> None:
    async def empty() -> bool:
        return bool(await redis.xlen(keys.JOBS) == 0)

    await eventually(empty, lambda: "jobs stayed in the queue")


async def test_jobs_queued_before_any_worker_existed_are_done_and_leave_nothing_behind(
    redis: Redis, broker: QueueBroker, start_worker: StartWorker
) -> None:
    for number in range(20):
        await enqueue(broker, Work(name=str(number)))
    await start_worker()
    await wait_for(redis, DONE, 20)
    await wait_until_empty(redis)
    assert sorted(await names(redis, STARTED), key=int) == [str(n) for n in range(20)]
    assert (await redis.xpending(keys.JOBS, GROUP))["pending"] == 0


async def test_a_job_of_a_killed_worker_is_done_by_another(
    redis: Redis, broker: QueueBroker, start_worker: StartWorker
) -> None:
    first = await start_worker()
    await enqueue(broker, Work(name="a", seconds=3))
    await wait_for(redis, STARTED, 1)
    first.kill()
    await first.end()
    await start_worker()  # the queue is otherwise idle: no new job is needed for the old one to be found
    await wait_for(redis, DONE, 1)
    assert await names(redis, STARTED) == ["a", "a"]


async def test_a_worker_killed_right_after_it_took_an_abandoned_job_blocks_nobody(
    redis: Redis, broker: QueueBroker, start_worker: StartWorker
) -> None:
    await broker.queue.create()
    await enqueue(broker, Work(name="a"))
    dead = JobQueue(redis, "killed-at-once", lease=LEASE)
    assert await dead.take()
    await asyncio.sleep(LEASE)
    dead_too = JobQueue(redis, "killed-while-reclaiming", lease=LEASE)
    assert await dead_too.take()
    await start_worker()
    await wait_for(redis, DONE, 1)


async def test_a_job_three_times_longer_than_the_lease_runs_once_on_a_live_worker(
    redis: Redis, broker: QueueBroker, start_worker: StartWorker
) -> None:
    await enqueue(broker, Work(name="long", seconds=3 * LEASE))
    await start_worker()
    await wait_for(redis, STARTED, 1)
    await start_worker()
    await wait_for(redis, DONE, 1)
    await asyncio.sleep(LEASE)
    assert await names(redis, STARTED) == ["long"]
    await wait_until_empty(redis)


async def test_a_job_that_always_fails_stops_after_three_tries_with_its_reason(
    redis: Redis, broker: QueueBroker, start_worker: StartWorker
) -> None:
    worker = await start_worker()
    await enqueue(broker, Fail(name="poison"))
    await wait_for(redis, STARTED, 3)
    await wait_until_empty(redis)
    await asyncio.sleep(LEASE)
    assert await names(redis, STARTED) == ["poison"] * 3
    (dead,) = await broker.queue.dead()
    assert dead.reason.startswith("failed 3 times, at last: ValueError: this job never works (")
    assert '"fail"' in dead.message
    await worker.says("job given up")


async def test_a_job_that_kills_its_worker_stops_after_three_workers(
    redis: Redis, broker: QueueBroker, start_worker: StartWorker
) -> None:
    await enqueue(broker, Crash(name="bomb"))
    for _ in range(3):
        worker = await start_worker()
        assert await worker.end() == 9
    survivor = await start_worker()
    await survivor.says("its worker died in each of 3 tries")
    assert len(await broker.queue.dead()) == 1
    await enqueue(broker, Work(name="next"))
    await wait_for(redis, DONE, 1)


async def test_a_job_that_this_version_does_not_know_is_kept_for_one_that_does(
    redis: Redis, broker: QueueBroker, start_worker: StartWorker
) -> None:
    worker = await start_worker()
    await enqueue(broker, Unknown())
    await broker.queue.put(b"{not even a message")
    await worker.says("this worker knows no job 'unknown'")
    assert await redis.xlen(keys.JOBS) == 2
    await wait_until_empty(redis)
    assert len(await broker.queue.dead()) == 2


async def test_sigterm_under_load_ends_in_time_and_loses_nothing(
    redis: Redis, broker: QueueBroker, start_worker: StartWorker
) -> None:
    worker = await start_worker()
    for number in range(3):
        await enqueue(broker, Work(name=f"short{number}", seconds=1))
    await enqueue(broker, Work(name="long", seconds=6))
    for number in range(20):
        await enqueue(broker, Work(name=f"waiting{number}"))
    await wait_for(redis, STARTED, 4)
    worker.terminate()
    start = time.monotonic()
    assert await worker.end() == 0
    assert time.monotonic() - start < 15
    done = set(await names(redis, DONE))
    assert {"short0", "short1", "short2"} <= done  # what ran could finish
    assert "long" not in done
    assert int(await redis.xlen(keys.JOBS)) == 24 - len(done)  # what did not is still there

    await start_worker()
    start = time.monotonic()
    await wait_for(redis, STARTED, 25)  # at once: it was given back, nobody waits for a lease to run out
    await wait_for(redis, DONE, 24)
    await wait_until_empty(redis)
    assert await broker.queue.dead() == []


async def test_being_stopped_is_not_a_failed_try(redis: Redis, broker: QueueBroker, start_worker: StartWorker) -> None:
    await broker.queue.create()
    await enqueue(broker, Work(name="a"))
    for _ in range(5):
        queue = JobQueue(redis, "stopped", lease=LEASE)
        job = await queue.take()
        assert job is not None
        assert job.tries == 1
        assert await queue.leave() == 1
    consumers = await redis.execute_command("XINFO", "CONSUMERS", keys.JOBS, GROUP)
    assert len(consumers) == 1  # only the one that holds what nobody is at


async def test_a_worker_goes_on_after_redis_lost_everything(
    redis: Redis, broker: QueueBroker, start_worker: StartWorker
) -> None:
    await start_worker()
    await redis.flushall()
    await enqueue(broker, Work(name="a"))
    await wait_for(redis, DONE, 1)


async def test_a_worker_that_was_frozen_too_long_leaves_its_job_to_the_one_that_took_it(
    redis: Redis, broker: QueueBroker, start_worker: StartWorker
) -> None:
    frozen = await start_worker()
    await enqueue(broker, Work(name="a", seconds=4 * LEASE))
    await wait_for(redis, STARTED, 1)
    os.kill(frozen.pid, signal.SIGSTOP)
    await start_worker()
    await wait_for(redis, STARTED, 2)
    os.kill(frozen.pid, signal.SIGCONT)
    await frozen.says("another worker has it now")
    await wait_for(redis, DONE, 1)
    await wait_until_empty(redis)
    assert await names(redis, DONE) == ["a"]


async def test_a_worker_outlasts_a_redis_that_cannot_be_used_for_a_while(
    redis: Redis, broker: QueueBroker, start_worker: StartWorker
) -> None:
    worker = await start_worker()
    while not await redis.exists(keys.JOBS):  # noqa: ASYNC110 - until it has made its stream
        await asyncio.sleep(0.01)
    await redis.delete(keys.JOBS)
    await redis.set(keys.JOBS, "no stream")
    await worker.says("Redis cannot be used")
    await redis.delete(keys.JOBS)
    await enqueue(broker, Work(name="a"))
    await wait_for(redis, DONE, 1)
    await worker.says("Redis can be used again")


async def test_consumers_of_killed_workers_are_forgotten_once_they_hold_nothing(
    redis: Redis, broker: QueueBroker
) -> None:
    await broker.queue.create()
    await enqueue(broker, Work(name="a"))
    busy, idle = JobQueue(redis, "busy", lease=LEASE), JobQueue(redis, "idle", lease=LEASE)
    assert await busy.take()
    assert await idle.take() is None
    assert len(await redis.xinfo_consumers(keys.JOBS, GROUP)) == 2
    await asyncio.sleep(0.01)
    await broker.queue.forget_the_dead(after=0)
    assert [consumer["name"] for consumer in await redis.xinfo_consumers(keys.JOBS, GROUP)] == [b"busy"]
