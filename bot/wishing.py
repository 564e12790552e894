"""What a person follows, and what is subscribed for a place: asked for, listed, changed, ended."""

from bot.actions import Action, Verb, action
from bot.asks import Follow
from bot.caller import Caller
from bot.category_field import CATEGORIES, suggested_categories
from bot.desk import Desk
from bot.digest_wishes import DigestWishes
from bot.forms import Filled, Form, FormName, Mistake, Option
from bot.paging import offset_of, page_buttons, page_line
from bot.permission import none_such
from bot.replies import Button, Reply
from bot.rhythm_fields import ZONE
from bot.topic_forms import TopicForms
from bot.topic_looks import TopicLooks
from bot.topic_wishes import TopicWishes
from bot.tuned_reply import tuned_reply
from bot.wish_book import WishBook
from bot.wish_cards import short_name
from bot.wording import sentence
from bot.zones import suggested_zones
from papers.errors import BadInput, NotFound
from papers.following import Subscription
from papers.leaving import end_subscription

PAGE = 10
"""Subscriptions in one message."""
LONGEST_LOOK = 2.0
"""Seconds that looking at last week may take before a form comes without it: Slack waits three for a form."""
_MOST_SUGGESTED = 25
_HEADING = "What you follow"
_NOT_TAKEN = "This could not be saved: open the form again."


class Wishing:
    """Raises BadInput and NotFound with a sentence, EncoderUnavailable and redis-py's errors."""

    def __init__(self, desk: Desk, *, longest_look: float = LONGEST_LOOK) -> None:
        self._desk = desk
        self._book = WishBook(desk)
        looks = TopicLooks(desk, longest=longest_look)
        self._topic_forms = TopicForms(desk, self._book, looks)
        self._topics = TopicWishes(desk, self._book, looks)
        self._digests = DigestWishes(desk, self._book)

    # asking

    async def offer_follow(self, caller: Caller, ask: Follow) -> Reply:
        return await self._topic_forms.offer(caller, ask)

    async def offer_subscribe(self, caller: Caller) -> Reply:
        return await self._digests.offer(caller)

    async def form(self, caller: Caller, action: Action) -> Form | Reply:
        """The form of FOLLOW, SUBSCRIBE or CHANGE."""
        about = next(iter(action.about), "")
        if action.verb is Verb.FOLLOW:
            return await self._topic_forms.form(caller, about)
        if action.verb is Verb.SUBSCRIBE:
            return await self._digests.form(caller)
        known = await self._book.changeable(caller, about)
        return await (self._topic_forms if known.topic else self._digests).change_form(caller, known)

    async def refresh(self, caller: Caller, filled: Filled) -> Form:
        """The form of a topic with a preview of its words as they are now."""
        if filled.name not in {FormName.FOLLOW, FormName.CHANGE_TOPIC}:
            raise BadInput("this form has nothing that could be shown anew: hand it in")
        return await self._topic_forms.refresh(caller, filled)

    async def submit(self, caller: Caller, filled: Filled) -> Reply | Mistake:
        try:
            match filled.name:
                case FormName.FOLLOW:
                    return await self._topics.submit(caller, filled)
                case FormName.CHANGE_TOPIC:
                    return await self._topics.change(caller, filled)
                case FormName.SUBSCRIBE:
                    return await self._digests.submit(caller, filled)
                case FormName.CHANGE_DIGEST:
                    return await self._digests.change(caller, filled)
                case _:
                    raise none_such(caller)
        except (BadInput, NotFound) as error:
            return Mistake(field="", text=sentence(str(error), _NOT_TAKEN))

    async def suggest(self, caller: Caller, field: str, typed: str) -> tuple[Option, ...]:
        """Zones and categories that fit what is typed so far."""
        if field == ZONE:
            return suggested_zones(typed, self._desk.clock.now(), most=_MOST_SUGGESTED)
        return suggested_categories(typed, most=_MOST_SUGGESTED) if field == CATEGORIES else ()

    # what there is

    async def following(self, caller: Caller) -> Reply:
        return await self._listed(caller, 0)

    async def following_again(self, caller: Caller, action: Action) -> Reply:
        listed = await self._listed(caller, offset_of(action))
        return listed.model_copy(update={"replaces": True})

    async def pause(self, caller: Caller, action: Action) -> Reply:
        known = await self._meant(caller, action)
        changed = await self._desk.subscriptions.pause(known.id, self._desk.clock.now())
        return await self._done(caller, action, f"Paused {short_name(changed)}.", changed.id)

    async def resume(self, caller: Caller, action: Action) -> Reply:
        """Go on with it, also if its destination had been disabled."""
        known = await self._meant(caller, action)
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

    # thumbs on what a topic brought

    async def tune(self, caller: Caller, action: Action) -> Reply:
        """WIDER or NARROWER: id of the subscription, id of the paper."""
        known = await self._meant(caller, action)
        paper = next(iter(action.about[1:]), "")
        wanted = action.verb is Verb.WIDER
        tuned = await self._desk.topics.tune(known, paper=paper, wanted=wanted)
        said = f"{'More' if wanted else 'Less'} of that in {short_name(known)} from now on."
        return await tuned_reply(self._desk.store, said, tuned)

    async def undo(self, caller: Caller, action: Action) -> Reply:
        known = await self._meant(caller, action)
        return await tuned_reply(self._desk.store, "Taken back.", await self._desk.topics.undo(known))

    async def _meant(self, caller: Caller, action: Action) -> Subscription:
        return await self._book.changeable(caller, next(iter(action.about), ""))

    async def _listed(self, caller: Caller, offset: int) -> Reply:
        found = await self._book.seen(caller)
        if not found:
            return Reply(heading=_HEADING, text=_nothing_yet(caller), buttons=_FIRST)
        start = offset if offset < len(found) else 0
        cards = await self._book.cards(caller, found[start : start + PAGE], page=start)
        buttons = page_buttons(Verb.FOLLOWING, start, len(found), PAGE)
        text = page_line(start, len(cards), len(found))
        return Reply(heading=_HEADING, text=text, cards=cards, buttons=buttons)

    async def _done(self, caller: Caller, action: Action, said: str, subscription_id: str | None) -> Reply:
        """What was done: above the list, if the button stood in it, else with the subscription as it is now."""
        if action.about[1:]:
            listed = await self._listed(caller, offset_of(action, 1))
            text = f"{said}\n\n{listed.text}" if listed.text else said
            return listed.model_copy(update={"text": text, "replaces": True})
        known = await self._desk.subscriptions.known(subscription_id) if subscription_id else None
        cards = await self._book.cards(caller, [known] if known else [])
        return Reply(text=said, cards=cards, replaces=True)


_FIRST = (
    Button(label="Follow a topic", action=action(Verb.FOLLOW)),
    Button(label="Subscribe", action=action(Verb.SUBSCRIBE), hint="Subscribe to a digest"),
)


def _nothing_yet(caller: Caller) -> str:
    where = caller.place_name if caller.place else "you"
    return (
        f"Nothing yet. To hear of new papers on what interests you, write for instance: {caller.command} follow "
        f"diffusion models for proteins\n\nTo have a digest of what is trending come to {where}, write: "
        f"{caller.command} subscribe"
    )


def _follow_again(key: str) -> Button:
    return Button(label="Follow it again", action=action(Verb.FOLLOW, key))
