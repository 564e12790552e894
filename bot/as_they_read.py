"""In which time zone and language a person reads: what they set, else what the platform says, else English.

A zone that nobody knows stays None: dates are then told in UTC, and what is subscribed in its own zone.
"""

from bot.caller import Caller
from bot.dates import is_language
from bot.zones import zone_of
from papers.preferences import Preferences

_LONGEST_TAG = 35


def as_they_read(caller: Caller, preferences: Preferences) -> Caller:
    """The caller with a zone and a language for what is said to them alone: what is public is English. Pure."""
    zone = zone_of(preferences.zone, caller.zone)
    return caller.model_copy(update={"zone": zone, "language": _language(preferences.language, caller.language)})


def _language(*tags: str | None) -> str:
    """The first of these in which dates can be written; else English."""
    return next((tag for tag in tags if tag and len(tag) <= _LONGEST_TAG and is_language(tag)), "en")
