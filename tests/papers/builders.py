"""Short ways to the values that tests of the domain are about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from papers.models import Observation, Paper, Signal, SignalName

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def at(hours: float) -> datetime:
    """So many hours after NOON."""
    return NOON + timedelta(hours=hours)


def paper(paper_id: str = "2603.00001", title: str = "A study of long enough titles", **fields: Any) -> Paper:
    return Paper(id=paper_id, title=title, **fields)


def signal(name: SignalName, value: float, hours: float) -> Signal:
    return Signal(name=name, value=value, at=at(hours))


def seen(about: Paper, hours: float = 0, *signals: Signal, source: str = "test") -> Observation:
    return Observation(source=source, seen_at=at(hours), paper=about, signals=signals)
