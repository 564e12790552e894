"""What a person follows, and what is subscribed for a place: asked for, listed, changed, ended."""

from bot.actions import Action, Verb
from bot.asks import Follow
from bot.caller import Caller
from bot.category_field import CATEGORIES, suggested_categories
from bot.desk import Desk
from bot.digest_forms import DigestForms
from bot.digest_wishes import DigestWishes
from bot.followed import Followed
from bot.forms import SUGGESTED_TOPICS, Filled, Form, FormName, Mistake, Option
from bot.permission import none_such
from bot.replies import Reply
from bot.rhythm_fields import ZONE
from bot.suggested_topics import suggested_topics
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

LONGEST_LOOK = 2.0
"""Seconds that looking at last week may take before a form comes without it: Slack waits three for a form."""
_MOST_SUGGESTED = 25
_NOT_TAKEN = "This could not be saved: open the form again."


class Wishing:
    """Raises BadInput and NotFound with a sentence, EncoderUnavailable and redis-py's errors."""

    def __init__(self, desk: Desk, *, longest_look: float = LONGEST_LOOK) -> None:
        self._desk = desk
        self._book = WishBook(desk)
        looks = TopicLooks(desk, longest=longest_look)
        self._topic_forms = TopicForms(desk, self._book, looks)
        self._topics = TopicWishes(desk, self._book, looks)
        self._digest_forms = DigestForms(desk, self._book)
        self._digests = DigestWishes(desk, self._book, self._digest_forms)
        self._followed = Followed(desk, self._book)

    # asking

    async def offer_follow(self, caller: Caller, ask: Follow) -> Reply:
        return await self._topic_forms.offer(caller, ask)

    async def offer_subscribe(self, caller: Caller) -> Reply:
        return await self._digest_forms.offer(caller)

    async def form(self, caller: Caller, action: Action) -> Form | Reply:
        """The form of FOLLOW, SUBSCRIBE or CHANGE."""
        about = next(iter(action.about), "")
        if action.verb is Verb.FOLLOW:
            return await self._topic_forms.form(caller, about)
        if action.verb is Verb.SUBSCRIBE:
            return await self._digest_forms.form(caller, about)
        known = await self._book.changeable(caller, about)
        return await (self._topic_forms if known.topic else self._digest_forms).change_form(caller, known)

    async def form_for(self, caller: Caller, filled: Filled) -> Form | Reply:
        """FOLLOW or SUBSCRIBE with what is there already: to put into it what was named, so that the rest stays.

        ``filled``: nothing but what was named. A question where nobody can tell which digest is meant.
        """
        wanted = self._topic_forms if filled.name is FormName.FOLLOW else self._digest_forms
        return await wanted.form_for(caller, filled)

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
        """Zones, categories and topics of one's own that fit what is typed so far."""
        if field == SUGGESTED_TOPICS:
            return suggested_topics(await self._book.own(caller), typed, most=_MOST_SUGGESTED)
        if field == ZONE:
            return suggested_zones(typed, self._desk.clock.now(), most=_MOST_SUGGESTED)
        return (
            suggested_categories(typed, most=_MOST_SUGGESTED, first=self._desk.settings.arxiv.categories)
            if field == CATEGORIES
            else ()
        )

    async def instead(self, caller: Caller, action: Action) -> Reply:
        """What was asked, in place of a digest: its id, key of what was asked."""
        return await self._digests.instead(caller, *_two(action))

    async def beside(self, caller: Caller, action: Action) -> Reply:
        """What was asked, as another digest: key of what was asked."""
        return await self._digests.beside(caller, _two(action)[0])

    # what there is

    async def following(self, caller: Caller) -> Reply:
        return await self._followed.listed(caller, 0)

    async def following_again(self, caller: Caller, action: Action) -> Reply:
        return await self._followed.page(caller, action)

    async def pause(self, caller: Caller, action: Action) -> Reply:
        return await self._followed.pause(caller, action)

    async def resume(self, caller: Caller, action: Action) -> Reply:
        return await self._followed.resume(caller, action)

    async def remove(self, caller: Caller, action: Action) -> Reply:
        return await self._followed.remove(caller, action)

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


def _two(action: Action) -> tuple[str, str]:
    first, second, *_ = (*action.about, "", "")
    return first, second
