"""Digests of a place, or of a person where there is no place: offered, asked for with a form, saved, changed."""

from bot.actions import Verb, action
from bot.caller import Caller
from bot.desk import Desk
from bot.digest_form import digest_form, read_digest
from bot.forms import Filled, Form, Mistake
from bot.permission import none_such
from bot.replies import Button, Reply, Style
from bot.rhythm_fields import CADENCE
from bot.wish_book import WishBook
from papers.delivery_models import Kind
from papers.following import DigestOptions, Subscription
from papers.schedule import Schedule
from papers.subscriptions import Saved
from papers.wishes import digest_subscription, identity


class DigestWishes:
    """Raises BadInput and NotFound with a sentence, and redis-py's errors."""

    def __init__(self, desk: Desk, book: WishBook) -> None:
        self._desk = desk
        self._book = book

    async def offer(self, caller: Caller) -> Reply:
        """What is subscribed already, and the button of the form."""
        known = [s for s in await self._desk.subscriptions.of_destination(_target(caller)) if s.kind is Kind.DIGEST]
        cards = await self._book.cards(caller, known)
        if not _may(caller):
            return _may_not(caller).model_copy(update={"cards": cards})
        where = _where(caller)
        text = f"A digest of what is trending comes to {where}, at the hour you choose."
        if cards:
            text = f"This comes to {where} already. Another digest can have other categories, or another rhythm."
        button = Button(label="Choose when", action=action(Verb.SUBSCRIBE), style=Style.PRIMARY)
        return Reply(text=_hindered(caller, text), cards=cards, buttons=(button,))

    async def form(self, caller: Caller) -> Form | Reply:
        if not _may(caller):
            return _may_not(caller)
        return self._new_form(caller, DigestOptions(), await self._book.usual_schedule(caller))

    async def form_for(self, caller: Caller, filled: Filled) -> Form | Reply:
        """The form with what is there already of just what was filled in, and the usual where nothing is."""
        usual = await self._book.usual_schedule(caller)
        read = read_digest(filled, DigestOptions(), usual, may_publish=_may_publish(caller, _target(caller)))
        known = None
        if _may(caller) and not isinstance(read, Mistake):
            known = await self._desk.subscriptions.known(self._wish(caller, *read).id)
        if known is None or known.digest is None:
            return await self.form(caller)
        return self._new_form(caller, known.digest, known.schedule)

    def _new_form(self, caller: Caller, options: DigestOptions, schedule: Schedule) -> Form:
        now = self._desk.clock.now()
        place = caller.place or ""
        form = digest_form(
            options,
            schedule,
            now,
            where=_where(caller),
            context=place,
            change=False,
            may_publish=_may_publish(caller, _target(caller)),
        )
        told = form.intro.text if form.intro else ""
        return form.model_copy(update={"intro": Reply(text=_hindered(caller, told))})

    async def change_form(self, caller: Caller, known: Subscription) -> Form:
        now = self._desk.clock.now()
        names = {caller.parent: _ABOVE, caller.place: caller.place_name, caller.person: _BY_MESSAGE}
        where = names.get(known.destination, "")
        options = _options(caller, known)
        may_publish = _may_publish(caller, known.destination)
        return digest_form(
            options, known.schedule, now, where=where, context=known.id, change=True, may_publish=may_publish
        )

    async def submit(self, caller: Caller, filled: Filled) -> Reply | Mistake:
        """Subscribe the place, or the person where there is none."""
        if filled.context != (caller.place or ""):
            return Mistake(field="", text=f"This form was opened elsewhere: write {caller.command} subscribe here.")
        if not _may(caller):
            return Mistake(field="", text=_may_not(caller).text)
        options = DigestOptions(language=caller.language or "en")
        may_publish = _may_publish(caller, _target(caller))
        before = await self._book.usual_schedule(caller)
        read = read_digest(filled, options, before, may_publish=may_publish)
        if isinstance(read, Mistake):
            return read
        wish = self._wish(caller, *read)
        known = await self._desk.subscriptions.known(wish.id)
        if known is not None and known.digest is not None:
            before = known.schedule
            read = read_digest(filled, known.digest, before, may_publish=may_publish)
            if isinstance(read, Mistake):
                return read
            wish = self._wish(caller, *read)
        saved, subscription = await self._desk.subscriptions.save(wish, self._desk.clock.now())
        return await self._told(caller, await self._book.awake(subscription), _SAID[saved], before)

    async def change(self, caller: Caller, filled: Filled) -> Reply | Mistake:
        known = await self._book.changeable(caller, filled.context)
        may_publish = _may_publish(caller, known.destination)
        read = read_digest(filled, _options(caller, known), known.schedule, may_publish=may_publish)
        if isinstance(read, Mistake):
            return read
        options, schedule = read
        after = known.model_copy(update={"digest": options, "schedule": schedule})
        if (twin := identity(after)) != known.id and await self._desk.subscriptions.known(twin):
            return Mistake(field=CADENCE, text="There is just such a digest already: change that one, or remove it.")
        now = self._desk.clock.now()
        changed = await self._desk.subscriptions.change(known.id, now, digest=options, schedule=schedule)
        return await self._told(caller, changed, "Changed.", known.schedule)

    def _wish(self, caller: Caller, options: DigestOptions, schedule: Schedule) -> Subscription:
        return digest_subscription(
            owner=_target(caller),
            destination=_target(caller),
            schedule=schedule,
            options=options,
            now=self._desk.clock.now(),
            notify=caller.person if caller.place else None,
        )

    async def _told(self, caller: Caller, subscription: Subscription, said: str, before: Schedule) -> Reply:
        there = subscription.destination == caller.place
        caller, zone_told = await self._book.zone_kept(caller, before, subscription.schedule)
        said = f"{said} {zone_told}".rstrip()
        text = _hindered(caller, said) if there else said
        return Reply(text=text, cards=await self._book.cards(caller, [subscription]))


_SAID = {
    Saved.MADE: "Subscribed.",
    Saved.CHANGED: "This was subscribed already; it is changed to what you asked now.",
    Saved.UNCHANGED: "This is subscribed already, just like that.",
}


_BY_MESSAGE = "you alone, by direct message"
_ABOVE = "the channel that this belongs to"


def _target(caller: Caller) -> str:
    return caller.place or caller.person


def _may(caller: Caller) -> bool:
    return caller.place is None or caller.may_manage


def _where(caller: Caller) -> str:
    return caller.place_name if caller.place else _BY_MESSAGE


def _may_publish(caller: Caller, destination: str) -> bool:
    return caller.may_publish and destination == caller.place


def _hindered(caller: Caller, text: str) -> str:
    """The same, and what keeps Paperboy from writing in the place."""
    return f"{text}\n\n{caller.hindrance}" if caller.place and caller.hindrance else text


def _may_not(caller: Caller) -> Reply:
    return Reply(
        text=f"You may not subscribe {caller.place_name}: ask {caller.manager}. For a digest of your own, "
        f"write {caller.command} subscribe in a direct message to me."
    )


def _options(caller: Caller, known: Subscription) -> DigestOptions:
    """Raises NotFound for a topic: the form was made for something else."""
    if known.digest is None:
        raise none_such(caller)
    return known.digest
