"""The worker: runs jobs, sends what is due, and embeds queries for processes that have no model."""

import asyncio

from papers.log import get_logger
from papers.remote_embedding import serve_embeddings
from workers.broker import make_broker
from workers.jobs import register_jobs
from workers.receiver import serve_jobs
from workers.resources import Resources, provide

log = get_logger("workers")


async def run_worker(resources: Resources, stop: asyncio.Event) -> None:
    """Work until ``stop`` is set, then finish in time. Raises the first error that ends either of its parts."""
    settings = resources.settings.worker
    broker = make_broker(resources.redis)
    provide(broker, resources)
    register_jobs(broker)
    log.info("worker ready", name=broker.queue.consumer, jobs_at_once=settings.concurrency)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(
                serve_jobs(broker, stop, concurrency=settings.concurrency, time_limit=settings.max_job_minutes * 60)
            )
            group.create_task(
                serve_embeddings(resources.redis, resources.query_encoder, stop=stop, name=broker.queue.consumer)
            )
            group.create_task(resources.sender.run(stop))
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from errors
    log.info("worker stopped")
