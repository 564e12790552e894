"""paperboy subscriptions: look after what is subscribed and followed."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from paperboy.commands import changing
from paperboy.commands.wish_output import Id, tell
from paperboy.options import Json, print_json
from papers.following import Subscription

if TYPE_CHECKING:
    from paperboy.post import Post
    from papers.shown import Shown

wishes = typer.Typer(help="What is subscribed and followed: list, change, pause, remove.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    changing.register(wishes)
    app.add_typer(wishes, name="subscriptions")


@wishes.command("list", epilog="Examples:  paperboy subscriptions list    paperboy subscriptions list --to console:me")
def list_subscriptions(
    to: Annotated[str | None, typer.Option("--to", metavar="DEST", help="Only those for this destination.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", metavar="USER", help="Only this owner's.")] = None,
    as_json: Json = False,
) -> None:
    """List subscriptions with their state and when each is due next."""
    from paperboy.post import run_with_post
    from paperboy.subscribing import show_all, shown_json, shown_line

    async def run(post: "Post") -> "list[Shown]":
        if to is not None:
            found = await post.subscriptions.of_destination(await post.reference(to))
            wanted = None if owner is None else await post.reference(owner)
            found = [s for s in found if wanted is None or s.owner == wanted]
        elif owner is not None:
            found = await post.subscriptions.of_owner(await post.reference(owner))
        else:
            found = [one async for one in post.subscriptions.all()]
        return await show_all(post, found)

    shown = run_with_post(run)
    if as_json:
        print_json([shown_json(one) for one in shown])
        return
    for one in shown:
        typer.echo(shown_line(one))
    if not shown:
        typer.echo("No subscriptions. Try: paperboy subscribe --to console:me")


@wishes.command(epilog="Example:  paperboy subscriptions show 4k2mzq7fwhx3 --json")
def show(subscription: Id, as_json: Json = False) -> None:
    """Show everything about one subscription."""
    tell(_with(subscription, None), as_json, whole=True)


@wishes.command(epilog="Example:  paperboy subscriptions pause 4k2mzq7fwhx3")
def pause(subscription: Id, as_json: Json = False) -> None:
    """Send nothing for it until it is resumed."""
    tell(_with(subscription, lambda post, i: post.subscriptions.pause(i, post.app.clock.now())), as_json)


@wishes.command(epilog="Example:  paperboy subscriptions resume 4k2mzq7fwhx3")
def resume(subscription: Id, as_json: Json = False) -> None:
    """Go on with a subscription that was paused, or whose destination was disabled and is mended."""
    tell(_with(subscription, lambda post, i: post.subscriptions.resume(i, post.app.clock.now())), as_json)


@wishes.command(epilog="Example:  paperboy subscriptions remove 4k2mzq7fwhx3")
def remove(subscription: Id, as_json: Json = False) -> None:
    """Remove it, and what was waiting to be sent for it."""
    from paperboy.post import run_with_post
    from paperboy.subscribing import show as shown
    from papers.leaving import end_subscription

    async def run(post: "Post") -> "Shown":
        found = await shown(post, await post.subscriptions.find(subscription))
        await end_subscription(post.subscriptions, post.addresses, found.subscription.id)
        return found.model_copy(update={"state": "removed", "next_due": None})

    tell(run_with_post(run), as_json)


def _with(typed: str, work: "Callable[[Post, str], Awaitable[Subscription]] | None") -> "Shown":
    """Do something with the subscription a person means, and show it as it is then."""
    from paperboy.post import run_with_post
    from paperboy.subscribing import show as shown

    async def run(post: "Post") -> "Shown":
        found = await post.subscriptions.find(typed)
        return await shown(post, found if work is None else await work(post, found.id))

    return run_with_post(run)
