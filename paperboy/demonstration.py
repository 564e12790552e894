"""``make demo``: the main job from upstream papers to a digest and search answers, told step by step."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import messages
from bot.console.render import render_digest, render_results
from paperboy.ingesting import ingest_list, play
from paperboy.options import stdout_console
from paperboy.wiring import App, open_app
from papers import charts
from papers.errors import SourceError
from papers.models import IngestReport, Observation, Window
from papers.remote_embedding import WorkerFirstEncoder
from papers.replay import read_replay
from papers.sample import RECORDED_UNTIL, SHOWN_AT, sample_path
from papers.search import SearchQuery
from papers.settings import HttpSettings, load_settings

SOURCE = "huggingface"
DAYS = 4
TOP = 12
QUERIES = ("robots that learn from videos of people", "making language models think shorter", "3D scenes from photos")
_HURRY = {"timeout": 6.0, "attempts": 1}


@dataclass(frozen=True)
class Told:
    """What was ingested, and the present it belongs to."""

    report: IngestReport
    at: datetime
    live: bool


async def demonstrate() -> None:
    """Ingest, digest, three searches, and what to try next. Raises StoreError, EncoderUnavailable."""
    settings = load_settings()
    hurried = settings.model_copy(update={"http": HttpSettings(**{**settings.http.model_dump(), **_HURRY})})
    console = stdout_console()

    def say(text: str = "") -> None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)

    async with open_app(hurried) as app:
        say(f"Asking Hugging Face ({settings.huggingface.url}) for the papers of the last {DAYS} days …")
        told = await _ingest_latest(app, say)
        say(f"Ingested: {told.report.seen} read, {told.report.new} new, {told.report.embedded} embedded.")
        say()
        chart = charts.select(await charts.compute(app.store, at=told.at, window=Window.WEEK), limit=TOP)
        render_digest(messages.digest(chart, at=told.at, window=Window.WEEK), console)
        search = app.search(WorkerFirstEncoder(app.store.redis, settings, app.encoder))
        for query in QUERIES:
            say()
            render_results(messages.result_page(query, await search.search(SearchQuery(text=query, limit=3))), console)
    say()
    say(_next_steps(told))


async def _ingest_latest(app: App, say: Callable[[str], None]) -> Told:
    """Live papers if there are any to be had in a few seconds, else the bundled sample."""
    now = app.clock.now()
    try:
        live = await _fetch(app, now)
        reason = "it has no papers of these days"
    except SourceError as error:
        live, reason = [], str(error)
    if live:
        say(f"It answered with {len(live)} papers: this is live.")
        return Told(await ingest_list(app, live, label="Ingesting"), app.clock.now(), live=True)
    say(f"Not reached ({reason}).")
    say(
        f"Using the bundled sample instead: real papers, recorded {RECORDED_UNTIL - timedelta(days=6):%-d} to "
        f"{RECORDED_UNTIL:%-d %B %Y}."
    )
    return Told(await play(app, read_replay([sample_path()])), SHOWN_AT, live=False)


async def _fetch(app: App, now: datetime) -> list[Observation]:
    source = (await app.sources([SOURCE]))[SOURCE]
    first = (now - timedelta(days=DAYS - 1)).date()
    return [observation async for observation in source.fetch(first, now.date())]


def _next_steps(told: Told) -> str:
    at = "" if told.live else f" --at {told.at:%Y-%m-%dT%H:%MZ}"
    lines = [
        "What to try next:",
        f"  .venv/bin/paperboy trending --window week --explain{at}",
        "  .venv/bin/paperboy search 'what you work on'",
        "  .venv/bin/paperboy similar 2603.03283" if not told.live else "  .venv/bin/paperboy similar ID",
        f"  .venv/bin/paperboy follow 'what you work on' --preview{at}",
        "  .venv/bin/paperboy subscribe --to console:me --daily --time 09:00",
        "  .venv/bin/paperboy ingest          the latest from Hugging Face and arXiv",
        "  .venv/bin/paperboy up              keep going: worker and scheduler",
        "  .venv/bin/paperboy doctor          what is set up, and what is missing",
    ]
    return "\n".join(lines)
