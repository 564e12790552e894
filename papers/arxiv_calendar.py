"""When arXiv announces papers: Sunday to Thursday at 20:00 US Eastern, but not on its holidays.

The rule is arXiv's own (info.arxiv.org/help/availability.html). Its list of holidays is published year by year; here
are the days that are on it every year. A holiday that arXiv adds to them is not known here, and costs nothing but the
reason why a day was quiet.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_EASTERN = ZoneInfo("America/New_York")
_ANNOUNCED = time(20)
_DAY = timedelta(days=1)
_MONDAY, _THURSDAY, _FRIDAY, _SATURDAY = 0, 3, 4, 5


def is_announced(evening: date) -> bool:
    """Whether arXiv announces papers on the evening of this (US Eastern) date."""
    return evening.weekday() not in {_FRIDAY, _SATURDAY} and holiday(evening) is None


def why_quiet(at: datetime) -> str | None:
    """Why nothing was announced in the 24 hours up to ``at``, as a sentence; None if something was."""
    local = at.astimezone(_EASTERN)
    evening = local.date() if local.timetz().replace(tzinfo=None) >= _ANNOUNCED else local.date() - _DAY
    if is_announced(evening):
        return None
    name = holiday(evening)
    if name is not None and evening.weekday() not in {_FRIDAY, _SATURDAY}:
        return f"arXiv took a holiday ({name})."
    return "arXiv announces nothing at weekends."


def holiday(day: date) -> str | None:
    """The name of arXiv's holiday on this date."""
    return _holidays(day.year).get(day)


def _holidays(year: int) -> dict[date, str]:
    thanksgiving = _nth(year, 11, _THURSDAY, 4)
    return {
        date(year, 1, 1): "New Year's Day",
        _nth(year, 1, _MONDAY, 3): "Martin Luther King Jr. Day",
        _last_monday(year, 5): "Memorial Day",
        date(year, 6, 19): "Juneteenth",
        date(year, 7, 4): "Independence Day",
        _nth(year, 9, _MONDAY, 1): "Labor Day",
        thanksgiving: "Thanksgiving",
        date(year, 12, 24): "Christmas Eve",
        date(year, 12, 25): "Christmas Day",
        date(year, 12, 31): "New Year's Eve",
    }


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + _DAY * ((weekday - first.weekday()) % 7 + 7 * (number - 1))


def _last_monday(year: int, month: int) -> date:
    last = date(year, month + 1, 1) - _DAY
    return last - _DAY * ((last.weekday() - _MONDAY) % 7)
