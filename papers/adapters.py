"""What delivery asks of a platform: how fast, send this, is it there. Adapters (bot/) implement it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from papers.contents import Content
from papers.delivery_models import Delivery
from papers.destinations import Destination, Platform
from papers.following import Subscription


class Scope(StrEnum):
    """What a limit, or a Retry-After, holds for."""

    CHANNEL = "channel"
    WORKSPACE = "workspace"
    PLATFORM = "platform"


@dataclass(frozen=True)
class Rate:
    """A token bucket: ``per_second`` messages in the long run, ``burst`` at once."""

    per_second: float
    burst: int = 1


Limits = Mapping[Scope, Rate]

StillOurs = Callable[[], Awaitable[None]]
"""Awaited before each message that follows another; raises ``NotOurs`` if somebody else sends them now."""


async def _alone() -> None:
    """Nobody else sends it."""


@dataclass(frozen=True)
class Parcel:
    """A delivery with all that an adapter needs to send it."""

    delivery: Delivery
    destination: Destination
    content: Content
    subscriptions: tuple[Subscription, ...] = ()
    """Those it is sent for."""
    still_ours: StillOurs = _alone


Commit = Callable[[], Awaitable[None]]
"""Awaited by ``send`` immediately before the message leaves; raises ``NotOurs`` if it must not leave any more."""


class NotOurs(Exception):
    """The claim was lost, or the delivery or its destination removed meanwhile: send nothing."""


@dataclass(frozen=True)
class Sighting:
    """Whether a message is there. ``known`` False: the platform cannot say."""

    known: bool
    message_id: str | None = None
    """The platform's id of the message, if it is there."""


ABSENT = Sighting(known=True)
CANNOT_SAY = Sighting(known=False)


def seen(message_id: str) -> Sighting:
    return Sighting(known=True, message_id=message_id)


class Adapter(Protocol):
    """One platform."""

    @property
    def platform(self) -> Platform: ...

    @property
    def limits(self) -> Limits:
        """How many messages it takes; kept by the ledger for all senders together."""
        ...

    @property
    def timeout(self) -> float:
        """Seconds that ``send`` may take after its commit; longer is taken for a lost answer."""
        ...

    @property
    def settles(self) -> float:
        """Seconds after which a message whose sender died is there, or never will be."""
        ...

    async def send(self, parcel: Parcel, commit: Commit) -> str:
        """Send it and return the platform's id of the message.

        Everything is prepared first; then ``await commit()``; then the one request that makes it appear. Whatever
        is raised before the commit means that nothing was sent. Raises TryLater, AnswerLost, MessageRefused,
        DestinationGone, and Incomplete for a message that is there without all that follows it; any other error after
        the commit is taken for a lost answer.
        """
        ...

    async def find(self, delivery: Delivery, destination: Destination) -> Sighting:
        """Whether this delivery's message is there, by its id. Raises TryLater if that cannot be asked now."""
        ...

    async def close(self) -> None: ...


@runtime_checkable
class Completes(Protocol):
    """An adapter of a platform where more follows a message, as its thread: it can add what is missing later."""

    async def complete(self, parcel: Parcel, message_id: str) -> None:
        """Add what is missing below a message that is there, each part at most once.

        The message stays as it is where nobody can say what is there, or where the parcel is no longer what was sent.
        Raises NotOurs; TryLater and Incomplete, if it is to be asked again; MessageRefused and DestinationGone.
        """
        ...
