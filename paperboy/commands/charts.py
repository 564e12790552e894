"""paperboy trending and paperboy rank: charts, and the score of what is not stored."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paperboy.options import At, Categories, Json, print_json, stdout_console
from papers.models import Window

if TYPE_CHECKING:
    from datetime import datetime

    from papers.models import TrendingPaper

Limit = Annotated[int, typer.Option(min=1, max=1000, help="How many papers.")]


def register(app: typer.Typer) -> None:
    app.command(epilog="Examples:  paperboy trending    paperboy trending --window month --category cs.CL --explain")(
        trending
    )
    app.command(epilog="Example:  paperboy rank today.json --json")(rank)


def trending(
    window: Annotated[Window, typer.Option(help="How far back.", case_sensitive=False)] = Window.WEEK,
    limit: Limit = 10,
    category: Categories = None,
    at: At = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show what each score is made of.")] = False,
    as_json: Json = False,
) -> None:
    """The papers people care about most, as of now or of --at."""
    from paperboy.wiring import run_async

    chart, moment, note = run_async(_chart(window, limit, category or [], at))
    if as_json:
        from papers.export import trending_json

        print_json([trending_json(paper, explain=explain) for paper in chart])
        return
    from bot import messages
    from bot.console.chart import render_chart

    render_chart(
        messages.chart(chart, at=moment, window=window, notes=[note] if note else []), stdout_console(), explain=explain
    )


async def _chart(
    window: Window, limit: int, categories: list[str], at: str | None
) -> "tuple[list[TrendingPaper], datetime, str | None]":
    from paperboy.wiring import open_app
    from papers import charts

    async with open_app(at=at) as app:
        fresh = bool(at or app.settings.now)
        moment, whole = await charts.read(app.store, app.clock, window=window, fresh=fresh)
        chart = charts.select(whole, limit=limit, categories=categories)
        note = None if chart else await charts.why_empty(app.store, app.clock, window)
        return chart, moment, note


def rank(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="One recorded daily_papers line, or its response.")],
    hide_votes: Annotated[bool, typer.Option("--hide-votes", help="Never read upvotes or comments.")] = False,
    as_json: Json = False,
) -> None:
    """Score the papers of one recorded answer at its time, without storing them."""
    from paperboy.wiring import run_async

    rated = run_async(_rate(file, hide_votes))
    if as_json:
        print_json([{"id": t.paper.id, "score": t.score, "why": dict(t.why)} for t in rated])
        return
    for paper in rated:
        typer.echo(f"{paper.rank:3}  {paper.score:7.3f}  {paper.paper.id}  {paper.paper.title}")


async def _rate(file: Path, hide_votes: bool) -> "list[TrendingPaper]":
    from paperboy.wiring import open_app
    from papers.rating import rate, read_answer

    async with open_app() as app:
        return await rate(app.store, read_answer(file, app.clock), hide_votes=hide_votes)
