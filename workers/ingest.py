"""The job that fetches a source's papers and stores them."""

import time
from typing import Annotated, Any

from taskiq import Context, TaskiqDepends

from papers.errors import NotFound
from papers.ingestion import Ingestion
from papers.log import get_logger
from workers.broker import enqueue
from workers.messages import IngestSource, MatchTopics, RefreshCharts
from workers.resources import Provided

log = get_logger("workers")


async def ingest_source(
    payload: dict[str, Any], resources: Provided, context: Annotated[Context, TaskiqDepends()]
) -> None:
    """Asks for new charts when there is something new to rank, and for matching when a paper is new.

    Raises NotFound for a source that is not configured, SourceError, StoreError, EncoderUnavailable.
    """
    message = IngestSource.model_validate(payload)
    source = resources.sources.get(message.source)
    if source is None:
        raise NotFound(f"no source {message.source!r} here; PAPERBOY_WORKER_SOURCES names those that are used")
    start, skipped = time.monotonic(), source.skipped
    report = await Ingestion(resources.store, resources.encoder).run(source.fetch(message.since, message.until))
    log.info(
        "ingested",
        source=message.source,
        papers=report.seen,
        new=report.new,
        changed=report.changed,
        signals=report.signals,
        skipped=source.skipped - skipped,
        seconds=round(time.monotonic() - start, 1),
    )
    if report.new or report.signals:
        await enqueue(context.broker, RefreshCharts())
    if report.new or report.changed:
        await enqueue(context.broker, MatchTopics())
