"""When something is due: rules of a clock on a wall, in a zone, daylight saving included. Pure functions.

A rule gives exactly one moment a day (or week) whatever the clocks do: an hour that is skipped in spring is taken
as long after midnight as it would have been, the hour that comes twice in autumn counts the first time. That is what
PEP 495 gives for ``fold=0``.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from hashlib import blake2b
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, field_validator

from papers.errors import BadInput
from papers.models import Frozen

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = timedelta(days=1)
_SATURDAY = 5
_CROWDED = 10
"""Feeds that may be due in one second."""


def _of_a_wall(value: time) -> time:
    if value.tzinfo is not None or value.microsecond:
        raise ValueError("must be a time of day in whole seconds and without a zone")
    return value.replace(fold=0)


WallTime = Annotated[time, AfterValidator(_of_a_wall)]


class Cadence(StrEnum):
    NOW = "now"
    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"


class QuietHours(Frozen):
    """A part of the day, over midnight if ``start`` is after ``end``, in which nothing instant is sent."""

    start: WallTime
    end: WallTime


class Schedule(Frozen):
    """A rhythm. ``at`` and ``zone`` say when on the days it is due; NOW is due whenever there is something."""

    cadence: Cadence = Cadence.DAILY
    at: WallTime = time(9)
    zone: str = "UTC"
    """IANA name."""
    weekday: int = Field(default=0, ge=0, le=6)
    """For WEEKLY: 0 is Monday."""
    quiet: QuietHours | None = None
    """For NOW."""

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        _zone(zone)
        return zone


def next_due(schedule: Schedule, after: datetime) -> datetime:
    """The first moment, in UTC, that it is due after ``after``. Raises BadInput where the calendar ends."""
    return _nearest(schedule, after, _DAY, lambda due: due > after)


def latest_due(schedule: Schedule, at: datetime) -> datetime:
    """The last moment, in UTC, that it was due by ``at``. Raises BadInput where the calendar begins."""
    return _nearest(schedule, at, -_DAY, lambda due: due <= at)


def period(schedule: Schedule, due: datetime) -> str:
    """The local date that a due moment belongs to, as ``2026-03-05``."""
    zone = _zone(schedule.zone)
    day = _local_date(due, zone)
    # A skipped hour before midnight is made up for after it.
    return (day if _due(schedule, day, zone) == due else day - _DAY).isoformat()


def end_of_quiet(schedule: Schedule, at: datetime) -> datetime:
    """When something instant may be sent: ``at``, or the end of the quiet hours it falls into."""
    quiet, zone = schedule.quiet, _zone(schedule.zone)
    if quiet is None or quiet.start == quiet.end:
        return at
    nights = _DAY if quiet.start > quiet.end else timedelta(0)
    today = _local_date(at, zone)
    # The clock may be put back over midnight: then tomorrow's have begun before today is over.
    for day in (today - _DAY, today, today + _DAY):
        if _moment(day, quiet.start, zone) <= at < (end := _moment(day + nights, quiet.end, zone)):
            at = end
    return at


def spread(key: str, crowd: int, longest: int) -> int:
    """Seconds by which a feed is put off so that ``crowd`` feeds due at one time are no stampede.

    Always the same for a key; 0 for a few feeds, at most ``longest``.
    """
    share = int.from_bytes(blake2b(key.encode(), digest_size=4).digest(), "big") / 2**32
    return int(share * min(longest, crowd / _CROWDED))


def parse_zone(text: str) -> str:
    """An IANA zone as it is spelt, whatever the case it was typed in. Raises BadInput, with names that are near."""
    found = known_zone(text)
    if found is None:
        hint = ", ".join(near_zones(text)) or "Europe/Berlin, America/New_York, UTC"
        raise BadInput(f"time zone {text[:40]!r} is not known; write one like {hint}")
    return found


def known_zone(text: str) -> str | None:
    """The same, at once: None for what is no zone."""
    return _names().get(_plain(text))


def _plain(text: str) -> str:
    return text.strip().lower().replace(" ", "_")


def parse_hour(text: str) -> time:
    """``9:00`` or ``09:00`` as a time of day. Raises BadInput."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", text.strip(), re.ASCII)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise BadInput(f"time {text[:20]!r} is no time of day: write it like 09:00 or 17:30")
    return time(int(match[1]), int(match[2]))


