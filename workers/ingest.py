"""The job that fetches a source's papers and stores them."""

import time
from typing import Any

import structlog

from papers.errors import NotFound
from papers.ingestion import Ingestion
from workers.messages import IngestSource
from workers.resources import Provided

log = structlog.get_logger("workers")


async def ingest_source(payload: dict[str, Any], resources: Provided) -> None:
    """Raises NotFound for a source that is not configured, SourceError, StoreError, EncoderUnavailable."""
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
