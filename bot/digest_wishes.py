"""Digests as somebody handed them in, or chose them: saved, changed, or asked about where nobody can tell."""

from collections.abc import Sequence

from pydantic import ValidationError

from bot.caller import Caller
from bot.desk import Desk
from bot.digest_choice import fitting
from bot.digest_form import filled_in, in_full, read_digest
from bot.digest_forms import ANOTHER, DigestForms, options_of
from bot.digest_places import hindered, may, may_not, may_publish, target
from bot.forms import Filled, Mistake
from bot.pressed import OLD_BUTTON
from bot.replies import Reply
from bot.rhythm_fields import CADENCE
from bot.wish_book import WishBook
from papers.errors import BadInput
from papers.following import DigestOptions, Subscription
from papers.schedule import Schedule
from papers.subscriptions import Saved
from papers.wishes import beside, digest_subscription, twin_of

_SAID = {
    Saved.MADE: "Subscribed.",
    Saved.CHANGED: "This was subscribed already; it is changed to what you asked now.",
    Saved.UNCHANGED: "This is subscribed already, just like that.",
}


class DigestWishes:
    """Raises BadInput and NotFound with a sentence, and redis-py's errors."""

    def __init__(self, desk: Desk, book: WishBook, forms: DigestForms) -> None:
        self._desk = desk
        self._book = book
        self._forms = forms

    async def submit(self, caller: Caller, filled: Filled) -> Reply | Mistake:
        """Subscribe the place, or the person where there is none. What differs from all that comes is asked about."""
        place, _, another = filled.context.partition(" ")
        if place != (caller.place or ""):
            return Mistake(field="", text=f"This form was opened elsewhere: write {caller.command} subscribe here.")
        if not may(caller):
            return Mistake(field="", text=may_not(caller).text)
        there = await self._forms.there(caller)
        asked = in_full(filled)
        if there and not another and not fitting(asked, there):
            read = self._read(caller, filled, DigestOptions(), there[0].schedule)
            return read if isinstance(read, Mistake) else await self._forms.question(caller, there, asked, fits=False)
        return await self._subscribe(caller, filled, there)

    async def change(self, caller: Caller, filled: Filled) -> Reply | Mistake:
        return await self._change(caller, await self._book.changeable(caller, filled.context), filled)

    async def instead(self, caller: Caller, subscription_id: str, key: str) -> Reply:
        """Change a digest into what was asked; what was not named stays as it is."""
        asked = await self._asked(caller, key)
        known = await self._book.changeable(caller, subscription_id)
        filled = filled_in(await self._forms.change_form(caller, known), asked)
        return _done(await self._change(caller, known, filled, awake=True))

    async def beside(self, caller: Caller, key: str) -> Reply:
        """Add what was asked to what comes already."""
        asked = await self._asked(caller, key)
        form = await self._forms.form_of(caller, (), ANOTHER)
        if isinstance(form, Reply):
            return form
        return _done(await self._subscribe(caller, filled_in(form, asked), await self._forms.there(caller)))

    async def _asked(self, caller: Caller, key: str) -> Filled:
        """What was asked. Raises BadInput if it was let go of, or was asked for another place."""
        try:
            asked = Filled.model_validate_json(await self._desk.asked.text(key) or "")
        except ValidationError:
            raise BadInput(OLD_BUTTON) from None
        if asked.context != (caller.place or ""):
            raise BadInput(OLD_BUTTON)
        return asked

    async def _subscribe(self, caller: Caller, filled: Filled, there: Sequence[Subscription]) -> Reply | Mistake:
        before = await self._book.usual_schedule(caller)
        read = self._read(caller, filled, DigestOptions(language=caller.language or "en"), before)
        if isinstance(read, Mistake):
            return read
        wish = self._wish(caller, *read)
        known = twin_of(wish, there)
        if known is None or known.digest is None:
            wish = beside(wish, there)
        else:
            before = known.schedule
            read = self._read(caller, filled, known.digest, before)
            if isinstance(read, Mistake):
                return read
            wish = self._wish(caller, *read).model_copy(update={"id": known.id, "feed": known.feed})
        saved, subscription = await self._desk.subscriptions.save(wish, self._desk.clock.now())
        return await self._told(caller, await self._book.awake(subscription), _SAID[saved], before)

    async def _change(
        self, caller: Caller, known: Subscription, filled: Filled, *, awake: bool = False
    ) -> Reply | Mistake:
        """``awake``: it goes on if it was stopped."""
        read = read_digest(
            filled,
            options_of(caller, known),
            known.schedule,
            may_publish=may_publish(caller, known.destination),
        )
        if isinstance(read, Mistake):
            return read
        options, schedule = read
        after = known.model_copy(update={"digest": options, "schedule": schedule})
        others = [one for one in await self._desk.subscriptions.of_destination(known.destination) if one.id != known.id]
        if twin_of(after, others) is not None:
            return Mistake(field=CADENCE, text="There is just such a digest already: change that one, or remove it.")
        now = self._desk.clock.now()
        changed = await self._desk.subscriptions.change(known.id, now, digest=options, schedule=schedule)
        changed = await self._book.awake(changed) if awake else changed
        return await self._told(caller, changed, "Changed.", known.schedule)

    def _read(
        self, caller: Caller, filled: Filled, options: DigestOptions, schedule: Schedule
    ) -> tuple[DigestOptions, Schedule] | Mistake:
        return read_digest(filled, options, schedule, may_publish=may_publish(caller, target(caller)))

    def _wish(self, caller: Caller, options: DigestOptions, schedule: Schedule) -> Subscription:
        return digest_subscription(
            owner=target(caller),
            destination=target(caller),
            schedule=schedule,
            options=options,
            now=self._desk.clock.now(),
            notify=caller.person if caller.place else None,
        )

    async def _told(self, caller: Caller, subscription: Subscription, said: str, before: Schedule) -> Reply:
        there = subscription.destination == target(caller)
        caller, zone_told = await self._book.zone_kept(caller, before, subscription.schedule)
        said = f"{said} {zone_told}".rstrip()
        text = hindered(caller, said) if there else said
        return Reply(text=text, cards=await self._book.cards(caller, [subscription]))


def _done(result: Reply | Mistake) -> Reply:
    if isinstance(result, Mistake):
        return Reply(text=result.text)
    return result.model_copy(update={"replaces": True})
