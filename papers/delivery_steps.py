"""What is told to the ledger: a delivery that falls due, and what came of an attempt to send one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from papers.delivery_models import Delivery, Disabled, State


@dataclass(frozen=True)
class Planned:
    """A delivery that falls due. Without ``expected`` it is a message sent once, of no feed."""

    delivery: Delivery
    expected: int | None = None
    """When the feed was due, as FEEDS had it (seconds); if that has changed, somebody else has planned it."""
    next: int | None = None
    """When the feed is due next; None: when something comes."""


@dataclass(frozen=True)
class Pause:
    """What a platform asked for: nothing more to this bucket (``channel:REF``, ``workspace:LANE``, …) for a time."""

    bucket: str
    length: timedelta


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt."""

    state: State
    """SENT, EMPTY, DEAD, UNKNOWN, FAILED (to be tried again), or DUE (given back untried)."""
    reason: str = ""
    message_id: str | None = None
    papers: tuple[str, ...] = ()
    told: str | None = None
    """Name of the set that remembers what was told of."""
    drop: tuple[str, ...] = ()
    """Papers that are remembered as told of, and leave the inbox."""
    retry_at: datetime | None = None
    """For FAILED; for DUE as before if there is none."""
    look: bool = False
    """For FAILED and DUE: the message may be there; ask before it is sent again."""
    pause: Pause | None = None
    disable: Disabled | None = None
    """Nothing more is sent to the destination."""
    notice: Delivery | None = None
    """A message to another destination that tells of it."""
