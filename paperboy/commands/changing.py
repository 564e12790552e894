"""paperboy subscriptions change and tune: when something comes, and what it brings."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperboy.commands.wish_output import Id, tell
from paperboy.options import Categories, Json, print_json
from paperboy.wish_options import (
    Daily,
    Language,
    MinimumScore,
    On,
    Publish,
    Quiet,
    QuietLine,
    Time,
    Top,
    Weekdays,
    Weekly,
    Zone,
    finite,
    language_tag,
    named,
    named_categories,
    schedule,
)

if TYPE_CHECKING:
    from paperboy.post import Post
    from papers.shown import Shown
    from papers.topic_desk import Tuned

Now = Annotated[bool, typer.Option("--now", help="A topic: as soon as a paper matches.")]
Threshold = Annotated[
    float | None, typer.Option("--threshold", min=-1.0, max=1.0, help="A topic: least similarity.", callback=finite)
]


def register(wishes: typer.Typer) -> None:
    wishes.command(
        epilog="Examples:  paperboy subscriptions change 4k2mzq7fwhx3 --time 07:30 --tz Asia/Tokyo    "
        "paperboy subscriptions change 4k2mzq7fwhx3 --threshold 0.5"
    )(change)
    wishes.command(
        epilog="Examples:  paperboy subscriptions tune 4k2mzq7fwhx3 --less 2603.03283    "
        "paperboy subscriptions tune 4k2mzq7fwhx3 --undo"
    )(tune)


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
    publish: Publish = None,
    threshold: Threshold = None,
    as_json: Json = False,
) -> None:
    """Change when it comes, or what it brings; what is not named stays."""
    from paperboy.post import run_with_post
    from papers.errors import BadInput

    digest_options: dict[str, Any] = {
        "top": top,
        "minimum_score": min_score,
        "language": language_tag(language) if language else None,
        "say_when_empty": say_when_empty,
        "publish": publish,
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
            fields["digest"] = found.digest.model_copy(update=named(digest_options))
        if found.topic is not None:
            if any(value is not None for name, value in digest_options.items() if name != "categories"):
                raise BadInput("--top, --min-score, --language and --say-when-empty are for digests; this is a topic")
            fields["topic"] = found.topic.model_copy(update=named(topic_options))
        return await shown(post, await post.subscriptions.change(found.id, post.app.clock.now(), **fields))

    tell(run_with_post(run), as_json)


def tune(
    subscription: Id,
    more: Annotated[
        str | None, typer.Option("--more", metavar="PAPER", help="More like this one: wider, by at least a paper.")
    ] = None,
    less: Annotated[
        str | None, typer.Option("--less", metavar="PAPER", help="Less like this one: narrower, and without it.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last step back.")] = False,
    as_json: Json = False,
) -> None:
    """Make a topic wider or narrower by a paper it brought, and see what that changes."""
    from paperboy.post import run_with_post

    async def run(post: "Post") -> "tuple[Shown, Tuned]":
        from paperboy.following import tune as tune_topic
        from paperboy.subscribing import show as shown

        tuned = await tune_topic(post, subscription, more=more, less=less, undo=undo)
        return await shown(post, tuned.subscription), tuned

    shown, tuned = run_with_post(run)
    if as_json:
        from paperboy.subscribing import shown_json

        print_json({**shown_json(shown), "added": tuned.effect.added, "dropped": tuned.effect.dropped})
        return
    tell(shown, as_json=False)
    from papers.tuning import last_words

    thumbs = last_words(tuned.subscription.topic) if tuned.subscription.topic else {}
    for paper, wanted in thumbs.items():
        typer.echo(f"  {'more' if wanted else 'less'} like {paper}")
    added, dropped = tuned.effect.added, tuned.effect.dropped
    typer.echo(
        f"Of last week's papers {len(added)} more would come{_some(added)}, "
        f"{len(dropped)} would not any more{_some(dropped)}."
    )


def _some(papers: Sequence[str]) -> str:
    return f" ({', '.join(papers[:5])}{' …' if len(papers) > 5 else ''})" if papers else ""
