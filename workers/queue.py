"""The job queue: one Redis stream with a consumer group, and the rules that nothing is lost or done twice at once.

- A job is in the stream until it is done (or given up): acknowledging deletes it, so the stream needs no trimming.
- A worker that takes a job holds a lease on it and renews it while it runs, however long that is. When the worker
  dies the lease runs out and another takes the job. Taking is one script, so there is no lock that could be left.
- Redis counts how often a job was handed out: after ``MAX_TRIES`` it is put with the dead ones.
- The group starts at 0: what was queued before any worker existed is done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel
from redis.exceptions import ResponseError

from papers import keys
from papers.scripts import Script

if TYPE_CHECKING:
    from redis.asyncio import Redis

GROUP = "workers"
NOBODY = "nobody"
"""The consumer that holds what a worker gave back."""
MAX_TRIES = 3
LEASE = 60.0
"""Seconds without a sign of life after which a worker's jobs are given to others."""
_DEAD_KEPT = 100
_PLANS_KEPT = 30 * 86_400

_package = f"{__package__}.scripts"
_take = Script("take_job", _package)
_renew = Script("renew_leases", _package)
_leave = Script("leave_queue", _package)
_enqueue_once = Script("enqueue_once", _package)


@dataclass(frozen=True)
class Job:
    """A job in a worker's hands."""

    id: str
    """Its entry in the stream."""
    message: bytes
    tries: int
    """How often it was handed out, this time included."""


class DeadJob(BaseModel):
    """A job that was given up, as it is kept for people to look at."""

    id: str
    message: str
    tries: int
    reason: str


class JobQueue:
    """The stream as one consumer sees it. ``consumer`` names a process and is never used by two."""

    def __init__(self, redis: "Redis", consumer: str, *, lease: float = LEASE) -> None:
        self.consumer = consumer
        self.lease = lease
        self.redis = redis
        self._lease_ms = int(lease * 1000)

    async def create(self) -> None:
        """Make stream and group, if they are not there."""
        try:
            await self.redis.xgroup_create(keys.JOBS, GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):
                raise

    async def forget_the_dead(self, *, after: float = 86_400) -> None:
        """Delete consumers that hold nothing and have not looked for a job for ``after`` seconds: they were killed.

        A live one looks every half second, so nothing can come into its hands while it is deleted.
        """
        for consumer in await self.redis.xinfo_consumers(keys.JOBS, GROUP):
            if consumer["pending"] == 0 and consumer["idle"] > after * 1000:
                await self.redis.xgroup_delconsumer(keys.JOBS, GROUP, consumer["name"])

    async def put(self, message: bytes) -> None:
        await self.redis.xadd(keys.JOBS, {"data": message})

    async def put_once(self, message: bytes, *, plan: str, slot: int) -> bool:
        """Queue a planned job unless it was for this slot, or the plan's last job is not done yet."""
        arguments: list[str | bytes | int | float] = [plan, slot, message, _PLANS_KEPT]
        return bool(await _enqueue_once.run(self.redis, [keys.JOBS, keys.JOBS_PLANNED], arguments))

    async def take(self) -> Job | None:
        """The next job, now under this consumer's lease, or None when there is none."""
        try:
            answer = await _take.run(self.redis, [keys.JOBS], [GROUP, self.consumer, self._lease_ms])
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
            await self.create()  # the stream was deleted under us
            return None
        return Job(answer[0].decode(), answer[1], int(answer[2])) if answer else None

    async def renew(self, ids: Sequence[str]) -> set[str]:
        """Renew the leases of running jobs. Returns those that are lost: another worker has them."""
        lost: list[bytes] = await _renew.run(self.redis, [keys.JOBS], [GROUP, self.consumer, *ids])
        return {entry.decode() for entry in lost}

    async def done(self, job: Job) -> None:
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.xack(keys.JOBS, GROUP, job.id)
            pipe.xdel(keys.JOBS, job.id)
            await pipe.execute()

    async def retry(self, job: Job, delay: float) -> None:
        """Let go of a job: it can be taken again after ``delay`` seconds (at most the lease)."""
        idle = max(self._lease_ms - int(delay * 1000), 0)
        await self.redis.xclaim(keys.JOBS, GROUP, NOBODY, 0, [job.id], idle=idle, justid=True)

    async def bury(self, job: Job, reason: str) -> None:
        """Give a job up, and keep it for people to look at."""
        message = job.message.decode("utf-8", "replace")
        dead = DeadJob(id=job.id, message=message, tries=job.tries, reason=reason)
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.lpush(keys.JOBS_DEAD, dead.model_dump_json())
            pipe.ltrim(keys.JOBS_DEAD, 0, _DEAD_KEPT - 1)
            pipe.xack(keys.JOBS, GROUP, job.id)
            pipe.xdel(keys.JOBS, job.id)
            await pipe.execute()

    async def dead(self) -> list[DeadJob]:
        """The jobs last given up, the newest first."""
        rows: list[bytes] = await self.redis.execute_command("LRANGE", keys.JOBS_DEAD, 0, -1)
        return [DeadJob.model_validate_json(row) for row in rows]

    async def leave(self) -> int:
        """Give back what this consumer still holds, uncounted, and sign off. Returns how many jobs that is."""
        return int(await _leave.run(self.redis, [keys.JOBS], [GROUP, self.consumer, self._lease_ms, NOBODY]))
