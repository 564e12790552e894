"""Dates as people read them. Of papers the day in UTC, as the charts have it; of a message the reader's own zone.

English is written here, ``8 October 2024``, the same in every country; other languages follow CLDR, through babel.
Numbers, hours of a rhythm and "on Mondays" are parts of English sentences, and are written as these are.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from papers.clock import as_utc
from papers.models import Window

if TYPE_CHECKING:
    from babel import Locale

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = {Window.DAY: 2, Window.WEEK: 7, Window.MONTH: 30}
_UTC = ZoneInfo("UTC")


def day(moment: datetime, language: str = "en") -> str:
    """``8 Oct 2024``"""
    when = as_utc(moment)
    if locale := _locale(language):
        from babel.dates import format_date

        return format_date(when.date(), "medium", locale)
    return f"{when.day} {_MONTHS[when.month - 1][:3]} {when.year}"


def long_day(moment: datetime, language: str = "en") -> str:
    """``8 October 2024``; in another language ``8. Oktober 2024``."""
    return _long(as_utc(moment).date(), _locale(language))


def period(at: datetime, window: Window, *, zone: str = "UTC", language: str = "en") -> str:
    """The window that ends at ``at``: ``24 hours to 8 October 2024, 09:00 UTC`` or ``2 – 8 October 2024``.

    ``zone`` is an IANA name, ``language`` a BCP 47 tag. One that is not known any more is read as UTC, or English: a
    message must not fail for it. In other languages no words are used, ``7.–8. Okt. 2024, 09:00 MESZ``.
    """
    when = _in_zone(at, zone)
    last = when.date()
    first = last - timedelta(days=min(_DAYS[window] - 1, last.toordinal() - 1))
    if locale := _locale(language):
        from babel.dates import format_interval, format_time

        days = format_interval(first, last, "yMMMMd", locale=locale)
        if window is not Window.DAY:
            return days
        hour = format_time(when, "short", tzinfo=when.tzinfo, locale=locale)
        return f"{days}, {hour} {_zone_name(when, locale)}"
    if window is Window.DAY:
        return f"24 hours to {_long(last)}, {when:%H:%M} {_zone_name(when)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} – {_long(last)}"
    if first.year == last.year:
        return f"{first.day} {_MONTHS[first.month - 1]} – {_long(last)}"
    return f"{_long(first)} – {_long(last)}"


def local_moment(moment: datetime, zone: str, language: str = "en") -> str:
    """``8 October 2024, 11:00 CEST``; in another language ``8. Oktober 2024, 11:00 MESZ``."""
    when = _in_zone(moment, zone)
    if locale := _locale(language):
        from babel.dates import format_time

        hour = format_time(when, "short", tzinfo=when.tzinfo, locale=locale)
        return f"{_long(when.date(), locale)}, {hour} {_zone_name(when, locale)}"
    return f"{_long(when.date())}, {when:%H:%M} {_zone_name(when)}"


def is_language(tag: str) -> bool:
    """Whether dates can be written in this language, a BCP 47 tag such as ``de`` or ``pt-BR``."""
    return _is_english(tag) or _locale(tag) is not None


def _long(when: date, locale: "Locale | None" = None) -> str:
    if locale:
        from babel.dates import format_date

        return format_date(when, "long", locale)
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def _in_zone(moment: datetime, zone: str) -> datetime:
    try:
        return as_utc(moment).astimezone(ZoneInfo(zone))
    except (KeyError, ValueError, OSError, OverflowError):  # ZoneInfoNotFoundError is a KeyError
        return as_utc(moment).astimezone(_UTC)


def _zone_name(when: datetime, locale: "Locale | None" = None) -> str:
    """``CEST`` where the zone has letters, else its distance: ``UTC+05:45``."""
    name = when.strftime("%Z")
    if locale:
        from babel.dates import get_timezone_name

        own = get_timezone_name(when, width="short", locale=locale)
        name = own if own[:1].isalpha() else name
    return name if name[:1].isalpha() else f"UTC{when.isoformat()[-6:]}"


def _is_english(tag: str) -> bool:
    return tag.replace("_", "-").partition("-")[0].lower() == "en"


@lru_cache(maxsize=64)
def _locale(tag: str) -> "Locale | None":
    """The language's rules; None for English, whose dates are written here, and for a tag that names none."""
    if _is_english(tag):
        return None
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(tag.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        return None
