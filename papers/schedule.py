"""When something is due: rules of a clock on a wall, in a zone, daylight saving included. Pure functions.

A rule gives exactly one moment a day (or week) whatever the clocks do: an hour that is skipped in spring is taken
as long after midnight as it would have been, the hour that comes twice in autumn counts the first time.
"""

from datetime import time
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from papers.models import Frozen


class Cadence(StrEnum):
    NOW = "now"
    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"


class QuietHours(Frozen):
    """A part of the day, over midnight if ``start`` is after ``end``, in which nothing instant is sent."""

    start: time
    end: time


class Schedule(Frozen):
    """A rhythm. ``at`` and ``zone`` say when on the days it is due; NOW is due whenever there is something."""

    cadence: Cadence = Cadence.DAILY
    at: time = time(9)
    zone: str = "UTC"
    """IANA name."""
    weekday: int = Field(default=0, ge=0, le=6)
    """For WEEKLY: 0 is Monday."""
    quiet: QuietHours | None = None
    """For NOW."""
