"""Everything that is kept of a person: shown on request, erased on request."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from papers import keys
from papers.addresses import AddressBook
from papers.deliveries import Ledger
from papers.delivery_models import short_digest
from papers.destinations import Destination
from papers.errors import NotFound
from papers.following import Subscription
from papers.inbox import read_inbox
from papers.subscriptions import Subscriptions

if TYPE_CHECKING:
    from redis.asyncio import Redis


class PersonalData:
    """What is kept of one person, who is known by a reference: an owner, or a place where a person is reached."""

    def __init__(self, redis: "Redis", subscriptions: Subscriptions, ledger: Ledger, addresses: AddressBook) -> None:
        self._redis = redis
        self._subscriptions = subscriptions
        self._ledger = ledger
        self._addresses = addresses

    async def export(self, person: str) -> dict[str, Any]:
        """All of it as JSON values. Raises NotFound if nothing is kept."""
        wishes = await self._wishes(person)
        places = await self._places(person, wishes)
        deliveries = {place: await self._ledger.of_destination(place) for place in places}
        if not wishes and not any(deliveries.values()):
            raise NotFound("nothing is kept of this person")
        return {
            "person": await self._shown(person),
            "subscriptions": [
                {**s.model_dump(mode="json"), "destination": await self._shown(s.destination)} for s in wishes
            ],
            "deliveries": [
                {**d.model_dump(mode="json"), "destination": await self._shown(place)}
                for place, found in deliveries.items()
                for d in found
            ],
            "told": {
                await self._shown(place): await self._told(place, [s for s in wishes if s.destination == place])
                for place in places
            },
            "waiting": {s.feed: dict(await read_inbox(self._redis, s.feed)) for s in wishes},
        }

    async def forget(self, person: str) -> int:
        """Erase all of it, for good. Returns how many subscriptions there were.

        What others receive in the same channel stays. A message that is leaving at this moment may still arrive; no
        trace of it is kept.
        """
        wishes = await self._wishes(person)
        places = await self._places(person, wishes)
        for wish in wishes:
            await self._subscriptions.remove(wish.id)
        for place in places:
            await self._ledger.forget(place)
            await self._addresses.forget(place)
        await self._addresses.forget(person)
        return len(wishes)

    async def _wishes(self, person: str) -> list[Subscription]:
        mine = await self._subscriptions.of_owner(person)
        here = await self._subscriptions.of_destination(person)
        return list({s.id: s for s in (*mine, *here)}.values())

    async def _places(self, person: str, wishes: Sequence[Subscription]) -> list[str]:
        """The person's own place, and those where nobody else has asked for anything."""
        places = {person: None}
        mine = {s.id for s in wishes}
        for wish in wishes:
            others = [s for s in await self._subscriptions.of_destination(wish.destination) if s.id not in mine]
            if not others:
                places[wish.destination] = None
        return list(places)

    async def _told(self, place: str, wishes: Sequence[Subscription]) -> list[str]:
        """Ids of the papers that were told of there."""
        names = dict.fromkeys((short_digest(place), *(s.feed for s in wishes)))
        found: list[str] = []
        for name in names:
            rows: list[bytes] = await self._redis.execute_command("ZRANGE", keys.told(name), 0, -1)
            found += [row.decode() for row in rows]
        return found

    async def _shown(self, reference: str) -> str:
        """A reference as the person knows it."""
        try:
            found: Destination = await self._addresses.resolve(reference)
        except NotFound:
            return reference
        return str(found)
