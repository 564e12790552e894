"""What is queued when, and that two schedulers do not double it."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from papers import keys
from papers.clock import FixedClock
from papers.settings import Settings, WorkerSettings
from tests.workers.conftest import eventually
from workers.broker import make_broker
from workers.scheduler import run_scheduler

NOON = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)


@dataclass
class HandClock:
    at: datetime

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def plan(settings: Settings) -> Settings:
    """Settings with the intervals that the tests below count on."""
    worker = WorkerSettings(sources=("huggingface", "arxiv"), ingest_every=60, score_every=15, lookback_days=3)
    return settings.model_copy(update={"worker": worker})


async def entries(redis: Redis) -> list[tuple[bytes, dict[bytes, bytes]]]:
    """What is in the stream."""
    found: list[tuple[bytes, dict[bytes, bytes]]] = await redis.execute_command("XRANGE", keys.JOBS, "-", "+")
    return found


async def queued(redis: Redis) -> list[tuple[str, dict[str, Any]]]:
    """``(job, message)`` of all that waits, in order."""
    messages = [json.loads(fields[b"data"]) for _, fields in await entries(redis)]
    return [(message["task_name"], message["args"][0]) for message in messages]


async def number_queued(redis: Redis) -> int:
    return len(await queued(redis))


async def do_all(redis: Redis) -> None:
    """As if a worker had done what is queued."""
    for entry, _ in await entries(redis):
        await redis.xdel(keys.JOBS, entry)


class Schedulers:
    def __init__(self, redis: Redis, settings: Settings, clock: HandClock | FixedClock, count: int) -> None:
        self._stop = asyncio.Event()
        self._tasks = [
            asyncio.create_task(run_scheduler(make_broker(redis), settings, clock, self._stop)) for _ in range(count)
        ]

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        async with asyncio.timeout(20):
            await asyncio.gather(*self._tasks)


async def until(redis: Redis, count: int) -> None:
    async def reached() -> bool:
        return await number_queued(redis) >= count

    await eventually(reached, lambda: f"never {count} jobs", within=30)
    await asyncio.sleep(1.2)  # one more tick
    assert await number_queued(redis) == count


async def test_everything_is_queued_at_the_first_start_and_once_by_two_schedulers(redis: Redis, plan: Settings) -> None:
    async with Schedulers(redis, plan, FixedClock(NOON), 2):
        await until(redis, 5)
    jobs = sorted(await queued(redis), key=lambda job: (job[0], job[1].get("source", "")))
    dates = {"version": 1, "since": "2026-03-29", "until": "2026-03-31"}
    assert jobs == [
        ("embed_missing", {"version": 1, "model": plan.embedding.model}),
        ("ingest_source", {**dates, "source": "arxiv"}),
        ("ingest_source", {**dates, "source": "huggingface"}),
        ("match_topics", {"version": 1}),
        ("refresh_charts", {"version": 1}),
    ]


async def test_each_job_comes_again_at_its_own_interval(redis: Redis, plan: Settings) -> None:
    clock = HandClock(NOON)
    async with Schedulers(redis, plan, clock, 2):
        await until(redis, 5)
        await do_all(redis)
        clock.at = NOON + timedelta(minutes=16)
        await until(redis, 2)
        assert sorted(job for job, _ in await queued(redis)) == ["match_topics", "refresh_charts"]
        await do_all(redis)
        clock.at = NOON + timedelta(minutes=61)
        await until(redis, 5)


async def test_what_was_not_done_yet_does_not_pile_up(redis: Redis, plan: Settings) -> None:
    clock = HandClock(NOON)
    async with Schedulers(redis, plan, clock, 1):
        await until(redis, 5)
        for hours in (1, 2, 3):
            clock.at = NOON + timedelta(hours=hours)
            await asyncio.sleep(1.1)
        assert await number_queued(redis) == 5


async def test_a_restart_within_the_interval_queues_nothing_more(redis: Redis, plan: Settings) -> None:
    async with Schedulers(redis, plan, FixedClock(NOON), 1):
        await until(redis, 5)
    await do_all(redis)
    async with Schedulers(redis, plan, FixedClock(NOON + timedelta(minutes=5)), 1):
        await asyncio.sleep(2.5)
    assert await queued(redis) == []


async def test_a_redis_that_is_away_for_a_while_costs_no_slot(redis: Redis, plan: Settings) -> None:
    await redis.set(keys.JOBS, "no stream")  # every attempt fails, as it would on a broken server
    async with Schedulers(redis, plan, FixedClock(NOON), 1):
        await asyncio.sleep(2.5)
        await redis.delete(keys.JOBS)
        await until(redis, 5)
