"""A whole post office for tests of sending: ledger, senders, a fake platform, a clock that can be moved."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from redis.asyncio import Redis

from papers.addresses import AddressBook
from papers.deliveries import LEASE, Ledger
from papers.delivery_attempt import Attempt
from papers.delivery_models import State
from papers.destinations import Platform
from papers.sending import Sender
from papers.settings import Settings
from papers.subscriptions import Subscriptions
from papers.vault import Vault
from papers.writing import Writer
from tests.papers.builders import NOON
from tests.papers.fake_adapter import FakeAdapter, FakeWriter


@dataclass
class MovingClock:
    """Starts at NOON and runs ``speed`` times as fast as the real one; ``jump`` is added."""

    speed: float = 1.0
    jump: timedelta = timedelta()
    started: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return NOON + timedelta(seconds=(time.monotonic() - self.started) * self.speed) + self.jump


class Office:
    """``sender`` makes as many senders as a test wants, which share ledger, platforms and clock."""

    def __init__(
        self,
        redis: Redis,
        settings: Settings,
        *adapters: FakeAdapter,
        lease: float = LEASE,
        clock: MovingClock | None = None,
        max_tries: int = 20,
        writer: Writer | None = None,
    ) -> None:
        self.redis = redis
        self.ledger = Ledger(redis, settings, lease=lease)
        self.adapters: dict[Platform, FakeAdapter] = {one.platform: one for one in adapters}
        self.clock = clock or MovingClock()
        self.subscriptions = Subscriptions(redis, settings)
        self.addresses = AddressBook(redis, lambda: Vault([]))
        self.attempt = Attempt(
            self.ledger,
            writer or FakeWriter(),
            self.subscriptions,
            self.addresses,
            self.adapters,
            max_tries=max_tries,
            seed=1,
        )

    def sender(self, *, concurrency: int = 100) -> Sender:
        return Sender(self.ledger, self.attempt, self.adapters, self.clock, concurrency=concurrency)

    async def unfinished(self) -> int:
        counts = await self.ledger.counts()
        return counts[State.DUE] + counts[State.CLAIMED] + counts[State.FAILED]
