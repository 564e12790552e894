"""What an answer's headers say about waiting."""

import math
import re
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx

from papers.clock import as_utc

_DAY = 86_400.0
# RateLimit: "api";r=499;t=297 (draft-ietf-httpapi-ratelimit-headers), as Hugging Face sends it.
_RATE_LIMIT = re.compile(r";\s*([rt])\s*=\s*(\d{1,9})")


def retry_after(headers: httpx.Headers, now: datetime) -> float | None:
    """Seconds of Retry-After (a number or an HTTP date; RFC 9110, 10.2.3), from 0 to a day; None if there is none.

    A date is measured from the answer's own Date, so that a wrong clock here does no harm.
    """
    text = headers.get("retry-after", "").strip()
    try:
        seconds = float(text)
    except ValueError:
        until = _http_date(text)
        if until is None:
            return None
        seconds = (until - (_http_date(headers.get("date", "")) or now)).total_seconds()
    return min(max(seconds, 0.0), _DAY) if math.isfinite(seconds) else None


def rate_limit(headers: httpx.Headers) -> tuple[int, float] | None:
    """``(calls left, seconds until the window starts anew)`` of a RateLimit header, or None."""
    values = dict(_RATE_LIMIT.findall(headers.get("ratelimit", "")))
    if "r" not in values or "t" not in values:
        return None
    return int(values["r"]), min(float(values["t"]), _DAY)


def _http_date(text: str) -> datetime | None:
    try:
        return as_utc(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
