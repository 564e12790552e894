"""A time of day as people type it: ``9``, ``9am``, ``17h30``, ``0730``, ``noon``, ``7 o’clock``. Pure."""

import re

_HOUR = re.compile(r"(?:at\s+)?(\d{1,2})(?:[:.h](\d{2})?)?\s*(?:([ap])\.?m\.?|o['’]?\s?clock|uhr)?", re.I | re.ASCII)
_IN_ONE = re.compile(r"([01]?\d|2[0-3])([0-5]\d)\s*(?:h|hrs)?", re.I | re.ASCII)
_NAMED = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
NOT_UNDERSTOOD = "Write a time of day like 09:00 or 17:30."


def typed_hour(text: str) -> str | None:
    """``09:00`` for all that means it; None for what is no time of day."""
    typed = text.strip()
    if typed.casefold() in _NAMED:
        return _NAMED[typed.casefold()]
    if whole := _IN_ONE.fullmatch(typed):
        return f"{int(whole[1]):02}:{whole[2]}"
    match = _HOUR.fullmatch(typed)
    if match is None:
        return None
    number, minutes, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    if half:
        if not 1 <= number <= 12:
            return None
        number = number % 12 + (12 if half == "p" else 0)
    return f"{number:02}:{minutes:02}" if number < 24 and minutes < 60 else None
