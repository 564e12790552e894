"""Ledger, writer and adapters that tell each step they come to, and otherwise are what they are."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from papers.adapters import Adapter, Commit, Completes, Limits, Parcel, Sighting
from papers.addresses import AddressBook
from papers.deliveries import Claim, Claims, Ledger
from papers.delivery_models import Delivery
from papers.delivery_steps import Outcome, Planned
from papers.destinations import Destination, Platform
from papers.settings import Settings
from papers.store import PaperStore
from papers.subscriptions import Subscriptions
from papers.writing import Writer, Written
from tests.chaos.steps import Steps

if TYPE_CHECKING:
    from redis.asyncio import Redis


class TracedLedger(Ledger):
    def __init__(self, redis: "Redis", settings: Settings, steps: Steps, *, lease: float) -> None:
        super().__init__(redis, settings, lease=lease)
        self._steps = steps

    async def plan(self, planned: Sequence[Planned], now: datetime) -> list[str]:
        if not planned:
            return []
        self._steps.at("plan")
        made = await super().plan(planned, now)
        self._steps.at("planned")
        return made

    async def claim(self, holder: str, limits: Mapping[Platform, Limits], count: int, now: datetime) -> Claims:
        self._steps.at("claim")
        claims = await super().claim(holder, limits, count, now)
        if claims.claims:
            self._steps.at("claimed")
        return claims

    async def renew(self, claims: Iterable[Claim]) -> set[str]:
        self._steps.at("renew")
        return await super().renew(claims)

    async def free_the_dead(self, settles: Mapping[Platform, float]) -> int:
        self._steps.at("free")
        return await super().free_the_dead(settles)

    async def commit(self, claim: Claim, papers: Sequence[str], now: datetime) -> datetime:
        self._steps.at("commit")
        left = await super().commit(claim, papers, now)
        self._steps.at("committed")
        return left

    async def finish(self, claim: Claim, outcome: Outcome, now: datetime) -> str:
        self._steps.at("record")
        answer = await super().finish(claim, outcome, now)
        self._steps.at("recorded")
        return answer


class TracedWriter(Writer):
    def __init__(
        self, store: PaperStore, subscriptions: Subscriptions, addresses: AddressBook, *, steps: Steps
    ) -> None:
        super().__init__(store, subscriptions, addresses)
        self._steps = steps

    async def write(self, delivery: Delivery, now: datetime, **more: Any) -> Written | None:
        self._steps.at("write")
        return await super().write(delivery, now, **more)


class TracedAdapter:
    """Implements papers.adapters.Adapter around another."""

    def __init__(self, adapter: Adapter, steps: Steps) -> None:
        self._adapter = adapter
        self._steps = steps
        self.platform = adapter.platform
        self.limits = adapter.limits
        self.timeout = adapter.timeout
        self.settles = adapter.settles

    async def send(self, parcel: Parcel, commit: Commit) -> str:
        async def traced() -> None:
            await commit()
            self._steps.at("send")

        message = await self._adapter.send(parcel, traced)
        self._steps.at("sent")
        return message

    async def find(self, delivery: Delivery, destination: Destination) -> Sighting:
        self._steps.at("find")
        return await self._adapter.find(delivery, destination)

    async def close(self) -> None:
        await self._adapter.close()


class TracedThreads(TracedAdapter):
    """Implements papers.adapters.Completes, too."""

    async def complete(self, parcel: Parcel, message_id: str) -> None:
        assert isinstance(self._adapter, Completes)
        self._steps.at("complete")
        await self._adapter.complete(parcel, message_id)


def traced(adapter: Adapter, steps: Steps) -> TracedAdapter:
    return TracedThreads(adapter, steps) if isinstance(adapter, Completes) else TracedAdapter(adapter, steps)
