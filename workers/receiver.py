"""Runs jobs from the queue: acknowledged when done, tried again when not, leased while they run."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

from taskiq import AckableMessage
from taskiq.receiver import Receiver

from papers.errors import PaperboyError
from papers.log import get_logger
from papers.logs import in_a_line
from papers.redis.failures import REDIS_FAILS
from workers.broker import Delivery, QueueBroker
from workers.queue import MAX_TRIES, Job, JobQueue

GRACE = 6.0
"""Seconds that running jobs have to finish in when the worker is told to stop."""
_FAREWELL = 1.0
"""Seconds for giving unfinished jobs back; if Redis is away, their leases run out instead."""

log = get_logger("workers")


class JobReceiver(Receiver):
    """taskiq's receiver, but for the end of a job: taskiq acknowledges failed, cancelled and unknown jobs as well."""

    def __init__(self, broker: QueueBroker, *, concurrency: int, time_limit: float, grace: float) -> None:
        super().__init__(
            broker,
            max_async_tasks=concurrency,
            max_prefetch=0,
            validate_params=False,
            run_startup=False,
            wait_tasks_timeout=grace,
        )
        self._queue: JobQueue = broker.queue
        self._time_limit = time_limit
        self._running: dict[str, asyncio.Task[Any]] = {}

    async def callback(self, message: bytes | AckableMessage, raise_err: bool = False) -> None:
        if not isinstance(message, Delivery):
            raise TypeError(f"a job comes as a Delivery, not as {type(message).__name__}")
        job = message.job
        task = asyncio.current_task()
        if task is not None:
            self._running[job.id] = task
        try:
            name, error = await self._attempt(job)
        finally:
            # Before it is settled, or a renewal that comes after would take it for lost.
            self._running.pop(job.id, None)
        try:
            await self._settle(job, name, error)
        except REDIS_FAILS as failure:
            log.warning("Redis cannot be used, so the job will be run again", job=name, error=str(failure))

    async def _attempt(self, job: Job) -> tuple[str, BaseException | None]:
        """The job's name, and what went wrong. Raises CancelledError when the worker stops or lost the lease."""
        try:
            message = self.broker.formatter.loads(job.message)
        except ValueError as error:  # pydantic's and JSON's errors are ValueErrors
            return "unreadable", error
        task = self.broker.find_task(message.task_name)
        if task is None:
            return message.task_name, LookupError(f"this worker knows no job {message.task_name!r}")
        message.labels = {"timeout": self._time_limit}
        result = await self.run_task(target=task.original_func, message=message)
        if isinstance(result.error, asyncio.CancelledError):
            raise result.error
        if isinstance(result.error, TimeoutError) and result.execution_time >= self._time_limit:
            minutes = self._time_limit / 60
            return message.task_name, PaperboyError(
                f"still running after {minutes:g} minutes; PAPERBOY_WORKER_MAX_JOB_MINUTES sets the limit"
            )
        return message.task_name, result.error

    async def _settle(self, job: Job, name: str, error: BaseException | None) -> None:
        if error is None:
            await self._queue.done(job)
        elif job.tries < MAX_TRIES:
            delay = self._queue.lease * min(1, 2 ** (job.tries - 1) / 4)
            await self._queue.retry(job, delay)
            log.warning("job failed, to be tried again", job=name, in_seconds=delay, reason=in_a_line(error))
        else:
            await self._queue.bury(job, f"failed {job.tries} times, at last: {in_a_line(error)}")
            log.error("job given up", job=name, tries=job.tries, reason=in_a_line(error))
        if error is not None and not isinstance(error, PaperboyError):
            log.debug("the failed job's traceback", job=name, exc_info=error)

    async def renew_leases(self) -> None:
        """Keep the leases of running jobs until cancelled; a job whose lease was lost all the same is ended."""
        while True:
            await asyncio.sleep(self._queue.lease / 4)
            if not self._running:
                continue
            try:
                lost = await self._queue.renew(list(self._running))
            except REDIS_FAILS as error:
                log.warning("leases not renewed, Redis cannot be used", error=str(error))
                continue
            for entry in lost & self._running.keys():
                log.warning("job ended here: another worker has it now", entry=entry)
                self._running[entry].cancel()

    async def cancel_running(self) -> None:
        """End what still runs; it stays unacknowledged."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        if tasks:
            log.info("jobs cut short, to be run again", jobs=len(tasks))
            await asyncio.wait(tasks, timeout=_FAREWELL)


async def serve_jobs(
    broker: QueueBroker, stop: asyncio.Event, *, concurrency: int, time_limit: float, grace: float = GRACE
) -> None:
    """Run jobs until ``stop`` is set; then those at work have ``grace`` seconds, and the rest goes back.

    Raises redis-py's errors if Redis does not answer at the start; later it is waited for.
    """
    broker.is_worker_process = True
    await broker.startup()
    receiver = JobReceiver(broker, concurrency=concurrency, time_limit=time_limit, grace=grace)
    renewing = asyncio.create_task(receiver.renew_leases())
    try:
        await receiver.listen(stop)
    finally:
        await receiver.cancel_running()
        renewing.cancel()
        with suppress(*REDIS_FAILS, TimeoutError):
            await _within(_FAREWELL, broker.queue.leave())


async def _within(seconds: float, work: Awaitable[object]) -> None:
    async with asyncio.timeout(seconds):
        await work
