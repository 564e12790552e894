"""The scheduler: queues what is due, by the clock, once for each time slot however many schedulers run.

Time is cut into slots of a job's interval. A slot's job is queued as soon as a scheduler sees the slot, so all jobs
are queued at the first start; Redis remembers the slot, so a second scheduler or a restart queues nothing more.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from taskiq import ScheduledTask, ScheduleSource, TaskiqScheduler
from taskiq.api import run_scheduler_task
from taskiq.exceptions import SendTaskError

from papers.clock import Clock
from papers.log import get_logger
from papers.settings import Settings
from workers.broker import QueueBroker, planned
from workers.due import plan_deliveries
from workers.messages import EmbedMissing, IngestSource, MatchTopics, Message, RefreshCharts

_TICK = timedelta(seconds=1)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

log = get_logger("scheduler")


@dataclass(frozen=True)
class Plan:
    """A job that comes again and again."""

    name: str
    every: timedelta
    message: Callable[[datetime], Message]
    """The job's message, given the present."""

    def slot(self, now: datetime) -> int:
        """The number of the interval that ``now`` is in, counted from 1970."""
        return int(now.timestamp() // self.every.total_seconds())


def plans(settings: Settings) -> list[Plan]:
    """What the settings ask for."""
    worker = settings.worker
    lookback = timedelta(days=worker.lookback_days - 1)  # today is one of them

    def ingest(source: str) -> Plan:
        return Plan(
            f"{IngestSource.job}:{source}",
            timedelta(minutes=worker.ingest_every),
            lambda now: IngestSource(source=source, since=(now - lookback).date(), until=now.date()),
        )

    return [
        *(ingest(source) for source in dict.fromkeys(worker.sources)),
        Plan(RefreshCharts.job, timedelta(minutes=worker.score_every), lambda now: RefreshCharts()),
        # Ingestion asks for it at once; this is for what had no vector yet then.
        Plan(MatchTopics.job, timedelta(minutes=worker.score_every), lambda now: MatchTopics()),
        Plan(
            f"{EmbedMissing.job}:{settings.embedding.model}",
            timedelta(hours=1),
            lambda now: EmbedMissing(model=settings.embedding.model),
        ),
    ]


class Timetable(ScheduleSource):
    """Tells taskiq what is due now: each plan's present slot, until it was sent."""

    def __init__(self, plans: Sequence[Plan], clock: Clock) -> None:
        self._plans = plans
        self._clock = clock
        self._sent: dict[str, int] = {}
        self._looks = 0

    async def get_schedules(self) -> list[ScheduledTask]:
        now = self._clock.now()
        self._looks += 1
        return [self._task(plan, now) for plan in self._plans if self._sent.get(plan.name) != plan.slot(now)]

    def post_send(self, task: ScheduledTask) -> None:
        self._sent[task.labels["plan"]] = task.labels["slot"]

    def _task(self, plan: Plan, now: datetime) -> ScheduledTask:
        message = plan.message(now)
        return ScheduledTask(
            task_name=message.job,
            labels={**planned(plan.name, plan.slot(now))},
            args=[message.model_dump(mode="json")],
            kwargs={},
            # taskiq never sends an id twice; what could not be sent comes again under another at the next look.
            schedule_id=f"{plan.name}:{self._looks}",
            time=_LONG_AGO,
        )


class PatientScheduler(TaskiqScheduler):
    """Outlasts a Redis that is away: what could not be sent is sent later."""

    _reachable = True

    async def on_ready(self, source: ScheduleSource, task: ScheduledTask) -> None:
        try:
            await super().on_ready(source, task)
        except SendTaskError as error:
            if self._reachable:
                log.warning("Redis cannot be used, nothing is queued until it can", error=str(error.__cause__))
            self._reachable = False
        else:
            self._reachable = True


async def run_scheduler(broker: QueueBroker, settings: Settings, clock: Clock, stop: asyncio.Event) -> None:
    """Queue jobs and plan deliveries as they fall due until ``stop`` is set."""
    broker.is_scheduler_process = True
    await broker.startup()
    scheduler = PatientScheduler(broker, [Timetable(plans(settings), clock)])
    log.info("scheduler ready", plans=[plan.name for plan in plans(settings)])
    jobs = asyncio.create_task(run_scheduler_task(scheduler, interval=_TICK, loop_interval=_TICK))
    deliveries = asyncio.create_task(plan_deliveries(broker.queue.redis, settings, clock))
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({jobs, deliveries, stopped}, return_when=asyncio.FIRST_COMPLETED)
        for loop in (jobs, deliveries):
            if loop.done():
                await loop
    finally:
        for task in (jobs, deliveries, stopped):
            task.cancel()
        await asyncio.gather(jobs, deliveries, stopped, return_exceptions=True)