def parse_quiet(text: str) -> QuietHours:
    """``22:00-07:00`` as quiet hours. Raises BadInput."""
    start, dash, end = text.replace("–", "-").partition("-")
    if not dash:
        raise BadInput(f"quiet hours {text[:20]!r} are none: write them like 22:00-07:00")
    quiet = QuietHours(start=parse_hour(start), end=parse_hour(end))
    if quiet.start == quiet.end:
        raise BadInput(f"quiet hours {text[:20]!r} end when they begin: write them like 22:00-07:00")
    return quiet


def parse_weekday(text: str) -> int:
    """``monday`` or ``mon`` as 0 … 6. Raises BadInput."""
    wanted = text.strip().lower()
    found = [number for number, name in enumerate(WEEKDAYS) if len(wanted) >= 3 and name.startswith(wanted)]
    if not found:
        raise BadInput(f"day {text[:20]!r} is none: write monday, tuesday …")
    return found[0]


def _nearest(schedule: Schedule, moment: datetime, step: timedelta, fits: Callable[[datetime], bool]) -> datetime:
    """The first due moment that fits, from the local date of ``moment`` on, day by day.

    It begins a day before that: a clock that is put back or forward over midnight takes dues along.
    """
    zone = _zone(schedule.zone)
    try:
        day = _local_date(moment, zone) - step
        while True:
            due = _due(schedule, day, zone)
            if due is not None and fits(due):
                return due
            day += step
    except OverflowError:
        raise BadInput(f"{moment:%Y-%m-%d} is where the calendar ends: choose another time") from None


def _due(schedule: Schedule, day: date, zone: ZoneInfo) -> datetime | None:
    """When it is due on a local date, if it is on that date, and if there is such a date."""
    weekday = day.weekday()
    if schedule.cadence is Cadence.WEEKLY and weekday != schedule.weekday:
        return None
    if schedule.cadence is Cadence.WEEKDAYS and weekday >= _SATURDAY:
        return None
    due = _moment(day, schedule.at, zone)
    if _local_date(due, zone) != day and due == _moment(day + _DAY, schedule.at, zone):
        return None  # a zone that moved over the date line left this day out
    return due


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def _local_date(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def zone_names() -> tuple[str, ...]:
    """Every IANA zone that can be chosen, in alphabetical order."""
    return tuple(_names().values())


@cache
def _zone(name: str) -> ZoneInfo:
    if name not in _names().values():
        raise ValueError(f"time zone {name[:40]!r} is not known")
    return ZoneInfo(name)


@cache
def _names() -> dict[str, str]:
    """Zones by their names in lower case; not the system's own aliases, which other machines lack."""
    own = {"posixrules", "Factory", "localtime"}
    return {name.lower(): name for name in sorted(available_timezones()) if name not in own}


def near_zones(text: str) -> list[str]:
    """Zones that may have been meant: of this city, else of a name or city that looks like it.

    For an offset none: Etc/GMT+1 looks like what was meant by UTC+1, and is the opposite.
    """
    wanted = _plain(text)
    if re.search(r"[+\d]", wanted):
        return []
    cities = {name.rpartition("/")[2]: name for name in _names()}
    if wanted in cities:
        return [_names()[cities[wanted]]]
    looks = [*get_close_matches(wanted, _names(), 3, 0.7), *get_close_matches(wanted, cities, 3, 0.8)]
    return [_names()[name] for name in dict.fromkeys(cities.get(look, look) for look in looks)][:3]
