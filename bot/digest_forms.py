"""Digests of a place, or of a person where there is no place: what comes there, and the forms that ask for one."""

from collections.abc import Sequence

from bot.actions import Verb, action
from bot.caller import Caller
from bot.desk import Desk
from bot.digest_choice import fitting, question
from bot.digest_form import digest_form
from bot.digest_places import ABOVE, BY_MESSAGE, hindered, may, may_not, may_publish, target, where
from bot.forms import Filled, Form
from bot.permission import none_such
from bot.replies import Button, Reply, Style
from bot.wish_book import WishBook
from papers.following import DigestOptions, Subscription

ANOTHER = "another"
"""Says of a form, and of the button that opens it, that it is not about what comes already."""
_COMES_ALREADY = "It comes already: what you change here is changed in it, or comes beside it, as you choose then."


class DigestForms:
    """Raises NotFound with a sentence, and redis-py's errors."""

    def __init__(self, desk: Desk, book: WishBook) -> None:
        self._desk = desk
        self._book = book

    async def offer(self, caller: Caller) -> Reply:
        """What is subscribed already, and the button of the form."""
        cards = await self._book.cards(caller, await self.there(caller))
        if not may(caller):
            return may_not(caller).model_copy(update={"cards": cards})
        text = f"A digest of what is trending comes to {where(caller)}, at the hour you choose."
        button = Button(label="Choose when", action=action(Verb.SUBSCRIBE), style=Style.PRIMARY)
        if cards:
            comes = "These come" if cards[1:] else "This comes"
            text = f"{comes} to {where(caller)} already. Another digest can have other categories, or another rhythm."
            button = Button(label="Add another digest", action=action(Verb.SUBSCRIBE, ANOTHER))
        return Reply(text=hindered(caller, text), cards=cards, buttons=(button,))

    async def form(self, caller: Caller, about: str = "") -> Form | Reply:
        """That of a new digest; where one comes already that of this one, and of several the choice."""
        there = [] if about == ANOTHER else await self.there(caller)
        return await self.offer(caller) if len(there) > 1 else await self.form_of(caller, there, about)

    async def form_for(self, caller: Caller, asked: Filled) -> Form | Reply:
        """The form of the digest that is meant by what was named, as it is; else the question which one is meant."""
        there = await self.there(caller)
        fits = fitting(asked, there)
        if len(fits) == 1 or not there or not may(caller):
            return await self.form_of(caller, fits)
        return await self.question(caller, fits or there, asked, fits=bool(fits))

    async def change_form(self, caller: Caller, known: Subscription) -> Form:
        names = {caller.parent: ABOVE, caller.place: caller.place_name, caller.person: BY_MESSAGE}
        return digest_form(
            options_of(caller, known),
            known.schedule,
            self._desk.clock.now(),
            where=names.get(known.destination, ""),
            context=known.id,
            change=True,
            may_publish=may_publish(caller, known.destination),
        )

    async def there(self, caller: Caller) -> list[Subscription]:
        return [s for s in await self._desk.subscriptions.of_destination(target(caller)) if s.digest is not None]

    async def form_of(self, caller: Caller, there: Sequence[Subscription], about: str = "") -> Form | Reply:
        """That of the only one there; else of a new one."""
        if not may(caller):
            return may_not(caller)
        known = there[0] if len(there) == 1 else None
        place = caller.place or ""
        form = digest_form(
            known.digest if known and known.digest else DigestOptions(),
            known.schedule if known else await self._book.usual_schedule(caller),
            self._desk.clock.now(),
            where=where(caller),
            context=f"{place} {ANOTHER}" if about == ANOTHER else place,
            change=False,
            may_publish=may_publish(caller, target(caller)),
        )
        told = " ".join([form.intro.text if form.intro else "", *([_COMES_ALREADY] if known else [])])
        return form.model_copy(update={"intro": Reply(text=hindered(caller, told))})

    async def question(self, caller: Caller, there: Sequence[Subscription], asked: Filled, *, fits: bool) -> Reply:
        kept = asked.model_copy(update={"context": caller.place or ""})
        key = await self._desk.asked.keep(kept.model_dump_json())
        asking = question(caller, where(caller), await self._book.show(there), key, fits=fits)
        return asking.model_copy(update={"text": hindered(caller, asking.text)})


def options_of(caller: Caller, known: Subscription) -> DigestOptions:
    """Raises NotFound for a topic: the form was made for something else."""
    if known.digest is None:
        raise none_such(caller)
    return known.digest
