"""What a person follows and what is subscribed for the place, as a list; and the buttons in it."""

from bot.actions import Action, Verb, action
from bot.caller import Caller
from bot.desk import Desk
from bot.helping import example
from bot.paging import offset_of, page_buttons, page_line
from bot.replies import Button, Reply
from bot.wish_book import WishBook
from bot.wish_cards import short_name
from papers.following import Subscription
from papers.leaving import end_subscription

PAGE = 10
"""Subscriptions in one message."""


class Followed:
    """Raises NotFound with a sentence, and redis-py's errors."""

    def __init__(self, desk: Desk, book: WishBook) -> None:
        self._desk = desk
        self._book = book

    async def listed(self, caller: Caller, offset: int) -> Reply:
        """A page of it, from this offset on."""
        found = await self._book.seen(caller)
        if not found:
            return Reply(heading=_heading(caller), text=_nothing_yet(caller), buttons=_FIRST)
        start = offset if offset < len(found) else 0
        cards = await self._book.cards(caller, found[start : start + PAGE], page=start)
        buttons = page_buttons(Verb.FOLLOWING, start, len(found), PAGE)
        text = page_line(start, len(cards), len(found))
        return Reply(heading=_heading(caller), text=text, cards=cards, buttons=buttons)

    async def page(self, caller: Caller, action: Action) -> Reply:
        """Another page, in place of the one whose button was pressed."""
        listed = await self.listed(caller, offset_of(action))
        return listed.model_copy(update={"replaces": True})

    async def pause(self, caller: Caller, action: Action) -> Reply:
        known = await self._meant(caller, action)
        changed = await self._desk.subscriptions.pause(known.id, self._desk.clock.now())
        return await self._done(caller, action, f"Paused {short_name(changed)}.", changed.id)

    async def resume(self, caller: Caller, action: Action) -> Reply:
        """Go on with it, also if its destination had been disabled."""
        known = await self._book.resumable(caller, next(iter(action.about), ""))
        changed = await self._desk.subscriptions.resume(known.id, self._desk.clock.now())
        return await self._done(caller, action, f"Resumed {short_name(changed)}.", changed.id)

    async def remove(self, caller: Caller, action: Action) -> Reply:
        known = await self._meant(caller, action)
        await end_subscription(self._desk.subscriptions, self._desk.addresses, known.id)
        again: tuple[Button, ...] = ()
        if known.topic is not None and known.topic.text:
            again = (_follow_again(await self._desk.asked.keep(known.topic.text)),)
        done = await self._done(caller, action, f"Removed {short_name(known)}.", None)
        return done.model_copy(update={"buttons": (*done.buttons, *again)})

    async def _meant(self, caller: Caller, action: Action) -> Subscription:
        return await self._book.changeable(caller, next(iter(action.about), ""))

    async def _done(self, caller: Caller, action: Action, said: str, subscription_id: str | None) -> Reply:
        """What was done: above the list, if the button stood in it, else with the subscription as it is now."""
        if action.about[1:]:
            listed = await self.listed(caller, offset_of(action, 1))
            text = f"{said}\n\n{listed.text}" if listed.text else said
            return listed.model_copy(update={"text": text, "replaces": True})
        known = await self._desk.subscriptions.known(subscription_id) if subscription_id else None
        cards = await self._book.cards(caller, [known] if known else [])
        return Reply(text=said, cards=cards, replaces=True)


_FIRST = (
    Button(label="Follow a topic", action=action(Verb.FOLLOW)),
    Button(label="Subscribe", action=action(Verb.SUBSCRIBE), hint="Subscribe to a digest"),
)


def _heading(caller: Caller) -> str:
    return "What you follow" if caller.place is None else "What you follow and what comes here"


def _nothing_yet(caller: Caller) -> str:
    where = caller.place_name if caller.place else "you"
    return (
        f"Nothing yet. To hear of new papers on what interests you, write for instance: {example(caller, 'follow')}\n\n"
        f"To have a digest of what is trending come to {where}, write: {caller.command} subscribe"
    )


def _follow_again(key: str) -> Button:
    return Button(label="Follow it again", action=action(Verb.FOLLOW, key))
