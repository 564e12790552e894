"""paperboy subscribe: a digest for a channel or a person."""

from typing import TYPE_CHECKING

import typer

from paperboy.options import Categories, Json, print_json
from paperboy.wish_options import (
    Daily,
    Language,
    MinimumScore,
    Notify,
    On,
    Owner,
    Publish,
    QuietLine,
    Time,
    To,
    Top,
    Weekdays,
    Weekly,
    Zone,
    language_tag,
    named,
    named_categories,
    schedule,
)

if TYPE_CHECKING:
    from papers.following import DigestOptions
    from papers.schedule import Schedule


def register(app: typer.Typer) -> None:
    app.command(
        epilog="Examples:  paperboy subscribe --to console:me    "
        "paperboy subscribe --to file:papers.jsonl --weekdays --time 08:30 --tz Europe/Berlin --top 5    "
        "paperboy subscribe --to email:ada@example.org --weekly --on friday --category cs.CL"
    )(subscribe)


def subscribe(
    to: To,
    daily: Daily = False,
    weekdays: Weekdays = False,
    weekly: Weekly = False,
    on: On = None,
    time: Time = None,
    tz: Zone = None,
    top: Top = None,
    category: Categories = None,
    min_score: MinimumScore = None,
    language: Language = None,
    say_when_empty: QuietLine = None,
    publish: Publish = None,
    owner: Owner = None,
    notify: Notify = None,
    as_json: Json = False,
) -> None:
    """Send a destination the digest of trending papers, at its hour. Asking again changes what is named anew."""
    from paperboy.post import run_with_post
    from paperboy.subscribing import shown_json, shown_line
    from paperboy.subscribing import subscribe as save

    said = {
        "top": top,
        "minimum_score": min_score,
        "language": language_tag(language) if language else None,
        "say_when_empty": say_when_empty,
        "publish": publish,
    }
    chosen = named_categories(category)

    def rhythm(default: "Schedule | None") -> "Schedule":
        return schedule(daily=daily, weekdays=weekdays, weekly=weekly, on=on, at=time, zone=tz, default=default)

    def options(default: "DigestOptions") -> "DigestOptions":
        return default.model_copy(update={**named(said), "categories": chosen})

    rhythm(None)  # what cannot be understood is told before a store is opened
    done = run_with_post(lambda post: save(post, to, rhythm, options, owner=owner, notify=notify))
    if as_json:
        print_json({"saved": done.saved, **shown_json(done.shown)})
        return
    typer.echo(f"{done.saved.capitalize()}: {shown_line(done.shown)}")
    tell_of_confirmation(done.shown.state)


def tell_of_confirmation(state: str) -> None:
    if state == "unconfirmed":
        typer.echo(
            "A letter asks the address for confirmation; it leaves with the worker, or with: paperboy digest send"
        )
