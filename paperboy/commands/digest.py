"""paperboy digest: what would be posted, and posting what is due."""

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperboy.options import At, Categories, Json, print_json, stdout_console
from papers.models import Window

if TYPE_CHECKING:
    from bot.messages import Digest
    from paperboy.delivering import SendReport
    from papers.contents import Content
    from papers.delivery_models import Delivery

digests = typer.Typer(help="The digest of trending papers, and all else that is delivered.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(digests, name="digest")


@digests.command(
    epilog="Examples:  paperboy digest preview    paperboy digest preview --window week --top 5    "
    "paperboy digest preview --to email:ada@example.org"
)
def preview(
    to: Annotated[str | None, typer.Option("--to", metavar="DEST", help="As subscribed for this destination.")] = None,
    window: Annotated[Window, typer.Option(help="What it covers.", case_sensitive=False)] = Window.DAY,
    top: Annotated[int, typer.Option(min=1, max=50, help="How many papers.")] = 10,
    category: Categories = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Show the digest as it would be posted now, or at --at. Nothing is sent."""
    if to is not None:
        from paperboy.delivering import preview as preview_feeds
        from paperboy.post import run_with_post

        _show(run_with_post(lambda post: preview_feeds(post, to, post.app.clock.now()), at=at), as_json)
        return
    from paperboy.wiring import run_async

    digest = run_async(_digest(window, top, category or [], at))
    if as_json:
        print_json(digest.model_dump(mode="json"))
        return
    from bot.console.render import render_digest

    render_digest(digest, stdout_console())


@digests.command(epilog="Examples:  paperboy digest send    paperboy digest send --at 2026-03-07T09:05Z --json")
def send(at: At = None, as_json: Json = False) -> None:
    """Send all that is due: digests and followed topics, to everybody, nothing twice. Safe to repeat and to kill."""
    from paperboy.delivering import send_due
    from paperboy.post import run_with_post
    from papers.clock import SystemClock, parse_time

    if at is not None and parse_time(at, what="--at") > SystemClock().now() + timedelta(hours=1):
        typer.echo("Note: --at lies ahead. What is due until then counts as done, and comes no more before.", err=True)
    # With --json, standard output is the document's alone.
    console = sys.stderr if as_json else sys.stdout
    report = run_with_post(lambda post: send_due(post, post.app.clock.now()), at=at, console=console)
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        typer.echo(_sentence(report))
    if report.failed or report.dead or report.unknown or report.left:
        raise typer.Exit(1)


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


def _show(previews: "list[tuple[Delivery, Content | None]]", as_json: bool) -> None:
    from bot.console.render import render_message
    from bot.delivered import message_of

    messages = [(delivery, message_of(content) if content else None) for delivery, content in previews]
    if as_json:
        rows: list[dict[str, Any]] = [
            {"feed": d.feed, "kind": d.kind, "message": m.model_dump(mode="json") if m else None} for d, m in messages
        ]
        print_json(rows)
        return
    console = stdout_console()
    for delivery, message in messages:
        if message is None:
            typer.echo(f"Nothing to say in {delivery.kind} {delivery.feed}.")
        else:
            render_message(message, console)


def _sentence(report: "SendReport") -> str:
    counts = {
        "nothing new to say": report.empty,
        "failed, to be tried again": report.failed,
        "given up": report.dead,
        "unknown whether they arrived": report.unknown,
        "left waiting": report.left,
    }
    others = [f"{count:,} {what}" for what, count in counts.items() if count]
    hint = ". See: paperboy deliveries list" if report.failed or report.dead or report.unknown or report.left else ""
    if not report.sent and not others:
        return "Nothing is due."
    return f"{', '.join([f'{report.sent:,} sent', *others])}{hint}"
