"""Subscriptions as one person in one place may see and change them. Every id that comes from outside passes here."""

from collections.abc import Sequence

from bot.caller import Caller
from bot.desk import Desk
from bot.permission import may_change, may_see, none_such
from bot.replies import Card
from bot.wish_cards import wish_card
from bot.zones import zone_of
from papers.following import Subscription, may_resume
from papers.schedule import Schedule
from papers.shown import Shown, show_all


class WishBook:
    """Raises NotFound, always the same, for what is not there and for what is none of the caller's business."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def changeable(self, caller: Caller, subscription_id: str) -> Subscription:
        """The subscription of this id, which the caller may change. Raises NotFound."""
        found = await self._known(subscription_id)
        if found is None or not may_change(caller, found):
            raise none_such(caller)
        return found

    async def resumable(self, caller: Caller, subscription_id: str) -> Subscription:
        """One that the caller may change, or set up for a place where it was stopped, as a notice told them.

        What others paused there stays paused. Raises NotFound.
        """
        found = await self._known(subscription_id)
        if found is None or may_change(caller, found):
            return await self.changeable(caller, subscription_id)
        if not may_resume(caller.person, found) or not await self._desk.ledger.disabled(found.destination):
            raise none_such(caller)
        return found

    async def own(self, caller: Caller) -> list[Subscription]:
        """What the person follows, oldest first."""
        return await self._of(caller.person)

    async def seen(self, caller: Caller) -> list[Subscription]:
        """What the person follows, then what is subscribed for the place."""
        found = await self._of(caller.person)
        for place in filter(None, (caller.place, caller.parent)):
            found += await self._desk.subscriptions.of_destination(place)
        return list({one.id: one for one in found if may_see(caller, one)}.values())

    async def cards(
        self, caller: Caller, subscriptions: Sequence[Subscription], *, page: int | None = None
    ) -> tuple[Card, ...]:
        return tuple(wish_card(caller, shown, page=page) for shown in await self.show(subscriptions))

    async def show(self, subscriptions: Sequence[Subscription]) -> list[Shown]:
        desk = self._desk
        return await show_all(subscriptions, desk.ledger, desk.addresses, desk.store.redis)

    async def awake(self, subscription: Subscription) -> Subscription:
        """The same, on its way again if it was paused, or its destination disabled: it was just asked for."""
        disabled = await self._desk.ledger.disabled(subscription.destination)
        if not (subscription.paused or disabled):
            return subscription
        return await self._desk.subscriptions.resume(subscription.id, self._desk.clock.now())

    async def usual_schedule(self, caller: Caller) -> Schedule:
        """What is filled in for somebody who says nothing: their zone, and the hour they set."""
        preferences = await self._desk.preferences.get(caller.person)
        usual = Schedule(zone=zone_of(caller.zone) or "UTC")
        return usual if preferences.at is None else usual.model_copy(update={"at": preferences.at})

    async def zone_kept(self, caller: Caller, before: Schedule, schedule: Schedule) -> tuple[Caller, str]:
        """The caller with the zone that they chose, and a sentence that says so, if they had none: it is theirs now.

        ``before`` is what the form had: somebody else may have chosen that zone.
        """
        if caller.zone is not None or schedule.zone == before.zone:
            return caller, ""
        kept = await self._desk.preferences.get(caller.person)
        await self._desk.preferences.keep(caller.person, kept.model_copy(update={"zone": schedule.zone}))
        told = f"Your time zone is {schedule.zone.replace('_', ' ')} from now on: {caller.command} settings changes it."
        return caller.model_copy(update={"zone": schedule.zone}), told

    async def _known(self, subscription_id: str) -> Subscription | None:
        fits = subscription_id.isascii() and subscription_id.isalnum()
        return await self._desk.subscriptions.known(subscription_id) if fits else None

    async def _of(self, person: str) -> list[Subscription]:
        mine = await self._desk.subscriptions.of_owner(person)
        to_me = await self._desk.subscriptions.of_destination(person)
        both = {one.id: one for one in (*mine, *to_me)}.values()
        return sorted(both, key=lambda one: (one.created, one.id))
