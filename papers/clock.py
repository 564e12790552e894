"""The one clock. Whatever needs "now" is handed one; nothing else reads the time of day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol

from papers.errors import BadInput


class Clock(Protocol):
    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class FixedClock:
    """Stands still at one time: for tests, ``--at`` and ``PAPERBOY_NOW``."""

    at: datetime

    def now(self) -> datetime:
        return self.at


def parse_time(text: str, *, what: str = "time") -> datetime:
    """An ISO 8601 date or time as an aware UTC datetime; a date alone means its midnight, UTC.

    Raises BadInput with a sentence that names ``what`` was wrong.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        return as_utc(moment)
    except (ValueError, OverflowError):
        raise BadInput(f"{what} {text!r} is no ISO date or time (2026-03-31, 2026-03-31T09:00Z)") from None


def parse_date(text: str, *, what: str = "date") -> date:
    """The UTC calendar date of an ISO date or time. Raises BadInput."""
    return parse_time(text, what=what).date()


def as_utc(moment: datetime) -> datetime:
    """The same instant in UTC; a naive time is taken to be UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
