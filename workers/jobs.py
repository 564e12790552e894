"""Which jobs there are."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from workers.broker import QueueBroker
from workers.embed import embed_missing
from workers.ingest import ingest_source
from workers.match import match_topics
from workers.messages import EmbedMissing, IngestSource, MatchTopics, RefreshCharts
from workers.score import refresh_charts

JOBS: Mapping[str, Callable[..., Awaitable[None]]] = {
    IngestSource.job: ingest_source,
    RefreshCharts.job: refresh_charts,
    EmbedMissing.job: embed_missing,
    MatchTopics.job: match_topics,
}


def register_jobs(broker: QueueBroker, jobs: Mapping[str, Callable[..., Awaitable[Any]]] = JOBS) -> None:
    """Tell a worker's broker what it can do."""
    for name, job in jobs.items():
        broker.register_task(job, task_name=name)
