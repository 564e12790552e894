"""paperboy follow: a topic in free words, authors, or papers like one."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperboy.commands.subscribe import tell_of_confirmation
from paperboy.options import At, Categories, Json, print_json, stdout_console
from paperboy.wish_options import Daily, Notify, On, Owner, Quiet, Time, Weekdays, Weekly, Zone, schedule

if TYPE_CHECKING:
    from paperboy.post import Post
    from paperboy.subscribing import Done
    from papers.schedule import Schedule
    from papers.topic_desk import Looked

Words = Annotated[str | None, typer.Argument(metavar="TOPIC", help="What to look for, in your own words.")]
To = Annotated[
    str | None,
    typer.Option("--to", metavar="DEST", help="console:NAME, file:PATH, email:ADDRESS …; not needed with --preview."),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="WORD", help="Not with this word or phrase in title or abstract; repeatable."),
]
Author = Annotated[
    list[str] | None, typer.Option("--author", metavar="A", help="By this author; repeatable: by any of them.")
]
With = Annotated[
    list[str] | None, typer.Option("--with", metavar="A", help="Who the author writes with, to tell homonyms apart.")
]


def register(app: typer.Typer) -> None:
    app.command(
        epilog="Examples:  paperboy follow 'diffusion models for proteins, not images' --to console:me --preview    "
        "paperboy follow 'chip design' --to console:me --threshold 0.5 --weekly --on friday    "
        "paperboy follow --author 'Yann LeCun' --to console:me --now --quiet 22:00-07:00    "
        "paperboy follow --like 2603.03283 --to file:like.jsonl"
    )(follow)


def follow(
    topic: Words = None,
    to: To = None,
    exclude: Exclude = None,
    author: Author = None,
    orcid: Annotated[str | None, typer.Option("--orcid", metavar="ID", help="The author's ORCID.")] = None,
    coauthor: With = None,
    category: Categories = None,
    like: Annotated[str | None, typer.Option("--like", metavar="ID", help="Papers like this one.")] = None,
    threshold: Annotated[
        float | None, typer.Option("--threshold", min=-1.0, max=1.0, help="Least similarity; default: about 2 a day.")
    ] = None,
    revisions: Annotated[bool, typer.Option("--revisions", help="Also new versions of papers.")] = False,
    now: Annotated[bool, typer.Option("--now", help="As soon as a paper matches.")] = False,
    daily: Daily = False,
    weekdays: Weekdays = False,
    weekly: Weekly = False,
    on: On = None,
    time: Time = None,
    tz: Zone = None,
    quiet: Quiet = None,
    owner: Owner = None,
    notify: Notify = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what last week would have brought; follow nothing.")
    ] = False,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Follow a topic, authors, or papers like one; what is new comes as one message. Asking again changes it."""
    from paperboy.following import topic_options
    from paperboy.post import run_with_post
    from paperboy.subscribing import follow as save
    from papers.errors import BadInput

    if to is None and not preview:
        raise BadInput("where to? --to console:NAME, file:PATH or email:ADDRESS; or --preview to look first")

    def rhythm(default: "Schedule | None") -> "Schedule":
        return schedule(
            now=now,
            daily=daily,
            weekdays=weekdays,
            weekly=weekly,
            on=on,
            at=time,
            zone=tz,
            quiet=quiet,
            default=default,
        )

    rhythm(None)  # what cannot be understood is told before a store is opened
    options = topic_options(
        topic,
        like=like,
        authors=author or [],
        orcid=orcid,
        coauthors=coauthor or [],
        excluded=exclude or [],
        categories=category or [],
        revisions=revisions,
    )

    async def run(post: "Post") -> "tuple[Looked, Done | None]":
        looked = await post.topics.look(options, threshold)
        if preview or to is None:
            return looked, None
        return looked, await save(post, to, rhythm, looked.topic, looked.packed, owner=owner, notify=notify)

    looked, done = run_with_post(run, at=at)
    if done is None:
        _show(looked, as_json)
    else:
        _tell(looked, done, as_json)


def _show(looked: "Looked", as_json: bool) -> None:
    if as_json:
        print_json(_preview_json(looked))
        return
    from bot.console.preview import render_preview
    from bot.preview import preview_message

    message = preview_message(looked.topic, looked.preview, threshold=looked.topic.threshold)
    render_preview(message, stdout_console())


def _tell(looked: "Looked", done: "Done", as_json: bool) -> None:
    from paperboy.subscribing import shown_json, shown_line

    if as_json:
        print_json({"saved": done.saved, **shown_json(done.shown)})
        return
    typer.echo(f"{done.saved.capitalize()}: {shown_line(done.shown)}")
    if looked.vector is not None:
        typer.echo(f"Threshold {looked.topic.threshold:.2f}; --preview shows what it would have brought last week.")
    tell_of_confirmation(done.shown.state)


def _preview_json(looked: "Looked") -> dict[str, Any]:
    from papers.export import hit_json

    preview = looked.preview
    people = {name: [one.model_dump(mode="json") for one in found] for name, found in preview.homonyms.items()}
    return {
        "threshold": looked.topic.threshold,
        "a_day": {f"{threshold:.2f}": rate for threshold, rate in preview.a_day.items()},
        "looked_at": preview.looked_at,
        "days": preview.days,
        "examples": [hit_json(hit) for hit in preview.examples],
        "homonyms": people,
    }
