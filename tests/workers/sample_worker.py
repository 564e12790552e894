"""A worker whose jobs leave marks in Redis: ``python -m tests.workers.sample_worker DATA_DIR LEASE``.

Broker, receiver and process are the product's own; only the jobs are made up.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated, Any, ClassVar

from redis.asyncio import Redis
from taskiq import TaskiqDepends, TaskiqState

from papers.logs import configure_logs
from papers.redis.connection import open_redis
from papers.settings import LogSettings, load_settings
from workers.broker import make_broker
from workers.jobs import register_jobs
from workers.messages import Message
from workers.process import run_process
from workers.receiver import serve_jobs

STARTED, DONE = "test:started", "test:done"
GRACE = 2.0


class Work(Message):
    """Takes some time; leaves its name when it starts and when it is done."""

    job: ClassVar[str] = "work"
    name: str
    seconds: float = 0


class Fail(Message):
    job: ClassVar[str] = "fail"
    name: str


class Crash(Message):
    """Takes the whole worker with it."""

    job: ClassVar[str] = "crash"
    name: str


class Unknown(Message):
    """A job that a newer version would know."""

    job: ClassVar[str] = "unknown"


def _client(state: Annotated[TaskiqState, TaskiqDepends()]) -> Redis:
    client: Redis = state["redis"]
    return client


Client = Annotated[Redis, TaskiqDepends(_client)]


async def work(payload: dict[str, Any], redis: Client) -> None:
    message = Work.model_validate(payload)
    await redis.execute_command("RPUSH", STARTED, message.name)
    await asyncio.sleep(message.seconds)
    await redis.execute_command("RPUSH", DONE, message.name)


async def fail(payload: dict[str, Any], redis: Client) -> None:
    message = Fail.model_validate(payload)
    await redis.execute_command("RPUSH", STARTED, message.name)
    raise ValueError("this job never works\nand says so at length")


async def crash(payload: dict[str, Any], redis: Client) -> None:
    message = Crash.model_validate(payload)
    await redis.execute_command("RPUSH", STARTED, message.name)
    os._exit(9)


async def main(stop: asyncio.Event) -> int:
    async with open_redis(load_settings(data_dir=Path(sys.argv[1]))) as redis:
        broker = make_broker(redis, lease=float(sys.argv[2]))
        broker.state["redis"] = redis
        register_jobs(broker, {"work": work, "fail": fail, "crash": crash})
        await serve_jobs(broker, stop, concurrency=4, time_limit=30, grace=GRACE)
    return 0


if __name__ == "__main__":
    print("listening", flush=True)
    configure_logs(LogSettings(level="debug"))
    sys.exit(run_process(main))
