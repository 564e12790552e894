"""paperboy subscriptions: look after what is subscribed and followed."""

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from paperboy.options import Categories, Json, print_json
from paperboy.wish_options import (
    Daily,
    Language,
    MinimumScore,
    On,
    Quiet,
    QuietLine,
    Time,
    Top,
    Weekdays,
    Weekly,
    Zone,
    finite,
    language_tag,
    named_categories,
    schedule,
)

if TYPE_CHECKING:
    from paperboy.following import Tuned
    from paperboy.post import Post
    from paperboy.subscribing import Shown

T = TypeVar("T")
wishes = typer.Typer(help="What is subscribed and followed: list, change, pause, remove.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="The subscription's id, or the beginning of it.")]
Now = Annotated[bool, typer.Option("--now", help="A topic: as soon as a paper matches.")]
Threshold = Annotated[
    float | None, typer.Option("--threshold", min=-1.0, max=1.0, help="A topic: least similarity.", callback=finite)
]


def register(app: typer.Typer) -> None:
    app.add_typer(wishes, name="subscriptions")


@wishes.command("list", epilog="Examples:  paperboy subscriptions list    paperboy subscriptions list --to console:me")
def list_subscriptions(
    to: Annotated[str | None, typer.Option("--to", metavar="DEST", help="Only those for this destination.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", metavar="USER", help="Only this owner's.")] = None,
    as_json: Json = False,
) -> None:
    """List subscriptions with their state and when each is due next."""

    async def run(post: "Post") -> "list[Shown]":
        from paperboy.subscribing import show_all

        if to is not None:
            found = await post.subscriptions.of_destination(await post.reference(to))
            wanted = None if owner is None else await post.reference(owner)
            found = [s for s in found if wanted is None or s.owner == wanted]
        elif owner is not None:
            found = await post.subscriptions.of_owner(await post.reference(owner))
        else:
            found = [one async for one in post.subscriptions.all()]
        return await show_all(post, found)

    shown = _with_post(run)
    from paperboy.subscribing import shown_json, shown_line

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

    async def run(post: "Post") -> "Shown":
        from paperboy.subscribing import show as shown

        return await shown(post, await post.subscriptions.find(subscription))

    _tell(_with_post(run), as_json, whole=True)


@wishes.command(epilog="Example:  paperboy subscriptions pause 4k2mzq7fwhx3")
def pause(subscription: Id, as_json: Json = False) -> None:
    """Send nothing for it until it is resumed."""

    async def run(post: "Post") -> "Shown":
        from paperboy.subscribing import show as shown

        found = await post.subscriptions.find(subscription)
        return await shown(post, await post.subscriptions.pause(found.id, post.app.clock.now()))

    _tell(_with_post(run), as_json)


@wishes.command(epilog="Example:  paperboy subscriptions resume 4k2mzq7fwhx3")
def resume(subscription: Id, as_json: Json = False) -> None:
    """Go on with a subscription that was paused, or whose destination was disabled and is mended."""

    async def run(post: "Post") -> "Shown":
        from paperboy.subscribing import show as shown

        found = await post.subscriptions.find(subscription)
        return await shown(post, await post.subscriptions.resume(found.id, post.app.clock.now()))

    _tell(_with_post(run), as_json)


@wishes.command(epilog="Example:  paperboy subscriptions remove 4k2mzq7fwhx3")
def remove(subscription: Id, as_json: Json = False) -> None:
    """Remove it, and what was waiting to be sent for it."""

    async def run(post: "Post") -> "Shown":
        from paperboy.subscribing import show as shown

        found = await shown(post, await post.subscriptions.find(subscription))
        await post.subscriptions.remove(found.subscription.id)
        return found.model_copy(update={"state": "removed", "next_due": None})

    _tell(_with_post(run), as_json)


@wishes.command(
    epilog="Examples:  paperboy subscriptions change 4k2mzq7fwhx3 --time 07:30 --tz Asia/Tokyo    "
    "paperboy subscriptions change 4k2mzq7fwhx3 --threshold 0.5"
)
def change(
    subscription: Id,
    now: Now = False,
    daily: Daily = False,
    weekdays: Weekdays = False,
    weekly: Weekly = False,
    on: On = None,
    time: Time = None,
    tz: Zone = None,
    quiet: Quiet = None,
    top: Top = None,
    category: Categories = None,
    min_score: MinimumScore = None,
    language: Language = None,
    say_when_empty: QuietLine = None,
    threshold: Threshold = None,
    as_json: Json = False,
) -> None:
    """Change when it comes, or what it brings; what is not named stays."""
    from papers.errors import BadInput

    digest_options: dict[str, Any] = {
        "top": top,
        "minimum_score": min_score,
        "language": language_tag(language) if language else None,
        "say_when_empty": say_when_empty,
    }
    topic_options: dict[str, Any] = {"threshold": threshold}
    if category:
        digest_options["categories"] = topic_options["categories"] = named_categories(category)

    async def run(post: "Post") -> "Shown":
        from paperboy.subscribing import show as shown

        found = await post.subscriptions.find(subscription)
        fields: dict[str, Any] = {
            "schedule": schedule(
                now=now,
                daily=daily,
                weekdays=weekdays,
                weekly=weekly,
                on=on,
                at=time,
                zone=tz,
                quiet=quiet,
                default=found.schedule,
            )
        }
        if found.digest is not None:
            if now or threshold is not None:
                raise BadInput("--now and --threshold are for topics; this is a digest")
            fields["digest"] = found.digest.model_copy(update=_set(digest_options))
        if found.topic is not None:
            if any(value is not None for name, value in digest_options.items() if name != "categories"):
                raise BadInput("--top, --min-score, --language and --say-when-empty are for digests; this is a topic")
            fields["topic"] = found.topic.model_copy(update=_set(topic_options))
        return await shown(post, await post.subscriptions.change(found.id, post.app.clock.now(), **fields))

    _tell(_with_post(run), as_json)


@wishes.command(
    epilog="Examples:  paperboy subscriptions tune 4k2mzq7fwhx3 --less 2603.03283    "
    "paperboy subscriptions tune 4k2mzq7fwhx3 --undo"
)
def tune(
    subscription: Id,
    more: Annotated[str | None, typer.Option("--more", metavar="PAPER", help="More like this: wider.")] = None,
    less: Annotated[str | None, typer.Option("--less", metavar="PAPER", help="Less like this: narrower.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last step back.")] = False,
    as_json: Json = False,
) -> None:
    """Make a topic wider or narrower by a paper it brought, and see what that changes."""

    async def run(post: "Post") -> "tuple[Shown, Tuned]":
        from paperboy.following import tune as tune_topic
        from paperboy.subscribing import show as shown

        tuned = await tune_topic(post, subscription, more=more, less=less, undo=undo)
        return await shown(post, tuned.subscription), tuned

    shown, tuned = _with_post(run)
    if as_json:
        from paperboy.subscribing import shown_json

        print_json({**shown_json(shown), "added": tuned.effect.added, "dropped": tuned.effect.dropped})
        return
    _tell(shown, as_json=False)
    for thumb in tuned.subscription.topic.feedback if tuned.subscription.topic else ():
        typer.echo(f"  {'more' if thumb.wanted else 'less'} like {thumb.paper}")
    added, dropped = tuned.effect.added, tuned.effect.dropped
    typer.echo(
        f"Of last week's papers {len(added)} more would come{_some(added)}, "
        f"{len(dropped)} would not any more{_some(dropped)}."
    )


def _some(papers: Sequence[str]) -> str:
    return f" ({', '.join(papers[:5])}{' …' if len(papers) > 5 else ''})" if papers else ""


def _with_post(work: Callable[["Post"], Coroutine[Any, Any, T]]) -> T:
    from paperboy.post import open_post
    from paperboy.wiring import open_app, run_async

    async def run() -> T:
        async with open_app() as app, open_post(app) as post:
            return await work(post)

    return run_async(run())


def _set(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _tell(shown: "Shown", as_json: bool, *, whole: bool = False) -> None:
    from paperboy.subscribing import shown_json, shown_line

    document = shown_json(shown)
    if as_json:
        print_json(document)
        return
    typer.echo(shown_line(shown))
    if whole:
        for name, value in document.items():
            if name not in {"description", "state"} and value not in (None, [], {}):
                typer.echo(f"  {name:10} {value}")
