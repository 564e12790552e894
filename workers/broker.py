"""taskiq's broker over our job queue, which works on whatever client Redis was opened with.

taskiq-redis' RedisStreamBroker would need nearly every method overridden: it looks for abandoned jobs only after a
new one arrived, takes jobs away from live workers that are slow, and never looks on a Redis Cluster.
"""

import asyncio
import os
import socket
from collections.abc import AsyncGenerator
from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from taskiq import AckableMessage, AsyncBroker, BrokerMessage
from taskiq.kicker import AsyncKicker

from papers.log import get_logger
from papers.redis.failures import REDIS_FAILS
from workers.messages import Message
from workers.queue import LEASE, MAX_TRIES, Job, JobQueue

if TYPE_CHECKING:
    from redis.asyncio import Redis

_POLL = 0.5
"""Seconds between two looks at an empty queue; jobs last from seconds to minutes."""
_PAUSE = 1.0
"""Seconds before Redis is asked again after it failed."""
_PLAN, _SLOT = "plan", "slot"

log = get_logger("workers")


class Delivery(AckableMessage):
    """What ``listen`` yields: taskiq's message and the job it came from."""

    job: Job


class QueueBroker(AsyncBroker):
    def __init__(self, queue: JobQueue) -> None:
        super().__init__()
        self.queue = queue

    async def startup(self) -> None:
        await super().startup()
        if self.is_worker_process:
            await self.queue.create()
            await self.queue.forget_the_dead()

    async def kick(self, message: BrokerMessage) -> None:
        """Queue a message; one that ``planned`` has labelled only once for its time slot."""
        plan = message.labels.get(_PLAN)
        if plan is None:
            await self.queue.put(message.message)
        elif await self.queue.put_once(message.message, plan=plan, slot=int(message.labels[_SLOT])):
            log.info("queued", job=plan)
        else:
            log.debug("not queued: it is already, or was for this time", job=plan)

    async def listen(self) -> AsyncGenerator[Delivery, None]:
        """Jobs as they come. Survives a Redis that is away for a while."""
        reachable = True
        while True:
            try:
                job = await self.queue.take()
                if job is not None and job.tries > MAX_TRIES:
                    reason = f"its worker died in each of {MAX_TRIES} tries"
                    await self.queue.bury(job, reason)
                    log.error("job given up", entry=job.id, reason=reason)
                    continue
            except REDIS_FAILS as error:
                if reachable:
                    log.warning("Redis cannot be used, no jobs are taken until it can", error=str(error))
                reachable = False
                await asyncio.sleep(_PAUSE)
                continue
            if not reachable:
                log.info("Redis can be used again")
                reachable = True
            if job is None:
                await asyncio.sleep(_POLL)
            else:
                yield Delivery(data=job.message, ack=partial(self.queue.done, job), job=job)


def make_broker(redis: "Redis", *, lease: float = LEASE) -> QueueBroker:
    """A broker for this process; it leaves ``redis`` open."""
    consumer = f"{socket.gethostname()}:{os.getpid()}:{token_hex(4)}"
    return QueueBroker(JobQueue(redis, consumer, lease=lease))


async def enqueue(broker: AsyncBroker, message: Message) -> None:
    """Ask for one job. Raises taskiq's SendTaskError if Redis does not take it."""
    await AsyncKicker[Any, Any](message.job, broker, {}).kiq(message.model_dump(mode="json"))


def planned(plan: str, slot: int) -> dict[str, str | int]:
    """taskiq labels of a message that is queued once for a time slot, however many schedulers send it."""
    return {_PLAN: plan, _SLOT: slot}
