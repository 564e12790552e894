"""Everything that is kept of a person: shown on request, erased on request."""

from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from papers import keys
from papers.addresses import AddressBook
from papers.conversations import Conversations
from papers.deliveries import Ledger
from papers.delivery_models import Delivery, short_digest
from papers.destinations import Destination, Platform
from papers.errors import NotFound
from papers.following import Subscription
from papers.inbox import read_inbox
from papers.preferences import PreferenceBook
from papers.redis.failures import REDIS_FAILS
from papers.saved import MOST, SavedPapers
from papers.subscriptions import Subscriptions
from papers.votes import Votes

if TYPE_CHECKING:
    from redis.asyncio import Redis

_EMAIL = f"{Platform.EMAIL}:"


class PersonalData:
    """What is kept of one person, who is known by a reference: an owner, or a place where a person is reached."""

    def __init__(
        self,
        redis: "Redis",
        subscriptions: Subscriptions,
        ledger: Ledger,
        addresses: AddressBook,
        saved: SavedPapers,
        preferences: PreferenceBook,
        votes: Votes,
    ) -> None:
        self._redis = redis
        self._subscriptions = subscriptions
        self._ledger = ledger
        self._addresses = addresses
        self._saved = saved
        self._preferences = preferences
        self._votes = votes
        self._conversations = Conversations(redis)

    async def anything(self, person: str) -> bool:
        """Whether anything is kept."""
        try:
            await self.export(person)
        except NotFound:
            return False
        return True

    async def export(self, person: str) -> dict[str, Any]:
        """All of it as JSON values. Raises NotFound if nothing is kept."""
        wishes = await self._wishes(person)
        own, shared = await self._places(person, wishes)
        deliveries = {place: await self._deliveries(place, None if place in own else wishes) for place in own + shared}
        disabled = {place: await self._ledger.disabled(place) for place in own}
        kept = any(place.startswith(_EMAIL) for place in await self._addresses.resolve_many([person, *own]))
        vectors = await self._subscriptions.vectors([wish.id for wish in wishes])
        of_others = [one async for one in self._subscriptions.notifying(own) if one not in wishes]
        chosen = await self._chosen(person)
        if not (
            kept or wishes or any(deliveries.values()) or any(disabled.values()) or of_others or any(chosen.values())
        ):
            raise NotFound("nothing is kept of this person")
        return {
            "person": await self._shown(person),
            "address_kept": kept,
            "subscriptions": [await self._subscription(wish) for wish in wishes],
            "deliveries": [
                {**d.model_dump(mode="json"), "destination": await self._shown(place)}
                for place, found in deliveries.items()
                for d in found
            ],
            "disabled": {
                await self._shown(place): why.model_dump(mode="json") for place, why in disabled.items() if why
            },
            "told": {
                await self._shown(place): await self._told(place, wishes, whole=place in own) for place in own + shared
            },
            "vectors": {topic: b64encode(vector).decode() for topic, vector in vectors.items()},
            "waiting": {wish.id: await self._waiting(wish) for wish in wishes if wish.topic},
            # By reference: where it goes may be another's address.
            "notified_of": [{"id": one.id, "destination": one.destination} for one in of_others],
            **chosen,
        }

    async def forget(self, person: str) -> int:
        """Erase all of it, for good. Returns how many subscriptions there were.

        What others receive in the same channel stays, and what a channel itself receives, whoever set it up: that it
        was this person is erased. A message that is leaving at this moment may still arrive; no trace of it is kept.
        May be repeated.
        """
        wishes = await self._wishes(person)
        own, shared = await self._places(person, wishes)
        for wish in wishes:
            await self._subscriptions.erase(wish.id)
        for place in own:
            await self._ledger.forget(place)
            await self._addresses.forget(place)
        for place in shared:
            found = await self._deliveries(place, wishes)
            theirs = {s.feed for s in await self._subscriptions.of_destination(place)}
            await self._ledger.forget_deliveries([one.id for one in found if one.feed not in theirs])
        await self._subscriptions.notify_no_more(own)
        await self._votes.forget(person)
        await self._saved.forget(person)
        await self._preferences.forget(person)
        await self._conversations.forget(person)
        await rewrite_log(self._redis)
        return len(wishes)

    async def _chosen(self, person: str) -> dict[str, Any]:
        """What the person keeps, set and voted."""
        saved = await self._saved.listed(person, limit=MOST)
        preferences = await self._preferences.get(person)
        votes = await self._votes.of_person(person)
        return {
            "saved": [{"id": paper, "saved": when.isoformat()} for paper, when in saved],
            "preferences": preferences.model_dump(mode="json", exclude_none=True),
            "conversation": await self._conversations.of(person),
            "votes": [
                {"place": place, "paper": paper, "vote": "up" if vote > 0 else "down"}
                for (place, paper), vote in votes.items()
            ],
        }

    async def _wishes(self, person: str) -> list[Subscription]:
        mine = await self._subscriptions.of_owner(person)
        here = await self._subscriptions.of_destination(person)
        return list({s.id: s for s in (*mine, *here)}.values())

    async def _places(self, person: str, wishes: Sequence[Subscription]) -> tuple[list[str], list[str]]:
        """The person's own places, and those that others have something to do with."""
        own: dict[str, None] = {person: None}
        shared: dict[str, None] = {}
        mine = {s.id for s in wishes}
        for place in dict.fromkeys(wish.destination for wish in wishes):
            here = await self._subscriptions.of_destination(place)
            owned = await self._subscriptions.of_owner(place)
            others = place != person and any(s.id not in mine for s in (*here, *owned))
            (shared if others else own)[place] = None
        return list(own), list(shared)

    async def _deliveries(self, place: str, wishes: Sequence[Subscription] | None) -> list[Delivery]:
        """What was sent there, or is to be, for these wishes or for any."""
        found = await self._ledger.of_destination(place)
        if wishes is None:
            return found
        feeds, ids = {s.feed for s in wishes}, {s.id for s in wishes}
        return [one for one in found if one.feed in feeds or one.about in ids]

    async def _told(self, place: str, wishes: Sequence[Subscription], *, whole: bool) -> list[str]:
        """Ids of the papers that were told of there; ``whole``: for whatever topic."""
        feeds = [s.feed for s in wishes if s.destination == place]
        found: list[str] = []
        for name in dict.fromkeys([short_digest(place), *feeds] if whole else feeds):
            rows: list[bytes] = await self._redis.execute_command("ZRANGE", keys.told(name), 0, -1)
            found += [row.decode() for row in rows]
        return found

    async def _waiting(self, wish: Subscription) -> dict[str, float]:
        """Papers that match a topic and are not yet told of, with their scores."""
        inbox = await read_inbox(self._redis, wish.feed)
        return {paper: topics[wish.id] for paper, topics in inbox.items() if wish.id in topics}

    async def _subscription(self, wish: Subscription) -> dict[str, Any]:
        named = {"destination": wish.destination, "owner": wish.owner, "notify": wish.notify}
        shown = {name: reference and await self._shown(reference) for name, reference in named.items()}
        return {**wish.model_dump(mode="json"), **shown}

    async def _shown(self, reference: str) -> str:
        """A reference as the person knows it."""
        try:
            found: Destination = await self._addresses.resolve(reference)
        except NotFound:
            return reference
        return str(found)


async def rewrite_log(redis: "Redis") -> None:
    """So that what was erased is not in the append-only file either."""
    with suppress(*REDIS_FAILS):  # refused by a cluster, and where it is under way already
        await redis.bgrewriteaof()
