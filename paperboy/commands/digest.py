"""paperboy digest: what would be posted."""

from typing import TYPE_CHECKING, Annotated

import typer

from paperboy.options import At, Categories, Json, print_json, stdout_console
from papers.models import Window

if TYPE_CHECKING:
    from bot.messages import Digest

digests = typer.Typer(help="The digest of trending papers.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(digests, name="digest")


@digests.command(epilog="Examples:  paperboy digest preview    paperboy digest preview --window week --top 5")
def preview(
    window: Annotated[Window, typer.Option(help="What it covers.", case_sensitive=False)] = Window.DAY,
    top: Annotated[int, typer.Option(min=1, max=50, help="How many papers.")] = 10,
    category: Categories = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Show the digest as it would be posted now, or at --at. Nothing is sent."""
    from paperboy.wiring import run_async

    digest = run_async(_digest(window, top, category or [], at))
    if as_json:
        print_json(digest.model_dump(mode="json"))
        return
    from bot.console.render import render_digest

    render_digest(digest, stdout_console())


async def _digest(window: Window, top: int, categories: list[str], at: str | None) -> "Digest":
    from bot import messages
    from paperboy.wiring import open_app
    from papers import charts

    async with open_app(at=at) as app:
        chart = charts.select(
            await charts.compute(app.store, at=app.clock.now(), window=window), limit=top, categories=categories
        )
        notes = [] if chart else [await charts.why_empty(app.store, app.clock, window)]
        return messages.digest(chart, at=app.clock.now(), window=window, notes=notes)
