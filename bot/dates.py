"""Dates as people read them: the day, the month's name, the year; always UTC, as the charts are."""

from datetime import date, datetime, timedelta

from papers.clock import as_utc
from papers.models import Window

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = {Window.WEEK: 7, Window.MONTH: 30}


def day(moment: datetime) -> str:
    """``8 Oct 2024``"""
    when = as_utc(moment)
    return f"{when.day} {_MONTHS[when.month - 1][:3]} {when.year}"


def long_day(moment: datetime) -> str:
    """``8 October 2024``"""
    return _long(as_utc(moment).date())


def period(at: datetime, window: Window) -> str:
    """The window that ends at ``at``: ``24 hours to 8 October 2024, 09:00 UTC`` or ``2 – 8 October 2024``."""
    when = as_utc(at)
    if window is Window.DAY:
        return f"24 hours to {_long(when.date())}, {when:%H:%M} UTC"
    last = when.date()
    first = last - timedelta(days=min(_DAYS[window] - 1, last.toordinal() - 1))
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} – {_long(last)}"
    if first.year == last.year:
        return f"{first.day} {_MONTHS[first.month - 1]} – {_long(last)}"
    return f"{_long(first)} – {_long(last)}"


def _long(when: date) -> str:
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
