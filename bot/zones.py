"""Time zones as people choose them: by a city or a name, with their distance from UTC at the moment."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.cities import cities
from bot.forms import Option
from papers.identity import fold
from papers.schedule import known_zone, near_zones, zone_names

_LONGEST_LABEL = 75
_USUAL = (
    "UTC", "Europe/London", "Europe/Berlin", "Europe/Paris", "Europe/Athens", "Europe/Istanbul",
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Toronto",
    "America/Sao_Paulo", "Africa/Johannesburg", "Africa/Nairobi", "Asia/Jerusalem", "Asia/Dubai",
    "Asia/Kolkata", "Asia/Bangkok", "Asia/Singapore", "Asia/Shanghai", "Asia/Seoul", "Asia/Tokyo",
    "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip
"""What is offered before anything is typed."""


_ABBREVIATED: Mapping[str, tuple[str, ...]] = {
    "ist": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
    "cst": ("America/Chicago", "Asia/Shanghai"),
    **dict.fromkeys(("gmt", "bst"), ("Europe/London",)),
    **dict.fromkeys(("cet", "cest", "mez"), ("Europe/Berlin", "Europe/Paris")),
    **dict.fromkeys(("eet", "eest"), ("Europe/Athens",)),
    **dict.fromkeys(("est", "edt", "et", "eastern"), ("America/New_York",)),
    **dict.fromkeys(("cdt", "ct", "central"), ("America/Chicago",)),
    **dict.fromkeys(("mst", "mdt", "mountain"), ("America/Denver",)),
    **dict.fromkeys(("pst", "pdt", "pt", "pacific time"), ("America/Los_Angeles",)),
    **dict.fromkeys(("aest", "aedt"), ("Australia/Sydney",)),
    "msk": ("Europe/Moscow",),
    "jst": ("Asia/Tokyo",),
    "kst": ("Asia/Seoul",),
    "sgt": ("Asia/Singapore",),
}
"""Most of them are those of several countries; the tz database has none of most."""
_SAYS_NOTHING = re.compile(r"\s+(?:standard |daylight |summer )?time(?:\s?zone)?$")
"""``London time``"""
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+−])\s*(\d{1,2}):?(\d{2})?")


def zone_option(zone: str, now: datetime) -> Option:
    """``Europe/Berlin (UTC+01:00)``, ``America/New York (UTC−05:00)``; ``zone`` is an IANA name."""
    return Option(value=zone, label=f"{zone.replace('_', ' ')} ({_distance(zone, now)})"[:_LONGEST_LABEL])


def suggested_zones(typed: str, now: datetime, *, most: int) -> tuple[Option, ...]:
    """Zones whose city begins with what is typed first, then those that contain it; an offset finds its zones.

    A city that gives its zone no name is told with it: ``Mumbai: Asia/Kolkata (UTC+05:30)``.
    """
    wanted = " ".join(typed.lower().replace("_", " ").split())
    if wanted not in _ABBREVIATED:
        wanted = _SAYS_NOTHING.sub("", wanted)
    if not wanted:
        return tuple(zone_option(zone, now) for zone in _USUAL[:most])
    if wanted in _ABBREVIATED:
        return tuple(zone_option(zone, now) for zone in _ABBREVIATED[wanted][:most])
    offset = _offset(wanted)
    named = [(rank, name, "") for name in _offered(wanted) if (rank := _rank(name, wanted, offset, now)) is not None]
    ranked = sorted((*named, *_of_cities(wanted)), key=lambda one: (one[0], one[1] not in _USUAL, one[1], one[2]))
    zones: dict[str, str] = {}
    for _, name, city in ranked:
        zones.setdefault(name, city)
    return tuple(_with_city(city, zone_option(name, now)) for name, city in list(zones.items())[:most])


def no_zone(typed: str) -> str:
    """What to write instead of what names no zone, as a sentence."""
    near = near_zones(typed)
    asked = f"Is it one of these? {', '.join(near)}. Else write" if near else "Write"
    return f"{asked} a city, as in Berlin or New York, or how far it is from UTC, as in UTC+2."


def zone_of(*names: str | None) -> str | None:
    """The first of these that is a zone, as it is spelt; None if none is."""
    return next((zone for name in names if name and (zone := known_zone(name))), None)


def _offered(wanted: str) -> Iterator[str]:
    """Not ``Etc/GMT+5``, which is five hours behind UTC, unless somebody types just that."""
    return (name for name in zone_names() if not name.startswith("Etc/") or name.lower() == wanted)


def _offset(wanted: str) -> str:
    """``+5``, ``gmt-3``, ``utc+530`` as ``utc+05``, ``utc−03``, ``utc+05:30``; empty for what is none."""
    match = _OFFSET.fullmatch(wanted.replace("-", "−"))
    if match is None:
        return ""
    return f"utc{match[1]}{int(match[2]):02d}" + (f":{match[3]}" if match[3] else "")


def _of_cities(typed: str) -> list[tuple[int, str, str]]:
    """Rank, zone and city, of the cities that begin with what is typed, with accents or without."""
    wanted, known = fold(typed), set(zone_names())
    return [
        (0 if fold(city) == wanted else 1, zone, city)
        for city, zone in cities().items()
        if wanted and fold(city).startswith(wanted) and zone in known
    ]


def _with_city(city: str, option: Option) -> Option:
    return option.model_copy(update={"label": f"{city}: {option.label}"[:_LONGEST_LABEL]}) if city else option


def _rank(name: str, wanted: str, offset: str, now: datetime) -> int | None:
    whole = name.lower().replace("_", " ")
    city = whole.rpartition("/")[2]
    if wanted in {whole, city}:
        return 0
    if city.startswith(wanted):
        return 1
    if wanted in whole:
        return 2
    hour = now.replace(minute=0, second=0, microsecond=0)
    away = _distances(hour)[name].lower() if offset else ""
    if offset and away.startswith(offset):
        return 3 if away.removeprefix(offset) in {"", ":00"} else 4
    return None


def _distance(zone: str, now: datetime) -> str:
    away = now.astimezone(ZoneInfo(zone)).utcoffset()
    minutes = round(away.total_seconds() / 60) if away else 0
    return f"UTC{'−' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


@lru_cache(maxsize=2)
def _distances(hour: datetime) -> Mapping[str, str]:
    """Of every zone. Reading them all takes 30 ms, in which nobody else is answered: once an hour is enough."""
    return {name: _distance(name, hour) for name in zone_names()}
