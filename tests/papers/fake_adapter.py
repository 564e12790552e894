"""A platform for tests: it keeps what it received, and answers as it is told to."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from papers.adapters import ABSENT, CANNOT_SAY, Commit, Limits, Parcel, Sighting, seen
from papers.contents import ConfirmationContent
from papers.delivery_models import Delivery
from papers.destinations import Destination, Platform
from papers.errors import AnswerLost, DestinationGone, MessageRefused, TryLater
from papers.writing import Writer, Written


class Answer(StrEnum):
    ACCEPT = "accept"
    LOSE_ANSWER = "lose answer"
    """The message is taken, and the connection breaks before the answer."""
    LOSE_MESSAGE = "lose message"
    """The connection breaks before the message is taken."""
    HANG = "hang"
    """Nothing is taken, and no answer ever comes."""
    HANG_TAKEN = "hang, taken"
    HANG_BEFORE = "hang before the commit"
    REFUSE = "refuse"
    GONE = "gone"
    GARBAGE = "garbage"
    """An error that nobody expects, after the message was handed over and not taken."""
    GARBAGE_BEFORE = "garbage before the commit"


@dataclass(frozen=True)
class Slow:
    """A 429 with its Retry-After."""

    seconds: float | None = None
    scope: str = "channel"


@dataclass(frozen=True)
class Received:
    delivery: str
    destination: str
    moment: float
    """Of the event loop's clock."""


class FakeAdapter:
    """Implements papers.adapters.Adapter. ``script`` says what the platform answers to each parcel."""

    def __init__(
        self,
        platform: Platform = Platform.CONSOLE,
        script: Callable[[Parcel], Answer | Slow] = lambda parcel: Answer.ACCEPT,
        *,
        asked: bool = True,
        limits: Limits | None = None,
        timeout: float = 5.0,
        settles: float = 0.0,
        seconds: float = 0.0,
    ) -> None:
        """``asked``: the platform can say whether a message is there. ``seconds``: how long it takes to answer."""
        self.platform = platform
        self.script = script
        self.asked = asked
        self.limits: Limits = limits or {}
        self.timeout = timeout
        self.settles = settles
        self.seconds = seconds
        self.received: list[Received] = []
        self.handed_over: Counter[str] = Counter()
        self.searches: Counter[str] = Counter()
        self.under_way = 0
        self.most_under_way = 0
        self.search_fails: Exception | None = None
        self.closed = False

    @property
    def counts(self) -> Counter[str]:
        """How many messages of each delivery are there."""
        return Counter(one.delivery for one in self.received)

    async def send(self, parcel: Parcel, commit: Commit) -> str:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            return await self._send(parcel, commit, self.script(parcel))
        finally:
            self.under_way -= 1

    async def _send(self, parcel: Parcel, commit: Commit, answer: Answer | Slow) -> str:
        if answer is Answer.HANG_BEFORE:
            await asyncio.Event().wait()
        if answer is Answer.GARBAGE_BEFORE:
            raise KeyError("before")
        await commit()
        self.handed_over[parcel.delivery.id] += 1
        if isinstance(answer, Slow):
            raise TryLater("slow down", seconds=answer.seconds, scope=answer.scope)
        if answer in {Answer.ACCEPT, Answer.LOSE_ANSWER, Answer.HANG_TAKEN}:
            self.take(parcel.delivery)
        await asyncio.sleep(self.seconds)
        if answer in {Answer.HANG, Answer.HANG_TAKEN}:
            await asyncio.Event().wait()
        errors: dict[Answer, Exception] = {
            Answer.LOSE_ANSWER: AnswerLost("the connection broke"),
            Answer.LOSE_MESSAGE: AnswerLost("the connection broke"),
            Answer.REFUSE: MessageRefused("too long"),
            Answer.GONE: DestinationGone("no such room"),
            Answer.GARBAGE: KeyError("after"),
        }
        if answer in errors:
            raise errors[answer]
        return f"message of {parcel.delivery.id}"

    def take(self, delivery: Delivery) -> None:
        """A message arrives."""
        moment = asyncio.get_running_loop().time()
        self.received.append(Received(delivery.id, delivery.destination, moment))

    async def find(self, delivery: Delivery, destination: Destination) -> Sighting:
        self.searches[delivery.id] += 1
        if self.search_fails is not None:
            raise self.search_fails
        if not self.asked:
            return CANNOT_SAY
        there = any(one.delivery == delivery.id for one in self.received)
        return seen(f"message of {delivery.id}") if there else ABSENT

    async def close(self) -> None:
        self.closed = True


class FakeWriter(Writer):
    """Writes the same for every delivery: that it tells of ``papers``."""

    def __init__(self, papers: tuple[str, ...] = ("p1",)) -> None:
        self.papers = papers
        self.fails: Exception | None = None
        self.nothing = False
        self.written: Counter[str] = Counter()

    async def write(self, delivery: Delivery, now: Any, **more: Any) -> Written | None:
        self.written[delivery.id] += 1
        if self.fails is not None:
            raise self.fails
        if self.nothing:
            return None
        told = delivery.feed or None
        return Written(ConfirmationContent(subscriptions=()), told=told, papers=self.papers)
