"""Ingestion as a person starts it: with a progress bar, and one source's failure told at the end."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from paperboy.progress import progress_bar
from paperboy.wiring import App, open_app
from papers import charts
from papers.bulk import BulkFile
from papers.clock import parse_date
from papers.errors import BadInput, SourceError, UnreadableFile
from papers.ingestion import Ingestion, at_hand
from papers.models import IngestReport, Observation
from papers.replay import Replay, read_replay
from papers.sources.base import Source


async def replay_files(paths: Sequence[Path]) -> IngestReport:
    """Play recorded answers, each at its own time."""
    replay = await asyncio.to_thread(read_replay, paths)
    async with open_app() as app:
        return await play(app, replay)


async def play(app: App, replay: Replay) -> IngestReport:
    """Play recorded answers into an open store."""
    report = await _run(app, replay.observations(), label="Replaying", total=replay.items)
    await charts.refresh(app.store, app.clock)
    return report.model_copy(update={"skipped": replay.skipped})


async def ingest_list(app: App, observations: Sequence[Observation], *, label: str) -> IngestReport:
    """Take observations that are at hand already."""
    report = await _run(app, at_hand(observations), label=label, total=len(observations))
    await charts.refresh(app.store, app.clock)
    return report


async def ingest_sources(names: Sequence[str], since: str | None, until: str | None) -> IngestReport:
    """Ask each source for its papers of these days; one that fails does not stop the others."""
    async with open_app() as app:
        last = parse_date(until, what="--until") if until else app.clock.now().date()
        lookback = timedelta(days=app.settings.worker.lookback_days - 1)
        first = parse_date(since, what="--since") if since else last - lookback
        if first > last:
            raise BadInput(f"--since {first} is after --until {last}")
        sources = await app.sources(names or app.settings.worker.sources)
        reports = [await _ingest_source(app, source, first, last) for source in sources.values()]
        await charts.refresh(app.store, app.clock)
        return add_up(reports)


async def _ingest_source(app: App, source: Source, first: date, last: date) -> IngestReport:
    done = Ingestion(app.store, app.encoder)
    try:
        with progress_bar(f"Ingesting {source.name}", None) as advance:
            done.on_progress = lambda report: advance(report.seen)
            await done.run(source.fetch(first, last))
    except SourceError as error:
        return done.report.model_copy(update={"failures": (str(error),), "skipped": source.skipped})
    return done.report.model_copy(update={"skipped": source.skipped})


async def import_files(paths: Sequence[Path]) -> IngestReport:
    """Load JSON lines. Raises UnreadableFile after everything readable has been stored."""
    async with open_app() as app:
        reports = [await _import_file(app, path) for path in paths]
        return add_up(reports)


async def _import_file(app: App, path: Path) -> IngestReport:
    file = BulkFile(path, clock=app.clock, model=app.settings.embedding.model)
    report = await _run(app, file.observations(), label=f"Importing {path.name}", total=None)
    if file.read and not report.seen:
        raise UnreadableFile(f"{path}: none of its {file.read:,} lines is a paper as JSON with an id and a title")
    return report.model_copy(update={"skipped": file.skipped})


async def _run(app: App, observations: AsyncIterator[Observation], *, label: str, total: int | None) -> IngestReport:
    with progress_bar(label, total) as advance:
        ingestion = Ingestion(app.store, app.encoder, on_progress=lambda report: advance(report.seen))
        return await ingestion.run(observations)


def add_up(reports: Iterable[IngestReport]) -> IngestReport:
    """The sum of several reports."""
    total = IngestReport()
    for report in reports:
        total = IngestReport(
            **{name: getattr(total, name) + getattr(report, name) for name in IngestReport.model_fields}
        )
    return total
