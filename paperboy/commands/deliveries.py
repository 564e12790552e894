"""paperboy deliveries: the ledger, for people to look at and to help along."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperboy.options import At, Json, print_json
from papers.delivery_models import State
from papers.errors import StoreError

if TYPE_CHECKING:
    from paperboy.post import Post
    from papers.delivery_models import Delivery

_MOST_BYTES = 10_000_000
_TRY_AGAIN = 75
"""EX_TEMPFAIL of sysexits.h: a mail server keeps the message and calls again."""
ledger = typer.Typer(help="The ledger: what was sent, what was not and why.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(ledger, name="deliveries")


@ledger.command("list", epilog="Examples:  paperboy deliveries list    paperboy deliveries list --state dead --json")
def list_deliveries(
    state: Annotated[State | None, typer.Option(help="Only those in this state.", case_sensitive=False)] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many of a state, the last changed first.")] = 50,
    as_json: Json = False,
) -> None:
    """Show deliveries and how many there are in each state."""
    from paperboy.post import run_with_post

    counts, found = run_with_post(lambda post: _list(post, state, limit))
    if as_json:
        print_json([_json(one) for one in found])
        return
    typer.echo(", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "No deliveries yet.")
    for one in found:
        _print(one)


@ledger.command(epilog="Example:  paperboy deliveries retry zyojnthb44hyauor5pnckzb3")
def retry(
    delivery: Annotated[str, typer.Argument(metavar="ID", help="The delivery's id, as `deliveries list` shows it.")],
    at: At = None,
    as_json: Json = False,
) -> None:
    """Send a delivery again that failed, was given up, had nothing to say, or of which nobody knows."""
    from paperboy.post import run_with_post

    # With --json, standard output is the document's alone.
    console = sys.stderr if as_json else sys.stdout
    was, now = run_with_post(lambda post: _retry(post, delivery), at=at, console=console)
    if as_json:
        print_json(_json(now))
    elif was is now.state:
        typer.echo(f"{now.id} stays as it is: {was}.")
    else:
        typer.echo(f"{now.id} was {was} and is now {now.state}{f': {now.reason}' if now.reason else ''}.")
    if now.state in {State.DEAD, State.UNKNOWN}:
        raise typer.Exit(1)


@ledger.command(epilog="Example:  paperboy deliveries bounced < returned.eml")
def bounced(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="The message; without, standard input.")] = None,
) -> None:
    """Take a letter that came back, or a complaint (what a mail server pipes here), and disable the address."""
    from paperboy.post import run_with_post
    from paperboy.web_actions import bounced as take

    raw = file.read_bytes() if file else sys.stdin.buffer.read(_MOST_BYTES)
    try:
        typer.echo(run_with_post(lambda post: take(post, raw, post.app.clock.now())))
    except StoreError as error:
        typer.echo(f"paperboy: {error}", err=True)
        raise typer.Exit(_TRY_AGAIN) from None


async def _list(post: "Post", state: State | None, limit: int) -> "tuple[dict[State, int], list[Delivery]]":
    books = post.ledger
    found = [one for s in ([state] if state else State) for one in await books.listed(s, limit=limit)]
    found.sort(key=lambda one: (one.changed is not None, one.changed), reverse=True)
    return await books.counts(), await _named(post, found[:limit])


async def _named(post: "Post", found: "list[Delivery]") -> "list[Delivery]":
    """With their destinations as people know them."""
    names = await post.addresses.resolve_many(one.destination for one in found)
    return [one.model_copy(update={"destination": str(names.get(one.destination, one.destination))}) for one in found]


async def _retry(post: "Post", typed: str) -> "tuple[State, Delivery]":
    from paperboy.delivering import PATIENCE

    now = post.app.clock.now()
    was = await post.ledger.retry(typed, now)
    if was not in {State.SENT, State.CLAIMED}:
        await post.sender(post.app.clock).drain(now, patience=PATIENCE)
    return was, (await _named(post, [await post.ledger.get(typed)]))[0]


def _json(delivery: "Delivery") -> dict[str, Any]:
    return delivery.model_dump(mode="json")


def _print(delivery: "Delivery") -> None:
    when = f"{delivery.changed:%Y-%m-%d %H:%M}" if delivery.changed else " " * 16
    typer.echo(f"{delivery.id}  {when}  {delivery.state:7}  {delivery.kind:12}  {delivery.destination}")
    if delivery.reason:
        again = f" (again at {delivery.retry_at:%H:%M:%S} UTC)" if delivery.retry_at else ""
        typer.echo(f"{'':26}{delivery.reason}{again}")
