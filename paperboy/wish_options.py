"""Options of what is subscribed or followed, and the rhythm they make."""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from papers.errors import BadInput
from papers.schedule import Cadence, Schedule, parse_hour, parse_quiet, parse_weekday, parse_zone


def finite(number: float | None) -> float | None:
    """What an option takes that is a number. Raises BadParameter."""
    if number is not None and not math.isfinite(number):
        raise typer.BadParameter(f"{number} is no number that anything could be compared with")
    return number


To = Annotated[
    str,
    typer.Option(
        "--to",
        metavar="DEST",
        help="console:NAME, file:PATH, email:ADDRESS, slack:TEAM/CHANNEL or discord:CHANNEL.",
    ),
]
Daily = Annotated[bool, typer.Option("--daily", help="Once a day (the default).")]
Weekdays = Annotated[bool, typer.Option("--weekdays", help="Monday to Friday.")]
Weekly = Annotated[bool, typer.Option("--weekly", help="Once a week; --on says on which day.")]
On = Annotated[str | None, typer.Option("--on", metavar="DAY", help="The day of a weekly message; default: monday.")]
Time = Annotated[str | None, typer.Option("--time", metavar="HH:MM", help="The local hour; default: 09:00.")]
Zone = Annotated[
    str | None, typer.Option("--tz", metavar="ZONE", help="The time zone, as in Europe/Berlin; default: UTC.")
]
Quiet = Annotated[
    str | None, typer.Option("--quiet", metavar="HH:MM-HH:MM", help="Hours in which nothing is sent at once.")
]
Owner = Annotated[
    str | None, typer.Option("--owner", metavar="USER", help="Whose it is: a name or a destination; default: --to.")
]
Notify = Annotated[
    str | None,
    typer.Option("--notify", metavar="DEST", help="Who hears of it when nothing can be sent there."),
]
Top = Annotated[int | None, typer.Option("--top", min=1, max=50, help="How many papers; default: 10.")]
MinimumScore = Annotated[
    float | None, typer.Option("--min-score", help="Only papers that score as much.", callback=finite)
]
Language = Annotated[
    str | None, typer.Option("--language", metavar="TAG", help="Language of dates, as in de or pt-BR; default: en.")
]
QuietLine = Annotated[
    bool | None,
    typer.Option("--say-when-empty/--silent-when-empty", help="On a day with nothing new: one line, or nothing."),
]
Publish = Annotated[
    bool | None,
    typer.Option("--publish/--keep-here", help="In an announcement channel of Discord: also to who follows it."),
]


def schedule(
    *,
    now: bool = False,
    daily: bool = False,
    weekdays: bool = False,
    weekly: bool = False,
    on: str | None = None,
    at: str | None = None,
    zone: str | None = None,
    quiet: str | None = None,
    default: Schedule | None = None,
) -> Schedule:
    """The rhythm that was asked for; what was not said is as in ``default``. Raises BadInput."""
    asked = [cadence for cadence, wanted in _flags(now, daily, weekdays, weekly).items() if wanted]
    if len(asked) > 1:
        raise BadInput(f"{' and '.join(f'--{cadence}' for cadence in asked)} cannot both hold: choose one")
    base = default or Schedule()
    cadence = asked[0] if asked else base.cadence
    if on is not None and cadence is not Cadence.WEEKLY:
        raise BadInput("--on goes with --weekly")
    if quiet is not None and cadence is not Cadence.NOW:
        raise BadInput("--quiet goes with --now: what comes by the clock comes at its hour")
    if at is not None and cadence is Cadence.NOW:
        raise BadInput("--time does not go with --now, which sends at once")
    return Schedule(
        cadence=cadence,
        at=parse_hour(at) if at is not None else base.at,
        zone=parse_zone(zone) if zone is not None else base.zone,
        weekday=parse_weekday(on) if on is not None else base.weekday,
        quiet=parse_quiet(quiet) if quiet is not None else base.quiet if cadence is Cadence.NOW else None,
    )


def _flags(now: bool, daily: bool, weekdays: bool, weekly: bool) -> dict[Cadence, bool]:
    return {
        Cadence.NOW: now,
        Cadence.DAILY: daily,
        Cadence.WEEKDAYS: weekdays,
        Cadence.WEEKLY: weekly,
    }


def language_tag(text: str) -> str:
    """A language that dates can be written in. Raises BadInput."""
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(text.strip(), sep="-" if "-" in text else "_")).replace("_", "-")
    except (UnknownLocaleError, ValueError):
        raise BadInput(f"language {text[:20]!r} is not known: write a tag like en, de or pt-BR") from None


def named_categories(categories: Sequence[str] | None) -> tuple[str, ...]:
    """Categories without white space around them. Raises BadInput for an empty one, which no paper is in."""
    found = tuple(category.strip() for category in categories or ())
    if not all(found):
        raise BadInput("a category is empty: write one like cs.CL, or cs for all of cs.*")
    return found


def named(options: Mapping[str, Any]) -> dict[str, Any]:
    """Those that were said."""
    return {name: value for name, value in options.items() if value is not None}
