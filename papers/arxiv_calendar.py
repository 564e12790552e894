"""When arXiv announces papers: Sunday to Thursday at 20:00 US Eastern, but not on its holidays.

The rule is arXiv's own (info.arxiv.org/help/availability.html). Its holidays are no rule: that page lists them year by
year, the last ones of a year late, and some at will (Sunday 2025-07-06, Tuesday 2026-12-29). Here are the lists as they
were published for 2025 (before its December was settled) and 2026, and for all other times the days that have been on
every list. Memorial Day, Christmas Eve and the day after Christmas have not. A holiday that is not known here costs
nothing but the reason why a day was quiet.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

_EASTERN = ZoneInfo("America/New_York")
_ANNOUNCED = time(20)
_DAY = timedelta(days=1)
_MONDAY, _THURSDAY, _FRIDAY, _SATURDAY = 0, 3, 4, 5

_PUBLISHED: Mapping[date, str] = {
    date(2025, 1, 1): "New Year's Day",
    date(2025, 1, 20): "Martin Luther King Jr. Day",
    date(2025, 6, 19): "Juneteenth",
    date(2025, 7, 6): "Independence Day",
    date(2025, 9, 1): "Labor Day",
    date(2025, 11, 27): "Thanksgiving",
    date(2026, 1, 1): "New Year's Day",
    date(2026, 1, 19): "Martin Luther King Jr. Day",
    date(2026, 6, 19): "Juneteenth",
    date(2026, 7, 3): "Independence Day",
    date(2026, 9, 7): "Labor Day",
    date(2026, 11, 26): "Thanksgiving",
    date(2026, 12, 25): "Christmas Day",
    date(2026, 12, 29): "the end of the year",
    date(2026, 12, 31): "New Year's Eve",
}
_LISTED_SINCE, _LISTED_UNTIL = date(2025, 1, 1), date(2026, 12, 31)
_UNSETTLED = (2025, 12)


def is_announced(evening: date) -> bool:
    """Whether arXiv announces papers on the evening of this (US Eastern) date."""
    return not _is_weekend(evening) and holiday(evening) is None


def why_quiet(at: datetime) -> str | None:
    """Why nothing was announced in the 24 hours up to ``at``, as a sentence; None if something was."""
    local = at.astimezone(_EASTERN)
    evening = local.date() if local.time() >= _ANNOUNCED else local.date() - _DAY
    if _is_weekend(evening):
        return "arXiv announces nothing at weekends."
    name = holiday(evening)
    return f"arXiv took a holiday ({name})." if name else None


def holiday(day: date) -> str | None:
    """The name of arXiv's holiday on this date."""
    if _LISTED_SINCE <= day <= _LISTED_UNTIL and (day.year, day.month) != _UNSETTLED:
        return _PUBLISHED.get(day)
    return _every_year(day.year).get(day)


def _is_weekend(evening: date) -> bool:
    return evening.weekday() in {_FRIDAY, _SATURDAY}


@cache
def _every_year(year: int) -> dict[date, str]:
    return {
        date(year, 1, 1): "New Year's Day",
        _nth(year, 1, _MONDAY, 3): "Martin Luther King Jr. Day",
        date(year, 6, 19): "Juneteenth",
        date(year, 7, 4): "Independence Day",
        _nth(year, 9, _MONDAY, 1): "Labor Day",
        _nth(year, 11, _THURSDAY, 4): "Thanksgiving",
        date(year, 12, 25): "Christmas Day",
    }


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + _DAY * ((weekday - first.weekday()) % 7 + 7 * (number - 1))
